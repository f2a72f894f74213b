"""What the mask hides and what it hides needlessly: `python -m bench.redaction [--misses]`.

Recall is the share of the names, addresses and numbers of redaction.yaml that do not leave; a false mask is a
stand-in that covers none of them.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from assistant.modelled import mask_for
from assistant.redaction import STAND_IN, Mask
from knowledge import Knowledge, open_knowledge
from knowledge.hebrew import main_language
from tools.registry import TOOLS

MESSAGES = Path(__file__).parent / "redaction.yaml"


def judged(knowledge: Knowledge, half: str) -> Iterator[tuple[str, str, list[str], list[str], int]]:
    """Each message: its language, the text as it would leave, all names, those that leaked, needless stand-ins."""
    for one in yaml.safe_load(MESSAGES.read_text("utf-8"))[half]:
        mask = mask_for(knowledge, {tool.name: tool for tool in TOOLS}, ())
        sent = mask.hide(one["t"])
        leaked = [name for name in one["hide"] if re.search(rf"{re.escape(name)}(?!\w)", sent)]
        yield main_language(one["t"]), sent, one["hide"], leaked, _needless(mask, sent, one["hide"])


def _needless(mask: Mask, sent: str, names: list[str]) -> int:
    covered = [mask.show(stand_in) for stand_in in STAND_IN.findall(sent)]
    return sum(not any(name in text or text in name for name in names) for text in covered)


def main() -> None:
    """Print the table, and with --misses each message with a leak or a needless stand-in."""
    with tempfile.TemporaryDirectory() as home:
        knowledge = open_knowledge(Path(home))
        print("| half | language | messages | to hide | hidden | needless stand-ins |\n|---|---|---|---|---|---|")
        for half in ("dev", "held"):
            every = list(judged(knowledge, half))
            for language in ("en", "he"):
                of = [one for one in every if one[0] == language]
                names, leaked = sum(len(one[2]) for one in of), sum(len(one[3]) for one in of)
                print(f"| {half} | {language} | {len(of)} | {names} | {names - leaked} | {sum(one[4] for one in of)} |")
            if "--misses" in sys.argv:
                for _, sent, _, leaked_here, needless in every:
                    if leaked_here or needless:
                        print(f"  {sent}  (leaked: {leaked_here}; needless: {needless})")


if __name__ == "__main__":
    main()
