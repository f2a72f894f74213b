"""The evidence check on the labelled drafts: neither its misses nor its false alarms may grow."""

import pytest

from bench.evidence import HALVES, read
from bench.relations import own_answers


def drafts():
    return [draft for half in HALVES for draft in read(half)]


def test_there_are_enough_drafts_of_both_languages_and_both_labels():
    labelled = drafts()
    assert len(labelled) >= 200
    for language in ("en", "he"):
        for wrong in (True, False):
            assert sum(bool(d.wrong) is wrong and d.language == language for d in labelled) >= 30


@pytest.mark.parametrize("language", ["en", "he"])
def test_misses_and_false_alarms_stay_low(language):
    labelled = [draft for draft in drafts() if draft.language == language]
    wrong = [draft for draft in labelled if draft.wrong]
    right = [draft for draft in labelled if not draft.wrong]
    missed = [draft.text for draft in wrong if not draft.findings()]
    alarms = [draft.text for draft in right if draft.findings()]
    assert len(missed) <= 0.05 * len(wrong), missed
    assert len(alarms) <= 0.05 * len(right), alarms


def test_relations_turned_round_are_seen_and_true_paraphrases_pass():
    labelled = [draft for half in ("relations", "relations_held") for draft in read(half)]
    for kind in ("negation", "order", "role"):
        wrong = [draft for draft in labelled if kind in draft.wrong]
        missed = [draft.text for draft in wrong if not draft.findings()]
        assert len(wrong) >= 15
        assert len(missed) <= 0.15 * len(wrong), missed
    right = [draft for draft in labelled if not draft.wrong]
    assert len(right) >= 40
    assert sum(bool(draft.findings()) for draft in right) <= 1


def test_our_own_offline_answers_pass_the_check():
    checked = list(own_answers(limit=60))
    assert len(checked) >= 40
    assert sum(bool(findings) for _, findings in checked) <= 1, [f for _, f in checked if f]


def test_what_is_found_is_called_by_its_name():
    caught = [draft for draft in drafts() if draft.wrong and draft.findings()]
    named = [draft for draft in caught if {finding.kind for finding in draft.findings()} & set(draft.wrong)]
    assert len(named) >= 0.95 * len(caught)
