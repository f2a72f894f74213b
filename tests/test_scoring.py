"""The scoring kernel: exact bounds, bands, gates, flips, weights, order; and what holds for any answers."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools import scoring
from tools.policy import Criterion
from tools.result import Gate
from tools.scoring import Change, Scale, WeightChange
from tools.values import Bounds, Text

SCALE = Scale((("FIT", Fraction(75)), ("CONDITIONAL", Fraction(50))), "WEAK")
A, B, C, D = (Criterion(name, Fraction(weight), "judgement") for name, weight in zip("abcd", (5, 3, 1, 1), strict=True))
FOUR = (A, B, C, D)
NONE_APPLIES = {name: {"n_a": "x"} for name in "abcd"}


def span(low, high):
    return Bounds(Fraction(low), Fraction(high))


def gate(state):
    return Gate("g", Text("g", "g"), state, Text("", ""))


# --- score, coverage, points -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"a": "yes", "b": "yes", "c": "yes", "d": "yes"}, span(100, 100)),
        ({"a": "no", "b": "no", "c": "no", "d": "no"}, span(0, 0)),
        ({"a": "partly", "b": "no", "c": "no", "d": "no"}, span(25, 25)),
        ({}, span(0, 100)),
        ({"a": "yes"}, span(50, 100)),
        ({"b": "no"}, span(0, 70)),
        ({"a": {"n_a": "not sold"}, "b": "yes"}, span(60, 100)),
        (NONE_APPLIES, None),
        ({"a": {"n_a": "x"}, "b": {"n_a": "x"}, "c": "partly", "d": "partly"}, span(50, 50)),
    ],
)
def test_the_score_is_bounded_by_what_is_unknown(answers, expected):
    assert scoring.score(FOUR, answers) == expected


def test_weights_of_zero_leave_no_score():
    assert scoring.score([Criterion("a", Fraction(0), "judgement")], {"a": "yes"}) is None
    assert scoring.points([Criterion("a", Fraction(0), "judgement")], {"a": "yes"}) == {}
    assert scoring.coverage([Criterion("a", Fraction(0), "judgement")], {"a": "yes"}, {}) == {}


def test_coverage_counts_weight_answered_and_weight_verified():
    evidence = {"a": "verified", "b": "candidate_claim", "c": "own_observation", "d": "verified"}
    found = scoring.coverage(FOUR, {"a": "yes", "b": "no", "c": "partly"}, evidence)
    assert found == {"answered": Fraction(9, 10), "verified": Fraction(6, 10)}


def test_points_say_what_each_criterion_gives_and_could_give():
    found = scoring.points(FOUR, {"a": "partly", "b": "no"})
    assert found == {
        "a": (span(25, 25), 50),
        "b": (span(0, 0), 30),
        "c": (span(0, 10), 10),
        "d": (span(0, 10), 10),
    }


# --- bands, gates, verdict -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (100, "FIT"),
        (75, "FIT"),
        (Fraction(7499999, 100000), "CONDITIONAL"),
        (50, "CONDITIONAL"),
        (Fraction(4999999, 100000), "WEAK"),
        (0, "WEAK"),
    ],
)
def test_a_threshold_belongs_to_its_band_and_nothing_is_rounded_before_it(score, band):
    assert SCALE.band(Fraction(score)) == band


@pytest.mark.parametrize(
    ("band", "better", "worse"),
    [
        ("FIT", None, ("CONDITIONAL", 75)),
        ("CONDITIONAL", ("FIT", 75), ("WEAK", 50)),
        ("WEAK", ("CONDITIONAL", 50), None),
    ],
)
def test_each_band_knows_its_neighbours(band, better, worse):
    assert SCALE.around(band) == (better, worse)


@pytest.mark.parametrize(
    ("states", "bounds", "verdict", "settled"),
    [
        (["pass"], span(80, 90), "FIT", True),
        (["pass", "condition", "off"], span(60, 60), "CONDITIONAL", True),
        ([], span(60, 80), "OPEN", False),
        (["open"], span(80, 90), "OPEN", False),
        (["open", "fail"], span(80, 90), "BLOCKED", True),
        (["fail"], span(0, 100), "BLOCKED", True),
        (["pass"], None, "UNDEFINED", True),
        (["open"], None, "OPEN", False),
    ],
)
def test_a_failed_gate_blocks_and_an_open_one_keeps_the_verdict_open(states, bounds, verdict, settled):
    found = scoring.decide([gate(state) for state in states], SCALE, bounds)
    assert (found.name, found.settled) == (verdict, settled)


def test_an_open_verdict_tells_its_two_bands():
    found = scoring.decide([], SCALE, span(20, 80))
    assert (found.low, found.high) == ("WEAK", "FIT")


# --- flips -----------------------------------------------------------------------------------------


def band_of(answers):
    return scoring.decide([], SCALE, scoring.score(FOUR, answers)).name


def test_single_changes_list_every_answer_that_alone_changes_the_verdict():
    answers = {"a": "yes", "b": "partly", "c": "no", "d": "no"}  # 65: CONDITIONAL
    options = {name: [level for level in scoring.LEVELS if level != answers[name]] for name in "abcd"}
    assert scoring.single_changes(answers, options, band_of) == (
        Change((("a", "no"),), "WEAK"),
        Change((("a", "partly"),), "WEAK"),
        Change((("b", "yes"),), "FIT"),
        Change((("c", "yes"),), "FIT"),
        Change((("d", "yes"),), "FIT"),
    )


def test_from_an_open_verdict_only_a_settling_answer_counts():
    answers = {"a": "yes", "c": "yes", "d": "partly"}  # 65 to 95
    found = scoring.single_changes(answers, {"b": ["no", "partly", "yes"]}, band_of)
    assert [(change.answers[0][1], change.verdict) for change in found] == [
        ("no", "CONDITIONAL"),
        ("partly", "FIT"),
        ("yes", "FIT"),
    ]
    opened = scoring.single_changes({"a": "yes"}, {"b": ["partly"]}, band_of)
    assert opened == ()


def test_a_settled_verdict_that_an_answer_reopens_is_a_change():
    def verdict_of(answers):
        return "OPEN" if answers["a"] == "no" else "FIT"

    assert scoring.single_changes({"a": "yes"}, {"a": ["no"]}, verdict_of) == (Change((("a", "no"),), "OPEN"),)


@pytest.mark.parametrize(
    ("answers", "threshold", "up", "expected"),
    [
        (dict.fromkeys("abcd", "no"), 75, True, (("a", "yes"), ("b", "yes"))),
        (dict.fromkeys("abcd", "no"), 50, True, (("a", "yes"),)),
        (dict.fromkeys("abcd", "yes"), 50, False, (("a", "no"), ("b", "no"))),
        (dict.fromkeys("abcd", "yes"), 51, False, (("a", "no"),)),
        (dict.fromkeys("abcd", "yes"), 20, False, (("a", "no"), ("b", "no"), ("c", "no"))),
        ({"a": "partly", "b": "no", "c": "no", "d": "no"}, 75, True, (("b", "yes"), ("a", "yes"))),
        ({}, 75, True, (("a", "yes"), ("b", "yes"))),
        ({}, 65, True, (("a", "yes"), ("b", "partly"))),
        ({"a": "yes"}, 75, False, (("b", "no"),)),
        ({"a": "yes"}, 86, False, (("b", "partly"),)),
        ({"a": "no", "b": "no", "c": "no", "d": {"n_a": "x"}}, 101, True, None),
    ],
)
def test_the_fewest_answers_take_the_largest_steps_first(answers, threshold, up, expected):
    found = scoring.fewest(FOUR, answers, Fraction(threshold), up, "abcd" if "b" in answers or not answers else "bcd")
    assert found is None if expected is None else dict(found) == dict(expected)


@settings(max_examples=80, deadline=None)
@given(
    st.fixed_dictionaries({name: st.sampled_from(["yes", "partly", "no", None]) for name in "abcd"}),
    st.integers(1, 100),
    st.booleans(),
)
def test_no_smaller_set_of_answers_would_do(answers, threshold, up):
    known = {name: level for name, level in answers.items() if level}
    names = [name for name in "abcd" if name not in known] or list("abcd")
    if _reaches(scoring.score(FOUR, known), threshold, up):
        return
    found = scoring.fewest(FOUR, known, Fraction(threshold), up, names)
    goal = "yes" if up else "no"
    sizes = [
        len(chosen)
        for size in range(1, len(names) + 1)
        for chosen in combinations(names, size)
        if _reaches(scoring.score(FOUR, known | dict.fromkeys(chosen, goal)), threshold, up)
    ]
    if found is None:
        assert sizes == []
    else:
        assert _reaches(scoring.score(FOUR, known | dict(found)), threshold, up)
        assert len(found) == min(sizes)


def _reaches(bounds, threshold, up):
    return bounds.low >= threshold if up else bounds.high < threshold


def test_few_changes_name_the_neighbouring_bands_that_no_single_answer_reaches():
    answers = {"a": "yes", "b": "yes", "c": "yes", "d": "yes"}
    found = scoring.few_changes(FOUR, answers, SCALE, set())
    assert found == ()
    weak = {"a": "no", "b": "no", "c": "yes", "d": "no"}
    both = scoring.few_changes((A, B, C, D), weak, SCALE, set())
    assert both == ()  # a alone reaches the next band: no joint change is needed
    even = tuple(Criterion(name, Fraction(1), "judgement") for name in "abcd")
    down = scoring.few_changes(even, dict.fromkeys("abcd", "yes"), SCALE, set())
    assert down == (Change((("a", "no"), ("b", "no")), "CONDITIONAL", span(50, 50)),)
    assert scoring.few_changes(even, dict.fromkeys("abcd", "yes"), SCALE, {"CONDITIONAL"}) == ()


def test_few_changes_of_an_open_score_move_open_answers_only():
    even = tuple(Criterion(name, Fraction(1), "judgement") for name in "abcd")
    found = scoring.few_changes(even, {"a": "no"}, SCALE, set())
    assert [(dict(change.answers), change.verdict) for change in found] == [
        ({"b": "yes", "c": "yes", "d": "yes"}, "FIT"),
        ({"b": "no", "c": "partly"}, "WEAK"),
    ]
    settled = scoring.few_changes(even, {"a": "yes", "b": "yes", "c": "yes"}, SCALE, set())
    assert settled == ()
    assert scoring.few_changes(even, NONE_APPLIES, SCALE, set()) == ()


def test_few_changes_of_an_open_score_say_what_settles_each_end():
    eight = tuple(Criterion(name, Fraction(1), "judgement") for name in "abcdefgh")
    found = scoring.few_changes(eight, dict.fromkeys("abcd", "yes"), SCALE, set())
    assert [(len(change.answers), change.verdict) for change in found] == [(2, "FIT"), (3, "CONDITIONAL")]
    inside = scoring.few_changes(eight, dict.fromkeys("abcd", "yes") | dict.fromkeys("efg", "no"), SCALE, set())
    assert inside == ()  # 50 to 62.5: the band stands whatever the open answer


# --- weights ---------------------------------------------------------------------------------------


def test_weight_changes_follow_the_closed_form_in_both_directions():
    answers = {"a": "yes", "b": "no", "c": "partly", "d": "partly"}  # 6 of 10: CONDITIONAL
    found = {(change.criterion, change.verdict): change for change in scoring.weight_changes(FOUR, answers, SCALE)}
    assert found[("a", "FIT")] == WeightChange("a", Fraction(11), "at least", "FIT")
    assert found[("a", "WEAK")] == WeightChange("a", Fraction(3), "below", "WEAK")
    assert found[("b", "FIT")] == WeightChange("b", Fraction(1), "at most", "FIT")
    assert found[("b", "WEAK")] == WeightChange("b", Fraction(5), "above", "WEAK")
    assert ("c", "WEAK") not in found  # partly is exactly the threshold of 50: no weight matters
    assert {change.criterion for change in found.values()} == {"a", "b"}


def test_weight_changes_come_nearest_first_and_need_a_known_score():
    answers = {"a": "yes", "b": "no", "c": "partly", "d": "partly"}
    found = scoring.weight_changes(FOUR, answers, SCALE)
    moves = [abs(c.weight - {"a": 5, "b": 3}[c.criterion]) / {"a": 5, "b": 3}[c.criterion] for c in found]
    assert moves == sorted(moves)
    assert scoring.weight_changes(FOUR, {"a": "yes"}, SCALE) == ()
    assert scoring.weight_changes(FOUR, NONE_APPLIES, SCALE) == ()


@settings(max_examples=80, deadline=None)
@given(st.tuples(*[st.sampled_from(["yes", "partly", "no"])] * 4))
def test_the_reported_weight_really_changes_the_band(levels):
    answers = dict(zip("abcd", levels, strict=True))
    for change in scoring.weight_changes(FOUR, answers, SCALE):
        nudge = {"at least": 0, "at most": 0, "above": Fraction(1, 1000), "below": -Fraction(1, 1000)}[change.side]
        weight = change.weight + nudge
        moved = [Criterion(c.id, weight, c.basis) if c.id == change.criterion else c for c in FOUR]
        assert SCALE.band(scoring.score(moved, answers).low) == change.verdict
        back = {"at least": -1, "at most": 1, "above": 0, "below": 0}[change.side]
        kept = max(change.weight + Fraction(back, 1000), Fraction(1, 10**6))
        same = [Criterion(c.id, kept, c.basis) if c.id == change.criterion else c for c in FOUR]
        assert SCALE.band(scoring.score(same, answers).low) != change.verdict


def test_nearest_is_measured_against_the_weight_itself():
    three = tuple(Criterion(n, Fraction(w), "judgement") for n, w in (("a", 2), ("b", 1), ("c", 4)))
    found = scoring.weight_changes(three, {"a": "no", "b": "yes", "c": "yes"}, SCALE)
    assert [(change.criterion, change.weight) for change in found] == [
        ("a", Fraction(5, 3)),
        ("c", 5),
        ("c", 1),
        ("b", 2),
        ("a", 5),
    ]
    with_none = (*three, Criterion("off", Fraction(0), "judgement"))
    answers = {"a": "no", "b": "yes", "c": "yes", "off": "yes"}
    assert "off" in {change.criterion for change in scoring.weight_changes(with_none, answers, SCALE)}


def test_equal_weights_leave_out_what_is_switched_off():
    off = Criterion("e", Fraction(0), "judgement")
    assert [item.weight for item in scoring.equal_weights([A, off])] == [1, 0]


def test_surely_better_is_strict():
    assert scoring.surely_better(span(60, 70), span(10, 59))
    assert not scoring.surely_better(span(60, 70), span(10, 60))


# --- what to ask next ------------------------------------------------------------------------------


def test_questions_go_gates_first_then_what_settles_then_weight_then_id():
    assert scoring.question_order(["g2", "g1"], FOUR, {}, SCALE) == ["g2", "g1", "a", "b", "c", "d"]
    # c or d alone settles nothing, b does: 50 + 10 known, b open
    assert scoring.question_order([], FOUR, {"a": "yes"}, SCALE)[0] == "b"
    small_first = (Criterion("z", Fraction(4), "judgement"), Criterion("y", Fraction(4), "judgement"), A)
    assert scoring.question_order([], small_first, {"a": "no"}, SCALE) == ["y", "z"]


def test_an_answer_that_always_settles_comes_before_one_that_may_leave_it_open():
    one_step = Scale((("HIGH", Fraction(75)),), "LOW")
    heavy, light = Criterion("z", Fraction(9), "judgement"), Criterion("a", Fraction(1), "judgement")
    assert scoring.question_order([], (light, heavy), {}, one_step) == ["z", "a"]


def test_no_question_is_left_when_all_is_answered_or_does_not_apply():
    assert scoring.question_order([], FOUR, dict.fromkeys("abcd", "no"), SCALE) == []
    assert scoring.question_order([], FOUR, NONE_APPLIES, SCALE) == []


# --- properties ------------------------------------------------------------------------------------

LEVEL = st.sampled_from(["yes", "partly", "no", None, "n_a"])


@st.composite
def sheets(draw):
    size = draw(st.integers(1, 5))
    weights = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any))
    criteria = [Criterion(f"c{i}", Fraction(w), "judgement") for i, w in enumerate(weights)]
    levels = {item.id: draw(LEVEL) for item in criteria}
    answers = {n: {"n_a": "x"} if v == "n_a" else v for n, v in levels.items() if v is not None}
    return criteria, answers


@settings(max_examples=100, deadline=None)
@given(sheets())
def test_the_bounds_contain_every_completion_and_are_reached(sheet):
    criteria, answers = sheet
    bounds = scoring.score(criteria, answers)
    if bounds is None:
        return
    unknown = [item.id for item in criteria if item.id not in answers]
    scores = [
        scoring.score(criteria, answers | dict(zip(unknown, levels, strict=True)))
        for levels in product(scoring.LEVELS, repeat=len(unknown))
    ]
    assert min(s.low for s in scores) == bounds.low
    assert max(s.high for s in scores) == bounds.high
    assert all(s.known for s in scores)


@settings(max_examples=100, deadline=None)
@given(sheets(), st.data())
def test_a_better_answer_never_lowers_the_score(sheet, data):
    criteria, answers = sheet
    name = data.draw(st.sampled_from([item.id for item in criteria]))
    found = [scoring.score(criteria, answers | {name: level}) for level in ("no", "partly", "yes")]
    if None not in found:
        assert [b.low for b in found] == sorted(b.low for b in found)
        assert [b.high for b in found] == sorted(b.high for b in found)


@settings(max_examples=60, deadline=None)
@given(sheets(), st.randoms(use_true_random=False), st.integers(2, 7))
def test_order_and_scale_of_the_weights_do_not_matter(sheet, random, factor):
    criteria, answers = sheet
    mixed = list(criteria)
    random.shuffle(mixed)
    assert scoring.score(mixed, answers) == scoring.score(criteria, answers)
    larger = [Criterion(c.id, c.weight * factor, c.basis) for c in criteria]
    assert scoring.score(larger, answers) == scoring.score(criteria, answers)
    assert scoring.question_order([], mixed, answers, SCALE) == scoring.question_order([], criteria, answers, SCALE)
