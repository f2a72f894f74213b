"""What is answered, declined and sent away, and what that costs: `python -m bench.answering [--show KIND…]`.

Prints how the questions of answerability.yaml are treated, by language; the trade-off of the threshold between
refusing what could be answered and answering what could not; and how many replies to answers.yaml do what a
good reply must (the right card, the figure first, a wrong belief put right first, a bounded length).
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.answering.asked import read
from assistant.answering.compose import OfflineAnswerer
from assistant.answering.coverage import judge, strength
from assistant.commands import Ask
from assistant.conversation import Conversation
from assistant.draft import Answered
from knowledge import open_knowledge
from knowledge.hebrew import main_language

FOLDER = Path(__file__).parent
SUITE = FOLDER.parent / "eval" / "suites" / "retrieval_questions.yaml"
MOST_WORDS = 200
THRESHOLDS = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)


def main() -> None:
    """Print all tables; with --show also the replies to the kinds named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", nargs="*", default=(), metavar="KIND", help="print these replies in full")
    shown = parser.parse_args().show
    calibration = yaml.safe_load((FOLDER / "answerability.yaml").read_text("utf-8"))
    suite = yaml.safe_load(SUITE.read_text("utf-8"))["questions"]
    cases = yaml.safe_load((FOLDER / "answers.yaml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as home:
        knowledge = open_knowledge(Path(home))
        answerer = OfflineAnswerer(knowledge)
        answerable = [one["question"] for one in suite if not _is_gap(knowledge, one["gold"])]
        everyday = yaml.safe_load((FOLDER / "everyday.yaml").read_text("utf-8"))["questions"]
        answered = [one["question"] for one in everyday if one["gold"] and not _is_gap(knowledge, one["gold"])]
        elsewhere = [one["question"] for one in everyday if not one["gold"]]
        more = {"covered, retrieval suite": answerable, "everyday, covered": answered, "everyday, not": elsewhere}
        _treatment(answerer, {**calibration, **more})
        _first_told(answerer, {"retrieval suite": suite, "everyday": everyday})
        _trade_off(knowledge, calibration)
        _demands(answerer, cases, shown)
    _added_texts()


def reply_to(answerer: OfflineAnswerer, case: Mapping[str, Any], kind: str) -> Answered:
    """The reply to one question in its own language."""
    text = case["q"]
    state = Conversation(id="bench", language=main_language(text))
    return answerer.answer(Ask(text, original=text, yes_or_no=kind == "yesno"), state)


def _treatment(answerer: OfflineAnswerer, calibration: Mapping[str, Sequence[str]]) -> None:
    print("| questions | language | n | answered | refused, nearest named | asked back | off topic |")
    print("|---|---|---|---|---|---|---|")
    for kind, texts in calibration.items():
        for language in ("en", "he"):
            seen: Counter[str] = Counter()
            asked = [text for text in texts if main_language(text) == language]
            for text in asked:
                reply = reply_to(answerer, {"q": text}, kind)
                seen["away" if reply.kind == "refusal" and not reply.cards else reply.kind] += 1
            cells = [seen[name] for name in ("answer", "refusal", "clarify", "away")]
            print(f"| {kind} | {language} | {len(asked)} | {' | '.join(map(str, cells))} |")


def _first_told(answerer: OfflineAnswerer, sets: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """How often the card that should come first is found first, and is what the reply begins with."""
    print("\n| questions | half | language | n | found first | told first | and not refused |")
    print("|---" * 7 + "|")
    for name, cases in sets.items():
        groups = sorted({(case.get("half", "all"), case["lang"]) for case in cases})
        for half, language in groups:
            chosen = [c for c in cases if c["gold"] and (c.get("half", "all"), c["lang"]) == (half, language)]
            seen: Counter[str] = Counter()
            for case in chosen:
                seen.update(_firsts(answerer, case["question"], case["gold"]))
            shares = [f"{seen[what] / len(chosen):.3f}" for what in ("found", "told", "answered")]
            print(f"| {name} | {half} | {language} | {len(chosen)} | {' | '.join(shares)} |")


def _firsts(answerer: OfflineAnswerer, question: str, gold: Sequence[str]) -> Iterator[str]:
    found = answerer.knowledge.search(question, limit=1, kinds=("card",))
    reply = reply_to(answerer, {"q": question}, "")
    if found and found[0].id in gold:
        yield "found"
    if reply.cards and reply.cards[0] in gold:
        yield "told"
        if reply.kind == "answer" or _is_gap(answerer.knowledge, gold):
            yield "answered"


def _added_texts() -> None:
    """How questions about texts that a person added are answered, by texts and by how the languages meet."""
    print("\n| texts | question → text | n | quoted, the right sentence | nearest, right | wrong sentence | none |")
    print("|---|---|---|---|---|---|---|")
    unanswered = []
    for name, cases in yaml.safe_load((FOLDER / "texts.yaml").read_text("utf-8")).items():
        with tempfile.TemporaryDirectory() as home:
            knowledge = open_knowledge(Path(home))
            knowledge.add([FOLDER / "texts" / name])
            answerer = OfflineAnswerer(knowledge)
            treated = [(direction(case), quoted(answerer, case)) for case in cases["answered"]]
            missing = Counter(quoted(answerer, {"q": question}) for question in cases["unanswered"])
        for way in ("en → en", "he → he", "en → he", "he → en"):
            seen = Counter(outcome for one, outcome in treated if one == way)
            cells = [seen[outcome] for outcome in ("answered", "nearest", "wrong", "none")]
            print(f"| {name} | {way} | {seen.total()} | {' | '.join(map(str, cells))} |")
        unanswered.append((name, missing))
    print("\n| not in the texts | n | quoted as an answer | quoted as the nearest | nothing quoted |")
    print("|---|---|---|---|---|")
    for name, missing in unanswered:
        print(f"| {name} | {missing.total()} | {missing['wrong']} | {missing['nearest']} | {missing['none']} |")


def direction(case: Mapping[str, str]) -> str:
    """The languages of a question and of the text that answers it, such as "he → en"."""
    return f"{main_language(case['q'])} → {main_language(case['has'])}"


def quoted(answerer: OfflineAnswerer, case: Mapping[str, str]) -> str:
    """How the added texts are used for a question: "answered", "nearest", "wrong" or "none".

    The right sentence holds `has`; without it nothing answers, and a quotation as the answer is wrong.
    """
    reply = reply_to(answerer, case, "texts")
    found = [source.quote for source in reply.sources if source.quote]
    if not found:
        return "none"
    right = "has" not in case or any(case["has"] in quote for quote in found)
    if reply.kind != "answer":
        return "nearest" if right else "wrong"
    return "answered" if right and "has" in case else "wrong"


def _is_gap(knowledge: Any, gold: Iterable[str]) -> bool:
    """Whether the right answer is that no source says it."""
    return any(knowledge.card(card) is not None and knowledge.card(card).kind == "gap" for card in gold)


def _trade_off(knowledge: Any, calibration: Mapping[str, Sequence[str]]) -> None:
    print("\n| threshold | covered refused | uncovered answered | off topic answered |\n|---|---|---|---|")
    counted = {kind: [_evidence(knowledge, text) for text in texts] for kind, texts in calibration.items()}
    for threshold in THRESHOLDS:
        refused = sum(value < threshold for value in counted["covered"])
        cells = [f"{refused}/{len(counted['covered'])}"]
        for kind in ("uncovered", "off_topic"):
            cells.append(f"{sum(value >= threshold for value in counted[kind])}/{len(counted[kind])}")
        print(f"| {threshold} | {' | '.join(cells)} |")


def _evidence(knowledge: Any, text: str) -> float:
    """The strength by which a question is answered; 0 when it is declined whatever its strength."""
    hits = knowledge.search(text, limit=8)
    found = judge(hits, read(text), knowledge.card)
    declined = found.gap is not None or found.verdict in ("own", "future", "empty", "off_topic")
    return 0.0 if declined or not hits else strength(hits[0].signals)


def _demands(answerer: OfflineAnswerer, cases: Mapping[str, Sequence[Mapping[str, Any]]], shown: Iterable[str]) -> None:
    print("\n| questions | n | as they should be | median words |\n|---|---|---|---|")
    wrong: list[str] = []
    times: list[float] = []
    for kind, group in cases.items():
        words: list[int] = []
        failed = 0
        for case in group:
            start = time.perf_counter()
            reply = reply_to(answerer, case, kind)
            times.append(time.perf_counter() - start)
            words.append(len(reply.text.split()))
            missing = shortcomings(case, reply)
            failed += bool(missing)
            wrong += [f"- {case['q']}: {', '.join(missing)}"] if missing else []
            if kind in shown:
                print(f"\n### {case['q']}\n\n{reply.text}\n")
        print(f"| {kind} | {len(group)} | {len(group) - failed} | {sorted(words)[len(words) // 2]} |")
    times.sort()
    print(f"\nanswer: p50 {times[len(times) // 2] * 1000:.1f} ms, p95 {times[int(len(times) * 0.95)] * 1000:.1f} ms")
    print("\nNot as they should be:\n" + "\n".join(wrong))


def shortcomings(case: Mapping[str, Any], reply: Answered) -> list[str]:
    """What a reply lacks of what the case demands; empty when it is as it should be."""
    wanted, first = case.get("is", "answer"), reply.text.split("\n\n")[0]
    kinds = {"answer": ("answer",), "away": ("refusal",), "refusal": ("refusal", "clarify")}[wanted]
    checks = {
        f"is a {reply.kind}": reply.kind in kinds and not (wanted == "away" and reply.cards),
        "another card": not case.get("card") or set(case["card"]) & set(reply.cards),
        "a card is missing": set(case.get("all", ())) <= set(reply.cards),
        "not first": not case.get("first") or re.search(case["first"], first),
        "lacks words": all(words in reply.text for words in case.get("has", ())),
        "says what it must not": not any(words in reply.text for words in case.get("hasnt", ())),
        "too long": len(reply.text.split()) <= case.get("most", MOST_WORDS),
    }
    return [name for name, holds in checks.items() if not holds]


if __name__ == "__main__":
    main()
