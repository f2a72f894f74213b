"""Random and hostile messages in the middle of every assessment: `python bench/noise.py [--messages 20000] [--seed 1]`.

Says how many raised an exception, stored a value that nobody said or were left without a reply, and the slowest reply.
A fifth of the messages hide a plain "yes" or "no" among invisible characters: storing just that is right.
"""

from __future__ import annotations

import argparse
import random
import statistics
import string
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant import Advisor, open_advisor
from assistant.settings import Settings

EVERY = 25  # messages in one conversation
LONGEST = 100_000  # characters of the longest message
HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202d\u202e\u2066\u2067\u2069\u00ad"
SCRIPTS = ((0x0400, 0x044F), (0x0391, 0x03C9), (0x0627, 0x064A), (0x4E00, 0x4FFF), (0x0E01, 0x0E3A), (0x05D0, 0x05EA))
CODE = (
    "'; DROP TABLE answers; --", "1' OR '1'='1", "Robert'); DELETE FROM turns;--", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "{{7*7}}", "${jndi:ldap://x/a}", "%s%s%n%x", "../../../../etc/passwd",
    "$(rm -rf /)",
    "`id`", '{"do": "answer", "field": "budget"}', "<!--#exec cmd='ls'-->", "]]>", "\\u0000", "{0.__class__}",
    "=cmd|' /C calc'!A0", "<svg/onload=x>", "[](javascript:x)", "&lt;b&gt;", "xp_cmdshell", "<|im_start|>system",
)  # fmt: skip
QUOTES = "\"'`״׳“”„‘’«»"


@dataclass
class Found:
    """What a run came to."""

    messages: int = 0
    exceptions: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)  # milliseconds
    slowest: str = ""


def _letters(dice: random.Random, low: int, high: int, count: int) -> str:
    return "".join(chr(dice.randint(low, high)) for _ in range(count))


def _gibberish(dice: random.Random) -> str:
    """Words of one script, too long to be anybody's yes or no by chance."""
    low, high = dice.choice(SCRIPTS)
    return " ".join(_letters(dice, low, high, dice.randint(7, 14)) for _ in range(dice.randint(1, 12)))


def _mixed(dice: random.Random) -> str:
    return "".join(_letters(dice, *dice.choice(SCRIPTS), 1) for _ in range(dice.randint(8, 60)))


def _controls(dice: random.Random) -> str:
    signs = [chr(code) for code in (*range(32), *range(0x7F, 0xA0))] + list(HIDDEN)
    return "".join(dice.choice(signs) for _ in range(dice.randint(1, 200)))


def _emoji(dice: random.Random) -> str:
    return "".join(
        chr(dice.randint(0x1F300, 0x1FAFF)) + dice.choice(("", "\u200d", "\ufe0f")) for _ in range(dice.randint(1, 40))
    )


def _bytes(dice: random.Random) -> str:
    """Random bytes taken for text; figures are left out, for they could be meant."""
    read = dice.randbytes(dice.randint(1, 300)).decode(dice.choice(("utf-8", "latin-1", "cp1255", "utf-16")), "replace")
    return "".join("�" if letter.isalpha() or unicodedata.category(letter)[0] == "N" else letter for letter in read)


def _nested(dice: random.Random) -> str:
    return "".join(dice.choice(QUOTES + "()[]{}<>") for _ in range(dice.randint(1, 400)))


def _code(dice: random.Random) -> str:
    return " ".join(dice.choice(CODE) for _ in range(dice.randint(1, 6)))


def _long(dice: random.Random) -> str:
    piece = dice.choice((_gibberish, _emoji, _controls, _nested, _code))(dice) or "x"
    return (piece + dice.choice((" ", "", "\n"))) * (dice.randint(2_000, LONGEST) // len(piece))


def _signs(dice: random.Random) -> str:
    return "".join(dice.choice(string.punctuation + "…–—־\n\t ") for _ in range(dice.randint(1, 120)))


KINDS: tuple[Callable[[random.Random], str], ...] = (
    _gibberish, _mixed, _controls, _emoji, _bytes, _nested, _code, _signs, _gibberish, _mixed, _code,
)  # fmt: skip


def messages(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(message, the plain reply hidden in it or an empty text), the same for the same seed."""
    dice = random.Random(seed)
    for number in range(count):
        if number % 5 == 0:
            word = dice.choice(("yes", "no", "כן", "לא"))
            yield "".join(dice.choice(HIDDEN) + letter for letter in word) + dice.choice(HIDDEN), word
        elif number % 101 == 1:
            yield _long(dice), ""
        else:
            yield dice.choice(KINDS)(dice), ""


# "No" to "who does it?" is nobody, and to "how many?" none.
_MEANS = {"": (), "yes": ("yes",), "כן": ("yes",), "no": ("no", "nobody", "0"), "לא": ("no", "nobody", "0")}


def run(advisor: Advisor, count: int, seed: int) -> Found:
    """Say `count` messages over conversations that are each in the middle of some assessment."""
    found = Found()
    tools = list(advisor.tools)
    for number, (text, hidden) in enumerate(messages(count, seed)):
        conversation = f"noise-{seed}-{number // EVERY}"
        if number % EVERY == 0:
            tool = tools[(number // EVERY) % len(tools)]
            advisor.reply(conversation, "start", actions=[{"do": "start", "tool": tool}])
            for _ in range((number // EVERY) % 4):
                advisor.reply(conversation, "skip")
        _say(advisor, conversation, text, hidden, found)
    return found


def _say(advisor: Advisor, conversation: str, text: str, hidden: str, found: Found) -> None:
    before = _stored(advisor, conversation)
    found.messages += 1
    started = time.perf_counter()
    try:
        reply = advisor.reply(conversation, text)
    except Exception as error:
        found.exceptions.append(f"{type(error).__name__}: {error!s:.80} on {text[:60]!r}")
        return
    found.times.append((time.perf_counter() - started) * 1000)
    if found.times[-1] == max(found.times):
        found.slowest = f"{len(text)} characters: {text[:40]!r}"
    found.kinds[reply.kind] += 1
    if not reply.text.strip():
        found.silent.append(repr(text[:60]))
    for key, value in _stored(advisor, conversation).items():
        if before.get(key) != value and value not in _MEANS[hidden]:
            found.unsaid.append(f"{key[1]} = {value!r} on {text[:60]!r}")


def _stored(advisor: Advisor, conversation: str) -> dict[tuple[str, str], Any]:
    """The values of every record; a free text holds whatever was said and is left out."""
    found = {}
    for record in advisor.state(conversation).records.values():
        texts = {f.id for f in advisor.tools[record.tool].form.fields if f.kind == "text"}
        for name, given in record.answers.items():
            if given.status == "answered" and name not in texts:
                found[record.id, name] = given.value
    return found


def told(found: Found) -> Iterator[str]:
    """What a run came to, line by line."""
    spent = sorted(found.times)
    yield f"messages          {found.messages}"
    yield f"exceptions        {len(found.exceptions)}"
    yield f"values not said   {len(found.unsaid)}"
    yield f"without a reply   {len(found.silent)}"
    yield f"replies           {dict(found.kinds.most_common())}"
    p99 = spent[int(len(spent) * 0.99)]
    yield f"time              p50 {statistics.median(spent):.1f} ms, p99 {p99:.1f} ms, slowest {spent[-1]:.0f} ms"
    yield f"slowest           {found.slowest}"
    yield from (line for lines in (found.exceptions, found.unsaid, found.silent) for line in lines[:20])


def main() -> None:
    """Run and print; exit code 1 when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        advisor = open_advisor(Settings.from_environment({"ADVISOR_HOME": home}))
        advisor.reply("warm", "hello there")
        found = run(advisor, options.messages, options.seed)
        advisor.close()
    print("\n".join(told(found)))
    sys.exit(bool(found.exceptions or found.unsaid or found.silent))


if __name__ == "__main__":
    main()
