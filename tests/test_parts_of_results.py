"""What is missing, what would change the verdict, how sure it is, why, and what to do: each is answered by itself."""

from __future__ import annotations

import pytest

from assistant import Advisor, Reply

BLOCKED = {
    "en": ["check a possible partner, Kestrel", "they sell a rival line and won't drop it"],
    "he": ["בוא נבדוק שותף אפשרי, קסטרל", "הם מוכרים קו מתחרה ולא מוכנים לוותר עליו"],
}
HEADINGS = {
    "en": {"missing": "Still to find out", "flips": "What would change", "steps": "Next steps"},
    "he": {"missing": "מה עוד לברר", "flips": "מה ישנה את המסקנה", "steps": "צעדים הבאים"},
}


def after_the_verdict(advisor: Advisor, said: str, language: str) -> Reply:
    """The reply to these words once the candidate of `BLOCKED` is blocked."""
    conversation = f"{language} {said}"
    for told in BLOCKED[language]:
        advisor.reply(conversation, told)
    return advisor.reply(conversation, said)


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("what's still missing?", "missing"),
        ("what should I still check about them?", "missing"),
        ("which open points should Dana clear up?", "missing"),
        ("what would have to change?", "flips"),
        ("is there anything that would turn it around?", "flips"),
        ("ok so what do we do?", "steps"),
        ("what are our next steps?", "steps"),
    ],
)
def test_only_the_part_that_was_asked_for_is_shown(advisor: Advisor, said: str, part: str) -> None:
    reply = after_the_verdict(advisor, said, "en")
    assert [name for name, heading in HEADINGS["en"].items() if heading in reply.text] == [part]
    assert reply.kind == "result"


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("מה עוד חסר לנו?", "missing"),
        ("מה צריך להשתנות כדי שתגיד כן?", "flips"),
        ("מה יכול להפוך את זה?", "flips"),
        ("מה נשאר לנו לברר?", "missing"),
        ("מה הצעדים הבאים שלנו?", "steps"),
    ],
)
def test_only_the_part_that_was_asked_for_is_shown_in_hebrew(advisor: Advisor, said: str, part: str) -> None:
    reply = after_the_verdict(advisor, said, "he")
    assert [name for name, heading in HEADINGS["he"].items() if heading in reply.text] == [part]


@pytest.mark.parametrize(("said", "language"), [("how sure are you?", "en"), ("עד כמה אתה בטוח בזה?", "he")])
def test_how_sure_a_verdict_is_tells_what_it_rests_on_and_whose_judgement_the_weights_are(
    advisor: Advisor, said: str, language: str
) -> None:
    text = after_the_verdict(advisor, said, language).text
    assert "partner_v1.yaml" in text
    assert "0%" in text
    assert HEADINGS[language]["steps"] not in text


@pytest.mark.parametrize(("said", "language"), [("why?", "en"), ("based on what?", "en"), ("למה?", "he")])
def test_why_after_a_verdict_gives_its_reasons(advisor: Advisor, said: str, language: str) -> None:
    text = after_the_verdict(advisor, said, language).text
    assert "X-TRADEGOV" in text
    assert HEADINGS[language]["missing"] not in text


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("who can I ask about the competing line?", "The candidate's price list and web site"),
        ("who would know about their finances?", "financial"),
    ],
)
def test_whom_to_ask_is_told_for_the_question_that_is_named(advisor: Advisor, said: str, whom: str) -> None:
    text = after_the_verdict(advisor, said, "en").text
    assert whom.lower() in text.lower()
    assert "warehouse" not in text


def test_a_verdict_without_any_scored_answer_names_no_score(advisor: Advisor) -> None:
    first, told = BLOCKED["en"]
    advisor.reply("no score", first)
    bottom_line = next(line for line in advisor.reply("no score", told).text.splitlines() if "Do not appoint" in line)
    assert "score" not in bottom_line.lower()


def test_an_open_verdict_is_changed_by_what_is_still_to_be_found_out(advisor: Advisor) -> None:
    advisor.reply("open", "qualify a lead: Vexo, they have the budget")
    text = advisor.reply("open", "what would make it an A?").text
    assert HEADINGS["en"]["missing"] in text
