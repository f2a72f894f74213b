import pytest

from knowledge.card_search import CardSearch
from knowledge.cards import Card
from knowledge.documents import Passage
from knowledge.embedding import BundledEmbedding
from knowledge.index import build, open_index
from knowledge.passage_search import PassageSearch
from knowledge.search import prepare
from knowledge.translation import Translations


def card(name, title, answer, questions, **fields):
    return Card(
        id=f"test/{name}",
        topic="method",
        kind="rule",
        as_of=2010,
        title={"en": title[0], "he": title[1]},
        answer={"en": answer[0], "he": answer[1]},
        body={"en": "More about it.", "he": "עוד על כך."},
        questions={"en": questions[0], "he": questions[1]},
        sources=("S",),
        **fields,
    )


CARDS = (
    card(
        "distributor",
        ("A distributor who approached us", "מפיץ שפנה אלינו"),
        ("Check him like any other candidate.", "בודקים אותו כמו כל מועמד אחר."),
        (["a distributor wrote to us"], ["מפיץ כתב לנו"]),
        misconceptions=[
            {
                "claim": {"en": "Never accept one who knocks.", "he": "אסור לקבל מפיץ שפנה מיוזמתו."},
                "correction": {"en": "He may be fine.", "he": "ייתכן שהוא טוב."},
            }
        ],
    ),
    card(
        "nurture",
        ("Nurturing leads", "טיפוח לידים"),
        ("Keep in touch until they are ready.", "שומרים על קשר עד שהם בשלים."),
        (["what is lead nurturing", "they are not ready to buy"], ["מה זה טיפוח לידים"]),
        gaps=[
            {
                "asks": {"en": ["open rate of newsletters"], "he": ["אחוז פתיחה של ניוזלטר"]},
                "says": {"en": "Not in the sources.", "he": "אין במקורות."},
            }
        ],
    ),
    card(
        "lead",
        ("What a lead is", "מהו ליד"),
        ("A person or firm that showed interest.", "אדם או חברה שהביעו עניין."),
        (["what is a lead"], ["מה זה ליד"]),
        misconceptions=[
            {
                "claim": {
                    "en": "The cheapest lead is the best lead.",
                    "he": "הליד הכי זול הוא הליד הכי טוב.",
                },
                "correction": {"en": "No.", "he": "לא."},
            }
        ],
    ),
    card(
        "service",
        ("Repairs and service", "תיקונים ושירות"),
        ("Someone in the country must repair.", "מישהו בארץ היעד חייב לתקן."),
        (["who repairs the machines abroad"], ["מי מתקן את המכונות"]),
        circumstances=[{"en": "no one there to do repairs", "he": "אין שם מי שיתקן"}],
    ),
)
TEXTS = {
    "he-fair": ("he", "בתערוכה אוספים כרטיסי ביקור. אחר כך צריך לחזור לכל מבקר בתוך שבוע."),
    "en-fair": ("en", "A trade show yields many visitors. Follow up every visitor within a week."),
    "he-price": ("he", "המחיר למפיץ נקבע לפי ההנחה שהוא מקבל. ההנחה תלויה בכמות."),
    "en-law": ("en", "The agency law of the European Union protects agents. Compensation is due at the end."),
    "he-vat": ("he", "ביצוא השירות חייב במס בשיעור אפס. יש לשמור מסמכים."),
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    embedding, translations = BundledEmbedding(), Translations()
    passages = [Passage(name, "d", language, text, 0, len(text)) for name, (language, text) in TEXTS.items()]
    build(CARDS, passages, folder, embedding, translations.known_words)
    index = open_index(folder)
    cards, texts = CardSearch(index), PassageSearch(index, index.passage_shelf)

    def _ask(question, kind="card", **options):
        query = prepare(question, options.pop("language", None), embedding, translations)
        return (cards if kind == "card" else texts).find(query, **options)

    yield _ask
    index.close()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what is a lead", "test/lead"),
        ("מה זה ליד?", "test/lead"),
        ("explain nurturing to me", "test/nurture"),
        ("המפיצים פנו אלינו", "test/distributor"),
        ("repairing machines", "test/service"),
        ("מי יתקן לנו את המכונה שם", "test/service"),
        ("מה זה lead nurturing", "test/nurture"),
    ],
)
def test_the_right_card_comes_first(ask, question, expected):
    assert ask(question)[0].id == expected


@pytest.mark.parametrize(
    ("question", "texts_in", "expected"),
    [
        ("טיפוח לידים", "en", "test/nurture"),
        ("מפיץ", "en", "test/distributor"),
        ("distributor", "he", "test/distributor"),
        ("nurturing", "he", "test/nurture"),
    ],
)
def test_a_card_is_found_through_its_other_language_alone(ask, question, texts_in, expected):
    first = ask(question, texts_in=texts_in)[0]
    assert first.id == expected
    assert {match.language for match in first.units} == {texts_in}


@pytest.mark.parametrize(
    ("question", "kind", "number"),
    [
        ("אסור לקבל מפיץ שפנה מיוזמתו", "claim", 0),
        ("what open rate do newsletters get", "gap", 0),
        ("there is no one to do the repairs", "circumstance", 0),
        ("they are not ready to buy", "question", 1),
    ],
)
def test_a_hit_says_which_text_of_the_card_matched(ask, question, kind, number):
    unit = ask(question)[0].unit
    assert (unit.kind, unit.number) == (kind, number)


def test_coverage_tells_what_is_answered_from_what_is_not(ask):
    full, part, none = (
        ask(text)[0].signals for text in ("what is a lead", "lead acid battery recycling plant", "zebra xylophone")
    )
    assert full["coverage"] == pytest.approx(1)
    assert 0 < part["coverage"] < 0.6
    assert none["coverage"] == none["known"] == 0
    assert part["known"] < 1


def test_matched_words_are_named_and_translations_count(ask):
    assert ask("zebra distributor")[0].matched == ("distributor",)
    assert ask("distributor", texts_in="he")[0].matched == ("distributor",)


def test_a_limit_is_kept_and_scores_fall(ask):
    hits = ask("distributor lead", limit=3)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].signals["lead"] >= 0


def test_the_same_question_finds_the_same_thing(ask):
    assert ask("מה זה ליד") == ask("מה זה ליד")


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "🙂"])
def test_a_question_without_words_asks_nothing(nothing):
    assert prepare(nothing, None, BundledEmbedding(), Translations()) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("למי חוזרים אחרי התערוכה", "he-fair"),
        ("what follow up after a trade show", "en-fair"),
        ("איזו הנחה מקבל המפיץ", "he-price"),
        ("agency law compensation", "en-law"),
    ],
)
def test_a_passage_in_the_questions_language_comes_first(ask, question, expected):
    first = ask(question, "passage")[0]
    assert (first.kind, first.id, first.passage["text"]) == ("passage", expected, TEXTS[expected][1])
    assert first.matched


@pytest.mark.parametrize(("question", "expected"), [("visitors of a trade show", "he-fair"), ("חוקי סוכנים", "en-law")])
def test_a_passage_in_the_other_language_is_among_the_first_two(ask, question, expected):
    assert expected in [hit.id for hit in ask(question, "passage", limit=2)]
