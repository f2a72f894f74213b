"""Forms, answers, weights, wording and the registry: the contract every door builds on."""

import ast
import datetime as dt
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import tools
from tools import registry, render, wording
from tools.checking import check
from tools.errors import InputError
from tools.forms import Field, load_form
from tools.policy import FOLDER as WEIGHTS
from tools.policy import bands, criteria, load_weights, read_weights, switches
from tools.rules import load_rules, source_dates
from tools.strict_yaml import DataFileError, parse
from tools.values import Bounds, Text

ROOT = Path(tools.__file__).parent
TODAY = dt.date(2026, 1, 5)
FORMS = {tool.name: tool for tool in registry.TOOLS}
PER_FIELD = [(tool.name, field) for tool in registry.TOOLS for field in tool.form.fields]
BY_FORM = ("partner_fit", "lead_qualification", "sam_selection", "sam_capacity", "kam_tiers", "kam_capacity")
BY_FORM += ("campaign_preflight", "checklist_alignment", "checklist_lead_methods")
HEBREW = re.compile("[\u05d0-\u05ea]")


# --- forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tool", "field"), PER_FIELD, ids=lambda value: getattr(value, "id", value))
def test_every_field_speaks_both_languages_and_names_known_rules(tool, field):
    for name in ("label", "ask", "why", "help", "example", "ask_whom", "unit"):
        text = getattr(field, name)
        if text is not None:
            assert text.en.strip()
            assert text.he.strip()
    assert HEBREW.search(field.ask.he)
    assert not HEBREW.search(field.ask.en)
    assert set(field.rules) <= set(load_rules())
    ids = {other.id for other in FORMS[tool].form.fields}
    for other, allowed in field.when:
        assert other in ids
        assert set(allowed) <= {choice.id for choice in FORMS[tool].form.field(other).choices}


@pytest.mark.parametrize("name", BY_FORM)
def test_every_field_of_a_form_is_in_the_published_schema(name):
    tool = registry.get(name)
    properties = registry.schemas()[name]["properties"]
    assert {field.id for field in tool.form.fields} <= set(properties)
    assert properties[tool.form.fields[0].id]["x-words"]["label"]["he"]


@pytest.mark.parametrize("name", [tool.name for tool in registry.TOOLS])
def test_the_schemas_are_plain_json(name):
    assert json.loads(json.dumps(registry.schemas()[name])) == registry.schemas()[name]


@pytest.mark.parametrize("name", [tool.name for tool in registry.TOOLS])
def test_the_order_asks_each_open_field_once_and_never_a_known_one(name):
    tool = registry.get(name)
    first = tool.order({}, load_weights(tool.weights) if tool.weights else None)
    assert first
    assert len(first) == len(set(first))
    assert set(first) <= {field.id for field in tool.form.fields}
    field = tool.form.field(first[0])
    value = {"level": "yes", "yes_no": "yes", "count": "5", "text": "x", "rate": "0.5"}.get(field.kind)
    if field.kind in ("choice", "choices"):
        value = field.choices[0].id if field.kind == "choice" else [field.choices[0].id]
    if field.kind == "money":
        value = {"amount": "5", "currency": "USD", "period": "month"}
    assert first[0] not in tool.order({first[0]: value}, None)


def test_a_form_with_an_unknown_key_or_kind_is_refused(tmp_path):
    good = {lang: "x" for lang in ("en", "he")}
    field = {"id": "a", "kind": "level", "section": "s", "label": good, "ask": good, "why": good}
    form = {"tool": "t", "title": good, "intro": good, "subject": good, "fields": [field]}

    def write(name, data):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(data))
        return load_form(name, tmp_path)

    assert write("fine", form).field("a").choices[0].id == "yes"
    with pytest.raises(DataFileError, match="did you mean 'help'"):
        write("key", form | {"fields": [field | {"helpp": good}]})
    with pytest.raises(DataFileError, match="unknown kind 'lvl'"):
        write("kind", form | {"fields": [field | {"kind": "lvl"}]})
    with pytest.raises(DataFileError, match="missing key 'he'"):
        write("language", form | {"title": {"en": "x"}})
    with pytest.raises(KeyError):
        write("fine", form).field("b")


# --- answers ---------------------------------------------------------------------------------------


def a_field(kind, **more):
    text = Text("Figure", "מספר")
    return Field("figure", kind, "s", text, text, text, **more)


@pytest.mark.parametrize(
    ("field", "value", "canonical"),
    [
        (a_field("count"), 12, "12"),
        (a_field("count"), "1,200.50", "1200.5"),
        (a_field("count"), {"low": 5, "high": "7"}, {"low": "5", "high": "7"}),
        (a_field("count"), {"low": 5, "high": 5}, "5"),
        (a_field("amount"), "-3", "-3"),
        (a_field("rate"), "30%", "0.3"),
        (a_field("rate"), 0.25, "0.25"),
        (a_field("rate"), {"low": "10%", "high": "0.2"}, {"low": "0.1", "high": "0.2"}),
        (a_field("rate"), 1, "1"),
        (a_field("text"), "  hello ", "hello"),
        (a_field("date"), "2026-03-31", "2026-03-31"),
        (
            a_field("money", default_period="month"),
            {"amount": 2200, "currency": "usd"},
            {"amount": "2200", "currency": "USD", "period": "month"},
        ),
        (a_field("count"), "unknown", None),
        (a_field("count"), None, None),
        (a_field("count"), " ", None),
    ],
)
def test_an_answer_becomes_canonical(field, value, canonical):
    assert check(field, value) == canonical
    assert check(field, canonical) == canonical


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (a_field("count"), "many", "not_a_number"),
        (a_field("count"), True, "not_a_number"),
        (a_field("count"), float("nan"), "not_finite"),
        (a_field("count"), float("inf"), "not_finite"),
        (a_field("count"), "1e400", "too_large"),
        (a_field("count"), -1, "below"),
        (a_field("count", high="24"), 25, "above"),
        (a_field("count"), {"low": 7, "high": 5}, "range_order"),
        (a_field("count"), {"low": 7}, "not_a_number"),
        (a_field("rate"), "30", "rate_ambiguous"),
        (a_field("rate"), "130%", "above"),
        (a_field("rate"), "-5%", "below"),
        (a_field("money"), {"amount": 5, "currency": "USD", "unit": 1}, "money_shape"),
        (a_field("money"), {"amount": 5, "currency": "shekel"}, "currency_unknown"),
        (a_field("money"), {"amount": 5, "currency": "ILS", "period": "week"}, "period_unknown"),
        (a_field("money"), {"amount": -5, "currency": "ILS"}, "below"),
        (a_field("date"), "31.3.2026", "not_a_date"),
        (a_field("text"), 5, "not_text"),
        (a_field("text"), "x" * 2001, "text_too_long"),
    ],
)
def test_a_wrong_answer_is_refused_in_both_languages(field, value, code):
    with pytest.raises(InputError) as caught:
        check(field, value)
    assert caught.value.code == code
    assert caught.value.field == "figure"
    assert HEBREW.search(caught.value.text.he)
    assert caught.value.text.en.startswith("Figure")


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.lists(st.text()),
        st.dictionaries(st.text(), st.integers()),
    )
)
def test_no_answer_whatever_breaks_the_check(value):
    for _, field in PER_FIELD[::9]:
        try:
            check(field, value)
        except InputError as error:
            error.text  # noqa: B018 (its words exist in both languages)


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(InputError) as caught:
        registry.run("partner_fit", {"competing_lin": "no", "candidate_type": "agnet", "search_methods": -2}, TODAY)
    assert [error.code for error in caught.value.errors] == ["unknown_field_hint", "not_a_choice_hint", "below"]


def test_an_unknown_tool_is_answered_with_the_one_meant():
    with pytest.raises(InputError, match="partner_fit"):
        registry.get("partnerfit")


# --- results ---------------------------------------------------------------------------------------


def exact_values(result):
    found = [figure.value for figure in result.figures] + [result.score, *result.coverage.values()]
    found += [flip.score for flip in result.flips] + [reason.effect for reason in result.reasons]
    found += [y for chart in result.charts for series in chart.series for _, y in series.points]
    return [value for value in found if value is not None]


def no_float(value):
    if isinstance(value, dict):
        return all(no_float(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return all(no_float(item) for item in value)
    return not isinstance(value, float)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(BY_FORM), st.data())
def test_any_answers_give_an_exact_result_that_prints_in_both_languages(name, data):
    tool = registry.get(name)
    answers = {}
    for field in tool.form.fields:
        if field.kind in ("level", "yes_no", "choice") and data.draw(st.booleans()):
            answers[field.id] = data.draw(st.sampled_from([choice.id for choice in field.choices]))
        elif field.kind == "count" and data.draw(st.booleans()):
            answers[field.id] = str(data.draw(st.integers(1, 50)))
    try:
        result = registry.run(name, answers, TODAY)
    except InputError:
        return
    for value in exact_values(result):
        parts = (value.low, value.high) if isinstance(value, Bounds) else (value,)
        assert all(isinstance(part, (Fraction, int)) for part in parts)
    assert no_float(result.inputs)
    again = registry.run(name, json.loads(json.dumps(result.inputs)), TODAY)
    assert again == result
    assert json.dumps(again.to_json()) == json.dumps(result.to_json())
    assert render.to_text(result, "he")
    assert {rule for reason in result.reasons for rule in reason.rules} <= set(load_rules())


# --- wording ---------------------------------------------------------------------------------------


def leaves(node, path):
    if set(node) == {"en", "he"}:
        yield path, node
    else:
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}")


WORDS = [
    leaf
    for file in sorted((ROOT / "wording").glob("*.yaml"))
    for leaf in leaves(parse(file.read_bytes(), file.name), file.stem)
]


@pytest.mark.parametrize(("key", "node"), WORDS, ids=[key for key, _ in WORDS])
def test_every_sentence_takes_the_same_values_in_both_languages(key, node):
    def names(text):
        texts = text.values() if isinstance(text, dict) else [text]
        return {re.sub(r":.*", "", name) for part in texts for name in re.findall(r"\{([^}]*)\}", str(part))}

    assert names(node["en"]) == names(node["he"])


def said_keys():
    for path in sorted(ROOT.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield path.name, first.value


def test_every_key_the_code_says_exists():
    missing = [(file, key) for file, key in said_keys() if not wording.has(key)]
    assert missing == []
    assert len(list(said_keys())) > 100


@pytest.mark.parametrize(
    ("value", "unit", "en", "he"),
    [
        (Fraction(59), "score", "59", "59"),
        (Bounds(Fraction(59), Fraction(77)), "score", "59–77", "59-77"),
        (Fraction(1, 3), "percent", "33.3%", "33.3%"),
        (Bounds(Fraction(1, 10), Fraction(1, 6)), "percent", "10–16.7%", "10-16.7%"),
        (Fraction(2, 3), "ratio", "0.67", "0.67"),
        (Fraction(25, 1000), "percent", "2.5%", "2.5%"),
        (Fraction(125, 100), "score", "1.3", "1.3"),
        (Fraction(-125, 100), "score", "-1.3", "-1.3"),
        (1234567, "count", "1,234,567", "1,234,567"),
        (Bounds(Fraction(-2), Fraction(3)), "count", "-2 to 3", "-2 עד 3"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(value, unit, en, he):
    shown = wording.show(value, unit)
    assert (shown.en, shown.he.replace("\u200e", "")) == (en, he)


def test_money_carries_its_sign_where_the_language_puts_it():
    shown = wording.show(Fraction(12345, 10), "ILS")
    assert shown.en == "₪1,234.50"
    assert shown.he.strip("\u200f").startswith("1,234.50")


def test_lists_are_joined_in_words():
    assert wording.join(["a"]).en == "a"
    joined = wording.join([Text("x", "שמאל"), Text("y", "ימין")])
    assert (joined.en, joined.he) == ("x and y", "שמאל וימין")
    assert wording.join(["שמאל", "CRM"]).he == "שמאל ו-CRM"
    assert wording.join(["list", "order, timing"]).en == "list; and order, timing"


# --- rules and data files --------------------------------------------------------------------------


def test_every_rule_names_known_sources_with_their_dates():
    bibliography = yaml.safe_load((ROOT.parent / "knowledge" / "sources.yaml").read_text("utf-8"))
    assert len(load_rules()) == 100
    assert set(source_dates()) <= set(bibliography)
    for source, date in source_dates().items():
        assert date == str(bibliography[source].get("date") or "")


@pytest.mark.parametrize("path", sorted(WEIGHTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_weights_file_is_named_after_itself_and_used_by_a_tool(path):
    assert load_weights(path.stem).data["name"] == path.stem
    assert path.stem in {tool.weights for tool in registry.TOOLS}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "line 2: 'a' is given twice"),
        ("a: {b: 1, b: 2}", "'b' is given twice"),
        ("a: [", "x.yaml"),
    ],
)
def test_a_broken_data_file_is_refused_by_name(text, message):
    with pytest.raises(DataFileError, match=re.escape(message)):
        parse(text, "x.yaml")


def test_yes_and_no_stay_words_and_decimals_stay_exact():
    data = parse("a: yes\nb: no\nc: on\nd: 0.1\ne: true\nf: 012\ng: 2026-01-05\nh: 1_000\ni: ~", "x")
    assert data["a"], data["b"] == ("yes", "no")
    assert (data["c"], str(data["d"]), data["e"], data["f"]) == ("on", "0.1", True, "012")
    assert (data["g"], data["h"], data["i"]) == ("2026-01-05", "1_000", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c: {a: {weight: -1, basis: judgement}}", "whole number"),
        ("c: {a: {weight: 1.5, basis: judgement}}", "whole number"),
        ("c: {a: {weight: true, basis: judgement}}", "whole number"),
        ("c: {a: {weight: 1, basis: guess}}", "basis must be one of"),
        ("c: {a: {weight: 0, basis: judgement}}", "at least one weight"),
        ("c: {b: {weight: 1, basis: judgement}}", "unknown key 'b'"),
        ("c: {}", "missing key 'a'"),
        ("c: {a: {weight: 1}}", "missing key 'basis'"),
        ("d: {}", "expected a mapping"),
    ],
)
def test_a_weights_file_with_a_mistake_is_refused(text, message):
    with pytest.raises(DataFileError, match=re.escape(message)):
        criteria(read_weights(text.encode(), "own.yaml"), "c", ["a"])


@pytest.mark.parametrize(
    "text", ["bands: {x: 50, y: 50}", "bands: {x: 101, y: 5}", "bands: {x: 5, y: 0}", "bands: {x: 5, y: a}"]
)
def test_bands_out_of_order_or_range_are_refused(text):
    with pytest.raises(DataFileError):
        bands(read_weights(text.encode(), "own.yaml"), ["x", "y"])


def test_a_switch_is_on_or_off():
    assert switches(read_weights(b"gates: {a: on, b: off}", "own"), ["a", "b"]) == {"a": True, "b": False}
    with pytest.raises(DataFileError, match="on or off"):
        switches(read_weights(b"gates: {a: true}", "own"), ["a"])


def test_a_companys_own_weights_come_first_and_have_their_own_hash(tmp_path):
    (tmp_path / "partner_v1.yaml").write_bytes((WEIGHTS / "partner_v1.yaml").read_bytes() + b"\n")
    assert load_weights("partner_v1", tmp_path).sha256 != load_weights("partner_v1").sha256
    assert load_weights("lead_v1", tmp_path) == load_weights("lead_v1")
    with pytest.raises(DataFileError, match="no weights file"):
        load_weights("nothing", tmp_path)
