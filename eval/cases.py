"""What a trainer can write: suites, cases, turns and expectations. The JSON Schema is made from these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Language = Literal["en", "he"]
Outcome = Literal["grounded", "partial", "clarify", "decline", "calculate", "assess", "chat"]
Check = Literal["cited", "same_language", "safe_output", "numbers_supported", "no_error", "same_everywhere"]
Unanswerable = Literal["underspecified", "false_premise", "nonsensical", "modality", "safety", "out_of_sources"]
KINDS = (
    "question", "decision", "misconception", "unanswerable", "calculator", "assessment",
    "multi_turn", "routing", "noise", "security",
)  # fmt: skip
Kind = Literal[
    "question", "decision", "misconception", "unanswerable", "calculator", "assessment",
    "multi_turn", "routing", "noise", "security",
]  # fmt: skip


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _grouped(value: Any) -> Any:
    value = _listed(value)
    return [[one] if isinstance(one, str) else one for one in value] if isinstance(value, list) else value


def _as_coded(value: Any) -> Any:
    """ "sales-ready" and "Sales ready" are the verdict SALES_READY."""
    return value.strip().upper().replace("-", "_").replace(" ", "_") if isinstance(value, str) else value


Words = Annotated[list[str], BeforeValidator(_listed)]
VerdictCode = Annotated[str, BeforeValidator(_as_coded)]
Phrase = str | list[str]  # a list holds alternatives: any one of them will do
Phrases = Annotated[list[Phrase], BeforeValidator(_grouped)]
Outcomes = Annotated[list[Outcome], BeforeValidator(_listed)]


class Strict(BaseModel):
    """Refuses unknown keys; values never change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BothPhrases(Strict):
    """Different phrases for the two languages of a pair."""

    en: Phrases = []
    he: Phrases = []


class BothTexts(Strict):
    """One message in both languages: makes two cases, a pair."""

    en: str
    he: str


class Among(Strict):
    """Which ids must, may or must not be there. `first` must come before all others."""

    any_of: Words = Field(default=[], description="at least one of these")
    all_of: Words = Field(default=[], description="every one of these")
    none_of: Words = Field(default=[], description="none of these")
    first: Words = Field(default=[], description="one of these is the first named")
    at_most: int | None = Field(default=None, description="no more than this many in all")


class CalcExpected(Strict):
    """A tool run: exact figures. A result is a flat figure (`roas: 8`), a path (`parts.0.roas`) or a word."""

    tool: str = ""
    result: dict[str, Any] = Field(default={}, description="figure or path -> exact value, as a person writes it")
    inputs: dict[str, Any] = Field(default={}, description="what the tool must have been given")
    warnings: Words = Field(default=[], description="warning codes that must be shown")
    no_warnings: Words = Field(default=[], description="warning codes that must not be shown")
    verdict: VerdictCode = ""
    missing: Words = Field(default=[], description="fields the result must name as missing")


class AssessmentExpected(Strict):
    """Where a guided assessment must stand after the turn."""

    tool: str = ""
    status: Literal["open", "done", "paused", "cancelled", "none", ""] = ""
    answered: int | None = None
    at_least: int | None = Field(default=None, description="at least this many questions answered")
    question: Words = Field(default=[], description="the question asked now is one of these")
    not_question: Words = Field(default=[], description="questions that must not be asked (they are known already)")
    verdict: VerdictCode = ""


class Expect(Strict):
    """What the reply must be. Every key that is given is a check; nothing else is checked."""

    answer: Outcomes = Field(default=[], description="what kind of reply; a list means any of these")
    must_say: Phrases | BothPhrases = Field(default=[], description="phrases; an inner list holds alternatives")
    must_not_say: Phrases | BothPhrases = Field(default=[], description="phrases that must not stand in the reply")
    numbers: Words = Field(default=[], description="figures that must be in the text, in any notation: '10 %', '5,875'")
    sources: Among | None = Field(default=None, description="source ids such as MG-100820")
    rules: Among | None = Field(default=None, description="rule ids such as R-P9")
    cards: Among | None = Field(default=None, description="knowledge cards such as partner/haste")
    calc: CalcExpected | None = None
    no_calc: bool = Field(default=False, description="no tool may have run")
    asks_for: Words = Field(default=[], description="fields or words the reply must ask for")
    assessment: AssessmentExpected | None = None
    state: dict[str, Any] = Field(default={}, description="field -> value, or -> status such as 'unknown'")
    not_state: Words = Field(default=[], description="fields that must not hold an answer")
    language: Language | None = None
    suggests: Phrases = Field(default=[], description="phrases among the suggested next steps")
    max_ms: float | None = Field(default=None, description="the reply must come within this time")
    max_characters: int | None = None
    refuses_person: bool = Field(default=False, description="the conversation belongs to somebody else: not found")
    refused: str = Field(default="", description="the message is refused with this error code, in words")
    judge: str = Field(default="", description="a yes/no question for a model judge; advisory unless calibrated")


class TurnCase(Strict):
    """One message of a conversation."""

    user: str | BothTexts
    speaker: str = Field(default="", alias="as", description="who speaks; default: the case's own person")
    workspace: str = ""
    conversation: str = Field(default="", alias="in", description="another conversation of the same case")
    do: list[dict[str, Any]] = Field(default=[], description="a button or form field instead of words")
    expect: Expect | None = None

    @property
    def words(self) -> str:
        """What is said; a pair is unfolded into its languages before anything is run."""
        return self.user if isinstance(self.user, str) else self.user.en


class Case(Strict):
    """One case: a single question (`ask`) or a conversation (`turns`)."""

    id: str = Field(pattern=r"^[A-Za-z0-9][\w.\-]*$")
    ask: str | BothTexts | None = None
    turns: list[TurnCase] = []
    expect: Expect | None = None
    tags: Words = []
    why: str = ""
    kind: Kind | None = None
    topic: str = ""
    lang: Language | None = None
    pair: str = Field(default="", description="cases of one pair ask the same thing in two languages")
    unanswerable: Unanswerable | None = None
    status: Literal["approved", "draft"] = "approved"
    checks: list[Check] | None = Field(default=None, description="instead of the suite's default checks")
    gold: Words = Field(default=[], description="what a stale-gold alarm watches: card or source ids")
    origin: str = Field(default="", description="where the case comes from: a chat, a sheet's row")
    documents: list[str] = Field(default=[], description="files of eval/planted to ingest first (security cases)")


class Defaults(Strict):
    """What every case of the suite has unless it says otherwise."""

    checks: list[Check] = []
    tags: Words = []
    kind: Kind | None = None
    topic: str = ""


class SuiteFile(Strict):
    """One suite file."""

    suite: str
    owner: str = ""
    defaults: Defaults = Defaults()
    cases: list[Case]


def schema() -> dict[str, Any]:
    """The JSON Schema of a suite file, for editors."""
    made = SuiteFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Advisor suite"}
