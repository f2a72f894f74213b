import pytest

from bench.figures import PlainSearch, figures, first_right
from bench.retrieval import held_out, read_questions
from knowledge.cards import load_cards


def test_figures_count_ranks_up_to_ten():
    found = figures([1, 2, 4, None])
    assert (found.questions, found.recall_1, found.recall_3, found.recall_10) == (4, 0.25, 0.5, 0.75)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 4) / 4)


def test_figures_of_no_question_are_refused():
    with pytest.raises(ValueError, match="no questions"):
        figures([])


def test_the_first_right_answer_counts_and_the_eleventh_does_not():
    assert first_right(["x", "b", "a"], ["a", "b"]) == 2
    assert first_right([*"0123456789", "a"], ["a"]) is None


def test_plain_search_ranks_owners_by_rare_shared_words():
    plain = PlainSearch([("a", "the lead"), ("b", "the the the deal"), ("a", "lead again"), ("c", "the end")])
    assert plain.search("lead")[0] == "a"
    assert set(plain.search("the")) == {"a", "b", "c"}
    assert plain.search("nothing") == []


def test_a_held_out_question_is_never_among_the_texts_it_is_asked_of():
    cards = load_cards()[:5]
    asked = 0
    for without, questions in held_out(cards):
        left = {card.id: card.questions for card in without}
        for question in questions:
            assert question.question not in left[question.gold[0]][question.lang]
        asked += len(questions)
    assert asked == sum(len(card.questions.en) + len(card.questions.he) for card in cards)


def test_a_question_file_may_name_one_card_or_several(tmp_path):
    path = tmp_path / "questions.yaml"
    path.write_text("- {id: 1, lang: he, question: א, gold: a/b}\n- {id: 2, lang: en, question: b, gold: [c, d]}\n")
    assert [question.gold for question in read_questions(path)] == [("a/b",), ("c", "d")]
