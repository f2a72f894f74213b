import pytest

from knowledge.hebrew import content_words, grams, main_language, sentences, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("שָׁלוֹם", ["שלומ"]),
        ('מנכ"ל מנכ״ל מנכ”ל', ["מנכל"] * 3),
        ("\u200fמפיץ\u200e בחו\u05f4ל", ["מפיצ", "בחול"]),
        ("בית־ספר", ["בית", "ספר"]),
        ("ה-CRM שלנו", ["crm", "שלנו"]),
        ("partner's B2B follow-up", ["partner", "s", "b2b", "follow", "up"]),
        ("isn’t 1,250 8.5%", ["isnt", "1250", "8.5"]),
        ("'ליד' צ'ק", ["ליד", "צק"]),
        ("?!…", []),
    ],
)
def test_words_are_normalised(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("מפיצים", "מפיץ"),
        ("והמפיץ", "מפיץ"),
        ("כשהלקוחות", "לקוח"),
        ("לקוחותיהם", "לקוח"),
        ("distributors", "distributor"),
        ("organised", "organizing"),
    ],
)
def test_forms_of_one_word_share_a_stem(left, right):
    known = {"מפיצ", "לקוחות", "לקוח"}.__contains__
    assert stem(words(left)[0], known) == stem(words(right)[0], known)


def test_a_prefix_goes_only_when_a_known_word_remains():
    assert stem("בלקוחות", {"לקוחות"}.__contains__) == stem("לקוחות", set().__contains__)
    assert stem("בלקוחות", set().__contains__) != stem("לקוחות", set().__contains__)
    assert stem("משרד", set().__contains__) == "משרד"


def test_a_mixed_text_still_has_a_main_language():
    assert main_language("מה זה lead nurturing בעצם") == "he"
    assert main_language("lead ליד") == "he"
    assert main_language("!") == "en"


def test_stop_words_leave_the_question_unless_nothing_else_is_there():
    assert content_words("מה זה ליד?") == ["ליד"]
    assert content_words("what is it?") == ["what", "is", "it"]


def test_grams_mark_the_borders_of_a_word():
    assert set(grams("ליד")) == {"<לי", "ליד", "יד>", "<ליד", "ליד>"}
    assert grams("x") == ("<x>",)


def test_sentences_end_where_the_text_says_and_never_run_on():
    assert sentences("First one here. Second one there.\nA heading of three") == [
        "First one here.",
        "Second one there.",
        "A heading of three",
    ]
    assert [len(piece.split()) for piece in sentences("word " * 100)] == [45, 45, 10]
    assert sentences("קצר") == ["קצר"]
