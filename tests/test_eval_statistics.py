"""The harness's figures agree with reference implementations."""

import random

import pytest

from eval.ranking import ndcg_at, recall_at, reciprocal_rank
from eval.statistics import kappa, mcnemar, paired_bootstrap, percentile, upper_bound, wilson

scipy_stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize(("passed", "total"), [(90, 100), (0, 60), (3, 10), (60, 60), (1, 1), (350, 351)])
def test_the_wilson_interval_is_scipys(passed, total):
    expected = scipy_stats.binomtest(passed, total).proportion_ci(method="wilson")
    assert wilson(passed, total) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_ninety_of_a_hundred_means_between_83_and_94_percent():
    assert [round(side * 100) for side in wilson(90, 100)] == [83, 94]


@pytest.mark.parametrize(("successes", "total"), [(0, 60), (3, 150), (10, 40), (0, 1)])
def test_the_upper_bound_is_the_exact_one_sided_one(successes, total):
    expected = scipy_stats.binomtest(successes, total, alternative="less").proportion_ci(method="exact").high
    assert upper_bound(successes, total) == pytest.approx(expected, abs=1e-9)


def test_no_attack_of_sixty_still_allows_almost_five_percent():
    assert round(upper_bound(0, 60) * 100, 1) == 4.9


@pytest.mark.parametrize(("broken", "fixed"), [(6, 0), (3, 4), (10, 2), (0, 0), (1, 0)])
def test_the_flip_test_is_the_exact_binomial_one(broken, fixed):
    flips = broken + fixed
    expected = scipy_stats.binomtest(broken, flips, 0.5).pvalue if flips else 1.0
    assert mcnemar(broken, fixed) == pytest.approx(expected, abs=1e-12)


def test_six_broken_against_none_fixed_is_hardly_chance():
    assert round(mcnemar(6, 0), 2) == 0.03


def test_the_bootstrap_agrees_with_scipys_and_repeats_itself():
    chance = random.Random(5)
    before = [float(chance.random() < 0.8) for _ in range(200)]
    after = [min(1.0, old + (chance.random() < 0.1)) for old in before]
    mean, low, high = paired_bootstrap(before, after)
    differences = [new - old for old, new in zip(before, after, strict=True)]
    expected = scipy_stats.bootstrap(
        (differences,), lambda x, axis: x.mean(axis=axis), method="percentile", n_resamples=4000, random_state=1
    ).confidence_interval
    assert mean == pytest.approx(sum(differences) / 200)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.012)
    assert paired_bootstrap(before, after) == (mean, low, high)


def test_kappa_is_one_for_agreement_and_about_zero_for_chance():
    assert kappa([True, False, True], [True, False, True]) == 1.0
    first, second = [True] * 25 + [False] * 25, [True, False] * 25
    assert abs(kappa(first, second)) < 0.05
    mostly = [True] * 15 + [False] * 5 + [True] * 5 + [False] * 15
    assert kappa([True] * 20 + [False] * 20, mostly) == pytest.approx(0.5)


@pytest.mark.parametrize("share", [0, 0.5, 0.95, 1])
def test_percentiles_are_numpys(share):
    numpy = pytest.importorskip("numpy")
    values = [3.0, 1.0, 4.0, 1.5, 9.0, 2.6]
    assert percentile(values, share) == pytest.approx(numpy.percentile(values, share * 100))


def test_ranking_figures_are_those_of_trec_eval():
    pytrec_eval = pytest.importorskip("pytrec_eval")
    chance = random.Random(7)
    cards = [f"card-{n}" for n in range(40)]
    runs = {f"q{n}": chance.sample(cards, 10) for n in range(50)}
    gold = {name: chance.sample(cards, chance.choice([1, 2, 5])) for name in runs}
    evaluator = pytrec_eval.RelevanceEvaluator(
        {name: dict.fromkeys(ids, 1) for name, ids in gold.items()}, {"recall.3,10", "recip_rank", "ndcg_cut.10"}
    )
    expected = evaluator.evaluate(
        {name: {one: 1.0 / rank for rank, one in enumerate(found, 1)} for name, found in runs.items()}
    )
    for name, found in runs.items():
        assert recall_at(found, gold[name], 3) == pytest.approx(expected[name]["recall_3"])
        assert recall_at(found, gold[name], 10) == pytest.approx(expected[name]["recall_10"])
        assert reciprocal_rank(found, gold[name]) == pytest.approx(expected[name]["recip_rank"])
        assert ndcg_at(found, gold[name]) == pytest.approx(expected[name]["ndcg_cut_10"])
