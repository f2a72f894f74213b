"""What one answer gathers while a language model works on it: numbered material, tool runs, an offer.

Everything that reaches the model passes here, and everything the model's draft may stand on is kept here as
`Piece`s. Foreign text is cut to what informs: no links, no images, no sentence that speaks to a machine.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.answering import claims
from assistant.answering.evidence import Evidence, Piece, usable
from assistant.answering.page import Page
from assistant.answering.quotes import best_sentence
from assistant.commands import Answer, Ask, Start
from assistant.conversation import Calculation, Conversation, Language, Source
from assistant.draft import calculation
from assistant.model import ToolSpec
from assistant.understanding.context.cases import wishes
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.words.text import clean
from assistant.watch import Watch
from assistant.wording import say
from knowledge import Knowledge
from tools.errors import InputError
from tools.policy import Weights
from tools.registry import validate
from tools.result import Result
from tools.tool import Tool

CARDS, PASSAGES = 4, 3  # results of one search
LONGEST_PASSAGE = 1500
SHOWN = 12  # figures and reasons of a result that are sent

_STARTING = (
    "A guided assessment, asked and scored by the program. When the person asks to go through it now, copy their words "
    "for that into `words` and it begins; else leave `words` empty and it is offered."
)

WeightsOf = Callable[[str, Mapping[str, str]], Weights | None]


@dataclass
class Desk:
    """The material of one answer."""

    knowledge: Knowledge
    tools: Mapping[str, Tool]
    weights: WeightsOf
    today: dt.date
    question: Ask
    state: Conversation
    watch: Watch
    read_facts: Callable[[str, str], tuple[Answer, ...]] = lambda tool, text: ()  # of an assessment, in a message
    pieces: list[Piece] = field(default_factory=list)
    cards: dict[str, Any] = field(default_factory=dict)  # mark -> card
    passages: dict[str, Source] = field(default_factory=dict)  # mark -> source with its quote
    calculations: list[Calculation] = field(default_factory=list)
    offer: Start | None = None

    def __post_init__(self) -> None:
        words = (self.question.original, self.question.text, self.watch.said, *self._recorded())
        self.pieces.append(Piece("", "person", tuple(dict.fromkeys(word for word in words if word))))

    @property
    def language(self) -> Language:
        """The language of the answer."""
        return self.state.language

    def evidence(self, *prompts: str) -> Evidence:
        """All that a draft may stand on now."""
        return Evidence(tuple(self.pieces), self.state.language, prompts, self.knowledge.vocabulary)

    def _recorded(self) -> Iterable[str]:
        """What the person said for the record in hand."""
        record = self.state.record or self.state.records.get(self.state.latest)
        if record is None:
            return
        for key, given in record.answers.items():
            yield f"{key.replace('_', ' ')}: {given.raw}"

    # -- the tools -----------------------------------------------------------------------------------

    def specs(self) -> list[ToolSpec]:
        """The tools the model may call."""
        assessments = sorted(name for name, tool in self.tools.items() if not tool.at_once)
        return [
            ToolSpec("search_knowledge", "Find more material on a question, in Hebrew or English.",
                     _object({"query": {"type": "string"}}, ["query"]), lambda a: self.search(str(a.get("query", "")))),
            ToolSpec("start_assessment", _STARTING, _object({
                "assessment": {"type": "string", "enum": assessments}, "name": {"type": "string"},
                "words": {"type": "string"}}, ["assessment"]), self._start),
            *(self._calculator(tool) for tool in self.tools.values() if tool.at_once),
        ]  # fmt: skip

    def search(self, query: str) -> str:
        """The best cards and passages as numbered material."""
        self.watch.tell("status", say("model.searching", self.language))
        hits = self.knowledge.search(query, limit=8)
        cards = [self._card(hit.id) for hit in hits if hit.kind == "card"][:CARDS]
        passages = [self._passage(hit, query) for hit in hits if hit.kind == "passage"][:PASSAGES]
        found = [text for text in [*cards, *passages] if text]
        if not found:
            return "Nothing was found. Try other words, or write NOT_COVERED."
        return "<material>\n" + "\n\n".join(found) + "\n</material>"

    def _card(self, card_id: str) -> str:
        card = self.knowledge.card(card_id)
        if card is None:
            return ""
        mark = next((mark for mark, known in self.cards.items() if known.id == card_id), "")
        if not mark:
            mark = self._next_mark()
            self.cards[mark] = card
            self.pieces.append(card_piece(card, mark, self.knowledge))
        language = self.language
        lines = [f"[{mark}] {card.title[language]} (rules: {', '.join(card.rules) or 'none'}; as of {card.as_of})"]
        lines += [card.answer[language], card.body[language]]
        lines += [f"- {number.value}: {number[language]}" for number in card.numbers]
        lines += [f"Caveat: {caveat[language]}" for caveat in card.caveats]
        lines += [f"Wrong belief: {m.claim[language]} It is: {m.correction[language]}" for m in card.misconceptions]
        lines += [f"Not in the sources: {gap.says[language]}" for gap in card.gaps]
        return "\n".join(lines)

    def _passage(self, hit: Any, query: str) -> str:
        document = self.knowledge.library.document(hit.passage["document"])
        told = usable(claims.LINK.sub(" ", hit.passage["text"]))
        if document is None or not told:
            return ""
        mark = next((mark for mark, known in self.passages.items() if known.passage == hit.id), "")
        if not mark:
            mark = self._next_mark()
            quote = best_sentence(self.knowledge, hit.passage["text"], query)
            self.passages[mark] = Source(
                id=document.source or document.id,
                title=document.title,
                author=document.author or "",
                date=str(document.date) if document.date else None,
                quote=quote if quote and quote in document.text else None,
                passage=hit.id,
            )
            names = (document.title, document.author or "")
            dates = (str(document.date),) if document.date else ()
            self.pieces.append(Piece(mark, "passage", tuple(told), (self.passages[mark].id,), (), dates, names))
        return f"[{mark}] From a text the person added, “{document.title}”:\n" + " ".join(told)[:LONGEST_PASSAGE]

    def _next_mark(self) -> str:
        return str(len(self.cards) + len(self.passages) + 1)

    def _start(self, arguments: Mapping[str, Any]) -> str:
        """Begin an assessment the person asked for in so many words, else offer it; its answers are theirs alone."""
        name = str(arguments.get("assessment", ""))
        if name not in self.tools or self.tools[name].at_once:
            return f"There is no assessment {name!r}; go on without it."
        if self.state.record is not None:
            return "Another one is open; the program goes on with it. Answer the question only."
        called, words = (" ".join(str(arguments.get(key) or "").split()) for key in ("name", "words"))
        known = called and called.casefold() in " ".join(self.pieces[0].texts).casefold()
        begins = bool(words) and wishes(words) and words.casefold() in " ".join(self.watch.said.split()).casefold()
        self.offer = Start(
            name, called if known else "", only_offer=not begins, answers=self.read_facts(name, self.watch.said)
        )
        how = "begins" if begins else "is offered"
        return f"It {how} below your answer, and the program asks its questions. Answer from the material, ask none."

    # -- calculators ---------------------------------------------------------------------------------

    def _calculator(self, tool: Tool) -> ToolSpec:
        about = f"{tool.form.title.en}. {tool.form.intro.en}"
        return ToolSpec(tool.name, about, slim(tool.inputs.model_json_schema()), lambda a: self._calculate(tool, a))

    def _calculate(self, tool: Tool, arguments: dict[str, Any]) -> str:
        self.watch.tell("status", say("model.calculating", self.language, title=tool.form.title[self.language]))
        given = {key: value for key, value in arguments.items() if value not in (None, "", [], {})}
        if invented := unsaid(given, self.pieces[0]):
            return (
                f"Not calculated: the person did not say {', '.join(invented)}. Call again with their own figures, "
                "or ask them for the missing one in a short question."
            )
        try:
            weights = self.weights(tool.weights, {}) if tool.weights else None
            result = tool.calculate(validate(tool, given), weights, self.today)
        except InputError as error:
            told = " ".join(one.text.en for one in error.errors)
            return f"Not calculated. {told} Mend these fields and call again, or ask the person."
        mark = f"c{len(self.calculations) + 1}"
        self.calculations.append(calculation(result, given))
        self.pieces.append(result_piece(result, mark))
        return f"[{mark}] " + json.dumps(told_result(result, self.language), ensure_ascii=False)

    # -- the finished answer -------------------------------------------------------------------------

    def page(self, draft: str) -> tuple[str, tuple[Source, ...], tuple[str, ...]]:
        """The draft with its marks turned into numbers of sources; the sources; the cards cited."""
        page = Page(self.knowledge, self.language)
        numbered: dict[str, str] = {}
        for mark in dict.fromkeys(mark for found in claims.MARK.findall(draft) for mark in re.split(r"\s*,\s*", found)):
            numbered[mark] = self._cite(page, mark)
        text = claims.MARK.sub(lambda m: "".join(numbered.get(x, "") for x in re.split(r"\s*,\s*", m.group(1))), draft)
        text = re.sub(r"(\[\d+\])(?:\s*\1)+", r"\1", re.sub(r" +([.,;:!?])", r"\1", text))
        return text.strip(), tuple(page.sources), tuple(page.cards)

    def _cite(self, page: Page, mark: str) -> str:
        if mark in self.cards:
            page.cards.append(self.cards[mark].id)
            return page.cite(self.cards[mark])
        if mark in self.passages:
            page.sources.append(self.passages[mark])
            return f"[{len(page.sources)}]"
        return ""


# -- material as pieces ------------------------------------------------------------------------------


def card_piece(card: Any, mark: str, knowledge: Any) -> Piece:
    """All a card states, in both languages; what it calls a wrong belief is left out."""
    texts = []
    for language in ("en", "he"):
        texts += [card.title[language], card.answer[language], card.body[language]]
        texts += [f"{number.value} {number[language]}" for number in card.numbers]
        texts += [f"{number[language]}: {number.value}" for number in card.numbers]
        texts += [text[language] for text in card.caveats]
        texts += [m.correction[language] for m in card.misconceptions] + [gap.says[language] for gap in card.gaps]
    entries = [entry for name in card.sources if (entry := knowledge.source(name)) is not None]
    names = [part for e in entries for part in (e.title.en, e.title.he, e.author.en, e.author.he, e.publisher)]
    dates = [str(date) for entry in entries for date in (entry.date, entry.signed) if date]
    return Piece(mark, "card", tuple(texts), card.sources, card.rules, (*dates, str(card.as_of)), tuple(names))


def result_piece(result: Result, mark: str) -> Piece:
    """All a result says, in both languages, with its figures by label."""
    data = result.to_json()
    figures = [figure for part in (result, *result.parts) for figure in part.figures]
    labels = [
        (figure.label[language], figure.value.low, figure.value.high, figure.unit)
        for figure in figures if figure.value is not None for language in ("en", "he")
    ]  # fmt: skip
    told = [f"{figure.label[lg]}: {figure.display[lg]}" for figure in figures for lg in ("en", "he")]
    grounds: list[Any] = [*result.reasons, *result.gates]
    rules = [rule for item in grounds for rule in item.rules]
    ids = [name for item in grounds for name in item.sources]
    dates = [date for reason in result.reasons for date in reason.dates if date]
    verdicts = (result.verdict, *(part.verdict for part in result.parts))
    return Piece(
        mark, "calculation", (*told, *_texts(data)), tuple(ids), tuple(rules), tuple(dates), (), verdicts, tuple(labels)
    )


def _texts(data: Any) -> Iterable[str]:
    if isinstance(data, Mapping):
        if set(data) == {"en", "he"}:
            yield from (str(data["en"]), str(data["he"]))
        else:
            for value in data.values():
                yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def told_result(result: Result, language: str) -> dict[str, Any]:
    """What the model is told of a result: the verdict, the bottom line, figures, reasons, what is missing."""
    told: dict[str, Any] = {"verdict": result.verdict, "bottom_line": result.bottom_line[language]}
    told["figures"] = {f.label[language]: f.display[language] for f in result.figures[:SHOWN] if f.value is not None}
    told["warnings"] = [warning.text[language] for warning in result.warnings]
    told["reasons"] = [reason.text[language] for reason in result.reasons[:SHOWN]]
    told["missing"] = list(result.missing)
    told["next"] = [action[language] for action in result.actions]
    return {key: value for key, value in told.items() if value}


def unsaid(arguments: Any, person: Piece) -> list[str]:
    """The numbers among a calculator's arguments that the person did not say."""
    said = {number for fact in person.facts for value in fact.value for number in (value, value * 100)}
    found = []
    for text in _leaves(arguments):
        for quantity in quantities(clean(text)):
            for value in (quantity.low, quantity.high):
                if value not in said and value * 100 not in said and not _is_date(text):
                    found.append(text)
    return list(dict.fromkeys(found))


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


def _leaves(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _leaves(inner)
    elif not isinstance(value, bool) and re.search(r"\d", str(value)):
        yield str(value)


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}


_MAPS = ("properties", "$defs")  # keyed by the tool's own names, which may be any word
_NOT_SENT = ("title", "additionalProperties", "examples", "maxLength")


def slim(node: Any) -> Any:
    """A JSON Schema without what a caller need not read: titles, nulls, other languages, number shapes."""
    if isinstance(node, list):
        return [slim(one) for one in node]
    if not isinstance(node, dict):
        return node
    options = [one for one in node.get("anyOf", []) if one.get("type") != "null"]
    if {"string", "number"} <= {str(one.get("type")) for one in options}:
        return {"type": "string", "description": node.get("description", "")}
    kept = {**node, **({"anyOf": options} if options else {})}
    return {
        key: {name: slim(one) for name, one in value.items()} if key in _MAPS else slim(value)
        for key, value in kept.items()
        if key not in _NOT_SENT and not key.startswith("x-") and not (key == "default" and not value)
    }  # fmt: skip
