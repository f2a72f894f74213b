"""Makes a draft case of a conversation, names and addresses scrubbed. Drafts run, and never gate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.safety import private_parts

_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_NUMBER_ROW = re.compile(r"(?<![\d,.])\+?\d(?:[\s().-]?\d){8,14}(?![\d,.])")
_CALLED = re.compile(
    r"((?:my name is|i am called|regards,|this is|dear|hi|hello|שמי|קוראים לי|בברכה,?|שלום|היי)\s+)"
    r"([A-Z][a-z]+(?:\s[A-Z][a-z]+)?|[א-ת]{2,}(?:\s[א-ת]{2,})?(?=[,.!\n]|$))"
)
_SIGNED = re.compile(r"(?m)(^(?:--|thanks,|regards,|תודה,|בברכה,?)\s*\n)(.+)$", re.IGNORECASE)


def scrub(text: str, names: Iterable[str] = ()) -> str:
    """The text without e-mail addresses, phone numbers, links, signatures and the names given or introduced."""
    for what, piece in private_parts(text):
        text = text.replace(piece, "someone@example.com" if what == "e-mail" else "000-0000000")
    text = _ADDRESS.sub("https://example.com", text)
    text = _NUMBER_ROW.sub("000-0000000", text)
    text = _SIGNED.sub(r"\1Dana", text)
    text = _CALLED.sub(lambda found: found.group(1) + _stand_in(found.group(2)), text)
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        text = re.sub(
            rf"(?<!\w)([והבלכמש]?){re.escape(name)}(?!\w)", rf"\g<1>{_stand_in(name)}", text, flags=re.IGNORECASE
        )
    return text


def introduced(texts: Iterable[str]) -> list[str]:
    """The names by which people introduce or address themselves in these texts, whole and in parts."""
    whole = [found.group(2) for text in texts for found in _CALLED.finditer(text)]
    return list(dict.fromkeys([*whole, *(part for name in whole for part in name.split())]))


def _stand_in(name: str) -> str:
    return "דנה" if re.search("[א-ת]", name) else "Dana"


def draft_of(
    exchanges: Sequence[Mapping[str, Any]], case_id: str, *, why: str = "", origin: str = "", names: Iterable[str] = ()
) -> dict[str, Any]:
    """A draft of these exchanges ({"said", "reply"}): the last turn expects what it got, for a person to judge."""
    names = [*names, *introduced(one["said"] for one in exchanges)]
    turns: list[dict[str, Any]] = [{"user": scrub(one["said"], names)} for one in exchanges]
    turns[-1]["expect"] = expected_of(exchanges[-1]["reply"])
    made: dict[str, Any] = {"id": case_id, "status": "draft", "why": why or "from a conversation", "origin": origin}
    made |= {"ask": turns[0]["user"], "expect": turns[0]["expect"]} if len(turns) == 1 else {"turns": turns}
    return {key: value for key, value in made.items() if value}


def unhelpful_draft(
    exchanges: Sequence[Mapping[str, Any]], case_id: str, rating: Any, names: Iterable[str] = ()
) -> dict[str, Any]:
    """A draft of a reply that somebody marked unhelpful: it must not say the same again."""
    names = [*names, *introduced(one["said"] for one in exchanges)]
    why = scrub(" · ".join([*rating.reasons, *([rating.comment] if rating.comment else [])]), names)
    made = draft_of(exchanges, case_id, why=why or "marked unhelpful", origin=f"feedback, {rating.door}", names=names)
    said = re.split(r"(?<=[.!?])\s", scrub(exchanges[-1]["reply"]["text"], names).strip())[0]
    expect = {"must_not_say": [said.replace("*", "")]}
    if "turns" in made:
        made["turns"][-1]["expect"] = expect
    else:
        made["expect"] = expect
    return made


def expected_of(reply: Mapping[str, Any]) -> dict[str, Any]:
    """What a reply was, as an expectation: its kind, its first source, its tool and verdict."""
    kinds = {"answer": "grounded", "refusal": "decline", "clarify": "clarify", "notice": "chat"}
    expect: dict[str, Any] = {}
    if reply.get("calculations"):
        last = reply["calculations"][-1]
        expect["calc"] = {"tool": last["tool"], "verdict": last["result"]["verdict"]}
    elif reply.get("assessment"):
        expect["assessment"] = {"tool": reply["assessment"]["tool"]}
    elif reply["kind"] in kinds:
        expect["answer"] = kinds[reply["kind"]]
    if reply["kind"] == "answer" and reply.get("sources"):
        expect["sources"] = {"any_of": [reply["sources"][0]["id"]]}
    return expect or {"language": reply["language"]}
