"""What is answered, declined and sent away, and what that costs: `python -m bench.answering`.

Prints, for the questions of answerability.yaml, how each kind is treated, and the trade-off of the threshold
between refusing what could be answered and answering what could not.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import yaml

from assistant.answering.coverage import judge, strength
from knowledge import open_knowledge

QUESTIONS = Path(__file__).parent / "answerability.yaml"


def main() -> None:
    """Print both tables."""
    questions = yaml.safe_load(QUESTIONS.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as home:
        knowledge = open_knowledge(Path(home))
        hits = {text: knowledge.search(text, limit=8) for texts in questions.values() for text in texts}
    print("| questions | answered | near | gap or correction | uncovered | off topic |\n|---|---|---|---|---|---|")
    for kind, texts in questions.items():
        seen: Counter[str] = Counter()
        for text in texts:
            found = judge(hits[text], text, knowledge.card)
            seen["named" if found.gap or found.misconception else found.verdict] += 1
        print(f"| {kind} ({len(texts)}) |", " | ".join(str(seen[name]) for name in
              ("answered", "near", "named", "uncovered", "off_topic")), "|")  # fmt: skip
    print("\n| threshold | covered refused | uncovered answered | off topic answered |\n|---|---|---|---|")
    strengths = {kind: [strength(hits[text][0].signals) for text in texts] for kind, texts in questions.items()}
    for threshold in (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75):
        refused = sum(value < threshold for value in strengths["covered"])
        cells = [f"{refused}/{len(strengths['covered'])}"]
        for kind in ("uncovered", "off_topic"):
            cells.append(f"{sum(value >= threshold for value in strengths[kind])}/{len(strengths[kind])}")
        print(f"| {threshold} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
