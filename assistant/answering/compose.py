"""Answers questions from the cards and the ingested texts, without a language model.

The direct answer comes first – the figure asked for, the correction of a wrong belief, the difference of two
things – then what belongs to it. Every paragraph names its sources by number; what the sources do not say is
said to be missing, with the nearest thing they do say and whom to ask.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.answering.asked import Asked, asks, clauses, parts_of, read, spoken_now, without_names
from assistant.answering.comparing import Compared, compared
from assistant.answering.coverage import SAME_QUESTION, Found, Wrong, judge, of_field, speaks_of, wrong_belief
from assistant.answering.figures import Figure, best_figure
from assistant.answering.misspelt import Mender
from assistant.answering.page import Page, sentences, unwrapped, word_count
from assistant.answering.quotes import ANSWERS, SURELY, Quote, quotes
from assistant.answering.setting import as_any_market, asks_method, settings_apart
from assistant.commands import Ask
from assistant.conversation import Conversation, ReplyKind
from assistant.draft import Answered
from assistant.understanding.steering.wishing import names_subject
from knowledge.hebrew import is_hebrew

MOST_TOLD = 4  # rules told for one decision
MOST_NUMBERS = 3
MOST_WORDS_LISTED = 200  # … when the steps or the members of a list are asked for
MOST_WORDS = 150  # of the direct answer and what explains it
HITS = 8
HOLDS = 0.5  # share of the best score from which a card that holds a follow-up's own word goes first
SURE_GAP = 0.8  # likeness from which on a known gap goes before any figure
RAMBLING, MOST_PARTS_TRIED, NEARER = 32, 8, 1.05  # words; clauses; how much better a part must fit
_YES_OR_NO = re.compile(r"\W*\b(?:just |only )?(?:a )?yes or no\b(?: only| please)?\W*|\W*(?:רק )?כן או לא\W*", re.I)
_DIGITS = re.compile(r"\d[\d,.]*\d|\d")
_ASK_WHOM = ("partner", "leads", "accounts", "roi")
_TOPIC_OF = {"case": "roi", "customers": "accounts", "nurture": "leads", "alignment": "leads", "marketing": "leads"}


class OfflineAnswerer:
    """Answers from the knowledge alone; the same question on the same index gives the same answer."""

    def __init__(self, knowledge: Any) -> None:
        self.knowledge = knowledge
        self._mender = Mender(knowledge)

    def answer(self, question: Ask, state: Conversation) -> Answered:
        """The answer in the conversation's language, with its sources and next steps."""
        page = Page(self.knowledge, state.language)
        text = _YES_OR_NO.sub(" ", question.text).strip() if question.yes_or_no else question.text
        text = text or question.text
        if question.decides:
            text = without_names(text, self.knowledge.vocabulary)
        parts = [text] if question.yes_or_no else self._questions(text)
        outcomes = []
        for part in parts:
            if len(parts) > 1:
                page.add(f"**{_capital(part)}**")
            part, settings = (part, ()) if question.decides else self._general(part)
            if settings:
                page.add(page.say("setting", setting=page.say("setting_and").join(settings)))
            outcomes.append(self._answer_one(page, part, question, alone=len(parts) == 1))
        kinds: list[ReplyKind] = [kind for kind, _ in outcomes]
        kind: ReplyKind = "answer" if "answer" in kinds else "clarify" if "clarify" in kinds else "refusal"
        return page.answered(kind, dict.fromkeys(step for _, steps in outcomes for step in steps))

    def _general(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The question of the method behind one for a place, a trade or a product, and those; else the text alone.

        Only where the method answers the question as such, and says nothing of the setting; no figure is general.
        """
        market, place = as_any_market(text)
        if place and self._judged(text).verdict != "answered" and _is_the_same(self._judged(market)):
            return market, (place,)
        general, settings = settings_apart(text, self.knowledge.vocabulary)
        asked = read(general)
        if not settings or asked.wants_thing or asked.own or asked.future or not asks_method(general):
            return text, ()
        found, whole = self._judged(general), self._judged(text)
        if found.verdict != "answered" or found.gap is not None or whole.gap is not None or self.tells(text):
            return text, ()
        if found.lead.kind == "gap" or (whole.verdict == "answered" and _speaks_of_all(whole.lead, settings)):
            return text, ()
        return general, settings

    def knows(self, text: str) -> float:
        """How like the words are to something the cards answer, 0..1; 0 when they answer nothing of the kind."""
        hits = self.knowledge.search(text, limit=1, kinds=("card",))
        found = judge(hits, read(text), self.knowledge.card)
        return float(hits[0].signals["likeness"]) if found.verdict in ("answered", "near") else 0.0

    def mended(self, text: str) -> str:
        """The question with its misspelt words put right, where it is answered only so; else ""."""
        better = self._mender.mended(text)
        if better == text or self._judged(text).verdict in ("answered", "unlawful") or self.tells(text):
            return ""
        verdict, changed = self._judged(better).verdict, len(set(better.split()) - set(text.split()))
        return better if verdict == "answered" or (verdict == "near" and changed > 1) else ""

    def tells(self, text: str) -> bool:
        """Whether a text that the person added says something near."""
        hits = self.knowledge.search(text, limit=HITS, kinds=("passage",))
        return bool(quotes(self.knowledge, read(text), hits))

    def _questions(self, text: str) -> list[str]:
        """The questions to answer one by one; the message itself where no part can be answered without the others."""
        parts = parts_of(text)
        if read(text).sides and not any(read(part).sides for part in parts):
            return [text]  # "when an agent and when a distributor?" compares
        if len(parts) == 1 or any(self._judged(part).verdict == "answered" for part in parts):
            return parts
        return [text] if self._judged(text).verdict == "answered" else parts

    def _judged(self, text: str) -> Found:
        asked = read(text)
        return judge(self._search(asked), asked, self.knowledge.card)

    def _answer_one(self, page: Page, text: str, question: Ask, *, alone: bool) -> tuple[ReplyKind, list[str]]:
        """One question told on the page: the kind of reply it makes and the next steps."""
        asked = read(text)
        hits, found = self._found(asked)
        told = quotes(self.knowledge, asked, hits)
        ordered = question.begins or found.verdict != "answered"
        if ordered and (decision := self._for_decision(text, hits, question.decides)):
            hits, found = decision
        wrong = self._wrong(asked, hits) if found.gap is None or asked.premise else None
        if question.yes_or_no:
            return self._yes_or_no(page, found, wrong), []
        if told and _before_cards(told[0], found):
            return self._quote(page, found, told)
        if wrong is not None:
            return self._correct(page, asked, wrong, found)
        hopeless = found.verdict in _NO_FIGURE or found.alike >= SURE_GAP
        figure = None if hopeless else best_figure(self.knowledge, asked, hits)
        if figure is not None:
            self._figure(page, asked, figure)
            return "answer", self._next_steps(figure.card, page.language)
        pair = compared(self.knowledge, asked, hits)
        if pair is not None:
            self._compare(page, pair)
            return "answer", self._next_steps(pair.cards[0], page.language)
        circumstances = self._circumstances(text, hits)
        if found.verdict == "near" and asked.states:
            page.add(f"{page.say('on_this')} {found.lead.answer[page.language]} {page.use(found.lead)}")
            return "answer", self._next_steps(found.lead, page.language)
        if found.verdict in _NO_FIGURE or (found.verdict != "answered" and not circumstances):
            return self._nearest_text(page, found, told) if told else self._decline(page, asked, found)
        if circumstances and found.lead.kind == "definition":
            found = replace(found, lead=circumstances[0])
        self._presumed(page, asked, found, hits)
        self._tell(page, asked, found, circumstances, brief=not alone)
        page.quote(quote for quote in told if quote.sure >= ANSWERS)
        unsaid = found.lead.kind == "gap" and not (asked.states or asked.advises)
        partly = bool(circumstances) or asked.states or found.besides
        missing = (found.gap is not None and (asked.wants_thing or not partly)) or unsaid
        return "refusal" if missing else "answer", self._next_steps(found.lead, page.language)

    def _search(self, asked: Asked) -> list[Any]:
        """The hits for the question; for a rambling message or a premise those of the part that is nearest a card.

        A message that is of another field as a whole may greet and introduce before it asks.
        """
        hits = self.knowledge.search(asked.text, limit=HITS)
        parts = [asked.premise] if asked.premise not in ("", asked.text) else []
        if len(asked.text.split()) >= RAMBLING or not (hits and of_field(hits[0].signals)):
            parts += clauses(asked.text)[-MOST_PARTS_TRIED:]
        for part in parts:
            other = self.knowledge.search(part, limit=HITS)
            if other and hits and other[0].kind == "card" and other[0].score > NEARER * hits[0].score:
                hits = other
        return hits

    def _found(self, asked: Asked) -> tuple[list[Any], Found]:
        """The hits for the question and what they mean; a follow-up in words the method lacks is not answered."""
        hits, bears = self._bearing_on(asked, self._search(asked))
        found = judge(hits, asked, self.knowledge.card)
        return hits, found if bears or found.verdict != "answered" else replace(found, verdict="near")

    def _bearing_on(self, asked: Asked, hits: list[Any]) -> tuple[list[Any], bool]:
        """The hits, for a follow-up with those first that hold a word of its own; False where the method knows none."""
        spoken = spoken_now(asked.text)
        if not spoken or not hits:
            return hits, True
        subjects = {word for word in spoken if names_subject(word)}
        holding = [hit for hit in hits if hit.kind == "card" and subjects & set(hit.matched)]
        if holding:
            best = holding[0] if holding[0].score >= HOLDS * hits[0].score else hits[0]
            return [best, *(hit for hit in hits if hit is not best)], True
        return hits, any(is_hebrew(word) or word in self.knowledge.vocabulary for word in spoken)

    def _for_decision(self, text: str, hits: list[Any], tool: str) -> tuple[list[Any], Found] | None:
        """The card that orders a decision a tool weighs, with the hits its circumstances may bring; None without one.

        Such a question is of this field whatever names and places it holds.
        """
        order = next((card for card in self.knowledge.cards.values() if tool and card.decides == tool), None)
        if order is None:
            return None
        found = [hit for part in clauses(text) for hit in self.knowledge.search(part, limit=HITS, kinds=("card",))]
        bearing = [hit for hit in (*found, *hits) if hit.kind == "card" and tool in self.knowledge.card(hit.id).tools]
        return bearing, Found("answered", order)

    # -- a wrong belief --------------------------------------------------------------------------------

    def _wrong(self, asked: Asked, hits: Sequence[Any]) -> Wrong | None:
        """The wrong belief the message takes as given, or asks about with yes or no."""
        if not asked.premise and (asked.quantity is not None or asked.sides is not None):
            return None
        cards = [hit for hit in hits if hit.kind == "card"]
        if asked.premise and asked.premise != asked.text:
            cards = [*self.knowledge.search(asked.premise, limit=5, kinds=("card",)), *cards]
        wrong = wrong_belief(cards, asked, self.knowledge.card)
        voiced = asked.premise or asked.polar or not asked.asks
        return wrong if wrong is not None and voiced else None

    def _correct(self, page: Page, asked: Asked, wrong: Wrong, found: Found) -> tuple[ReplyKind, list[str]]:
        correction = wrong.misconception.correction[page.language]
        said = page.say("not_quite", correction=correction) if wrong.presumed else correction
        page.add(f"{said} {page.use(wrong.card)}")
        self._answer(page, wrong.card)
        if found.verdict == "answered" and found.gap is None and found.lead.id != wrong.card.id:
            self._point(page, found.lead)
        else:
            self._caveats(page, wrong.card, asked, 1)
        return "answer", self._next_steps(wrong.card, page.language)

    def _presumed(self, page: Page, asked: Asked, found: Found, hits: Sequence[Any]) -> None:
        """What a premise claims beyond the sources: a figure they do not hold, or proof."""
        if not asked.premise or found.gap is not None:
            return
        text = " ".join(_text_of(self.knowledge.card(hit.id)) for hit in hits if hit.kind == "card")
        held = set(_DIGITS.findall(text)) | {figure.partition(".")[0] for figure in _DIGITS.findall(text)}
        unknown = [figure for figure in _DIGITS.findall(asked.premise) if figure not in held]
        if unknown:
            page.add(page.say("no_such_figure", figures=", ".join(dict.fromkeys(unknown))))
        elif asked.authority:
            page.add(f"{page.say('not_proven')} {page.use(found.lead)}")

    def _yes_or_no(self, page: Page, found: Found, wrong: Wrong | None) -> ReplyKind:
        """One honest line: no to a belief the sources contradict, else the rule that decides it when one is near."""
        if wrong is not None:
            correction = page.say("no_as_put", correction=wrong.misconception.correction[page.language])
            page.add(f"{correction} {page.use(wrong.card)}")
            return "answer"
        if found.verdict in _DECLINED:
            return self._decline(page, read(""), found)[0]
        page.add(page.say("not_yes_or_no"))
        self._answer(page, found.lead)
        return "answer"

    # -- a figure, a comparison ------------------------------------------------------------------------

    def _figure(self, page: Page, asked: Asked, figure: Figure) -> None:
        card, line, language = figure.card, figure.line, page.language
        marks = page.use(card)
        if line.kind == "number":
            number = card.numbers[line.number]
            whole = line.language != language or line.text == f"{line.value} {number[line.language]}"
            value, label = (number.value, number[language]) if whole else (line.value, line.text[len(line.value) + 1 :])
            mark = page.say_mark(number.mark)
            page.add(f"{page.say('figure', value=value, label=label, mark=mark, title=card.title[language])} {marks}")
            about = [
                s for s in sentences(card.answer[language]) if set(_DIGITS.findall(value)) & set(_DIGITS.findall(s))
            ]
            page.add(f"{about[0]} {marks}" if about else "")
        elif line.language == language and line.kind == "body":
            page.add(f"{_capital(line.text)} {marks}")
        else:
            self._answer(page, card)
        self._caveats(page, card, asked, 1)

    def _compare(self, page: Page, pair: Compared) -> None:
        language = page.language
        if pair.bridge:
            page.add(f"{pair.bridge} {page.use(pair.bridge_card)}")
        else:
            page.add(page.say("differ"))
        told = [f"- **{card.title[language]}**: {card.answer[language]} {page.use(card)}" for card in pair.cards]
        page.add("\n".join(told))

    # -- an answer from cards --------------------------------------------------------------------------

    def _tell(self, page: Page, asked: Asked, found: Found, circumstances: list[Any], *, brief: bool) -> None:
        card, language = found.lead, page.language
        if found.besides:
            self._answer(page, card)
        if found.gap is not None:
            page.add(f"{found.gap.says[language]} {page.use(card)}")
        if asked.definition and card.kind == "definition" and found.gap is None:
            self._point(page, card)
        elif found.gap is None or not (asked.short or circumstances):
            self._answer(page, card)
        others = [other for other in circumstances if other.id != card.id]
        if others:
            lines = [
                f"- **{_titled(c, language)}** {c.answer[language]} {page.use(c)}" for c in others[: MOST_TOLD - 1]
            ]
            page.add(page.say("told") + "\n\n" + "\n".join(lines))
            return
        if not brief and not asked.definition and found.gap is None:
            self._explain(page, card, asked)
            for other in found.others[:1]:
                if word_count("\n".join(page.paragraphs)) < MOST_WORDS:
                    self._point(page, other)

    def _explain(self, page: Page, card: Any, asked: Asked) -> None:
        """What the answer needs to be used: the fuller text within bounds, figures, caveats."""
        language = page.language
        most = MOST_WORDS_LISTED if asked.lists else MOST_WORDS
        left = most - word_count("\n".join(page.paragraphs))
        if not asked.short:
            for paragraph in unwrapped(card.body[language]).split("\n\n"):
                if word_count(paragraph) > left and not (asked.lists and re.search(r"\n(?:-|\d+\.)", paragraph)):
                    break
                page.add(f"{paragraph} {page.use(card)}" if "\n" not in paragraph else paragraph)
                left -= word_count(paragraph)
        told = " ".join(page.paragraphs)
        fresh = [n for n in card.numbers if not set(_DIGITS.findall(n.value)) <= set(_DIGITS.findall(told))]
        if (card.kind in ("number", "example", "tension") or asked.figures) and fresh:
            page.add("\n".join(
                page.say("figure_line", value=n.value, label=n[language], mark=page.say_mark(n.mark))
                for n in fresh[: 1 if asked.short or asked.premise else MOST_NUMBERS]
            ))  # fmt: skip
        self._caveats(page, card, asked, 1 if asked.short else 2)

    def _answer(self, page: Page, card: Any) -> None:
        page.add(f"{card.answer[page.language]} {page.use(card)}")

    def _point(self, page: Page, card: Any) -> None:
        page.add(f"**{_titled(card, page.language)}** {card.answer[page.language]} {page.use(card)}")

    def _caveats(self, page: Page, card: Any, asked: Asked, most: int) -> None:
        """The caveats that bear on the question most, in the card's order."""
        caveats = list(card.caveats)
        if len(caveats) > most:
            vectors = self.knowledge.embedding.embed_passages([caveat[page.language] for caveat in caveats])
            likeness = vectors @ self.knowledge.embedding.embed_questions([asked.text])[0]
            best = sorted(range(len(caveats)), key=lambda at: -likeness[at])[:most]
            caveats = [caveats[at] for at in sorted(best)]
        if caveats:
            listed = " ".join(caveat[page.language] for caveat in caveats)
            page.add(f"{page.say('caveats')}: {listed} {page.use(card)}")

    def _circumstances(self, text: str, hits: Sequence[Any]) -> list[Any]:
        """The cards whose rule a circumstance brings that the person mentioned, of the topics of the question."""
        parts = clauses(text)
        if len(parts) < 2:
            return []
        parts = [part for part in parts if not asks(part) or text.partition(part)[2].lstrip()[:1] in (".", "!")]
        ranked = [self.knowledge.card(hit.id).topic for hit in hits if hit.kind == "card"]
        topics = {ranked[0], *(topic for topic in ranked[:4] if ranked[:4].count(topic) > 1)} if ranked else set()
        cards = []
        for part in parts:
            found = self.knowledge.search(part, limit=4, kinds=("card",))
            brought = [(hit, self.knowledge.card(hit.id)) for hit in found if speaks_of(hit)]
            cards += [card for _, card in brought if card.topic in topics][:1]
        return cards_by_id(cards)

    # -- an answer from the texts a person added --------------------------------------------------------

    def _quote(self, page: Page, found: Found, told: Sequence[Quote]) -> tuple[ReplyKind, list[str]]:
        """What the texts say, word for word; then the card that speaks of the same, if one does."""
        page.add(page.say("texts_say"))
        page.quote(quote for quote in told if quote.sure >= ANSWERS)
        if found.verdict != "answered" or found.gap is not None:
            return "answer", []
        self._point(page, found.lead)
        return "answer", self._next_steps(found.lead, page.language)

    def _nearest_text(self, page: Page, found: Found, told: Sequence[Quote]) -> tuple[ReplyKind, list[str]]:
        """That nothing answers, and the sentence of the texts that comes nearest."""
        page.add(page.say("texts_nearest"))
        page.quote(told[:1])
        return "refusal", []

    # -- nothing to answer with ------------------------------------------------------------------------

    def _decline(self, page: Page, asked: Asked, found: Found) -> tuple[ReplyKind, list[str]]:
        """What is missing, the nearest thing there is, and whom to ask."""
        if found.verdict == "empty":
            page.add(page.say("which"))
            return "clarify", []
        if found.verdict in ("off_topic", "unlawful"):
            page.add(page.say(found.verdict))
            return "refusal", []
        reason: str = "near" if found.verdict == "near" and not asked.particular else found.verdict
        if reason in ("near", "uncovered") and asked.quantity:
            reason = "no_figure"
        page.add(page.say(reason if reason in ("own", "future", "no_figure", "near") else "uncovered"))
        card, language = found.lead, page.language
        nearest = f"**{_titled(card, language)}** {card.answer[language]} {page.use(card)}"
        page.add(page.say("nearest", nearest=nearest))
        topic = _TOPIC_OF.get(card.topic, card.topic)
        page.add(page.say(f"ask.{topic if topic in _ASK_WHOM else 'other'}"))
        return "refusal", self._next_steps(card, language)

    def _next_steps(self, lead: Any, language: str) -> list[str]:
        related = [self.knowledge.card(card_id) for card_id in lead.related]
        return [card.questions[language][0] for card in related[:2] if card is not None]


_NO_FIGURE = ("empty", "off_topic", "unlawful", "own", "future")
_DECLINED = (*_NO_FIGURE, "uncovered")


def _is_the_same(found: Found) -> bool:
    """Whether a card asks, or says it does not know, the very same."""
    return found.verdict == "answered" and (found.same or found.alike >= SAME_QUESTION)


def _before_cards(quote: Quote, found: Found) -> bool:
    """Whether a text that the person added answers before the cards do: the method's own sources never do."""
    if found.gap is not None or found.verdict == "future":
        return quote.sure >= SURELY and not quote.cited
    if found.verdict != "answered":
        return quote.sure >= ANSWERS
    return quote.sure >= SURELY and not quote.cited and not found.same


def _speaks_of_all(card: Any, settings: Sequence[str]) -> bool:
    text = f"{_text_of(card)} {card.title.he} {card.answer.he} {card.body.he}".lower()
    return all(setting.lower() in text for setting in settings)


def cards_by_id(cards: Sequence[Any]) -> list[Any]:
    """The cards without repetition, in order."""
    return list({card.id: card for card in cards}.values())


def _titled(card: Any, language: str) -> str:
    title = card.title[language]
    return title if title.endswith(("?", "!")) else f"{title}."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:].rstrip(";:")


def _text_of(card: Any) -> str:
    figures = " ".join(f"{number.value} {number.en}" for number in card.numbers)
    claims = " ".join(f"{m.claim.en} {m.correction.en}" for m in card.misconceptions)
    return f"{card.title.en} {card.answer.en} {card.body.en} {figures} {claims} {' '.join(c.en for c in card.caveats)}"
