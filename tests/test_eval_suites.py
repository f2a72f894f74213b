"""A suite is read strictly: every mistake is named with its line and how to mend it, in both languages."""

import json
from pathlib import Path

import pytest

from assistant.cli import main
from eval.cases import AssessmentExpected, CalcExpected, schema
from eval.coverage import LANGUAGES, TOPICS, count, empty_cells
from eval.gates import read_gates
from eval.sheets import write_sheet
from eval.strict import SuiteError, parse_yaml
from eval.suite import SUITES, load, read_suite, ready_cases
from eval.wording import sentences
from eval.writing import append_case

ROOT = Path(__file__).parent.parent


def cases_of(text, name="s.yaml"):
    parsed = parse_yaml(text, name)
    return ready_cases(parsed, read_suite(parsed))


def problems_of(text):
    with pytest.raises(SuiteError) as caught:
        cases_of(text)
    return caught.value.problems


ONE = "suite: s\ncases:\n- id: a-1\n  ask: hello\n"


@pytest.mark.parametrize(
    ("text", "line", "code", "hint"),
    [
        (ONE + "  expect: {must_sya: [x]}\n", 5, "unknown_key", "must_say"),
        (ONE + "  expect: {answer: grounde}\n", 5, "bad_choice", "grounded"),
        (ONE + "  exepct: {answer: chat}\n", 5, "unknown_key", "expect"),
        (ONE + "  expect: {answer: chat}\n  expect: {answer: chat}\n", 6, "twice", ""),
        (ONE, 3, "no_check", ""),
        ("suite: s\ncases:\n- id: a-1\n  expect: {answer: chat}\n", 3, "no_words", ""),
        ("suite: s\ncases:\n- id: a-1\n  ask: מה זה: ליד\n", 4, "colon", ""),
        ('suite: s\ncases:\n- id: a-1\n  ask: "מנכ"ל שואל"\n', 4, "inner_quote", ""),
        ("suite: s\ncases:\n\t- id: a\n", 3, "tab", ""),
        ("- a\n- b\n", 1, "not_a_suite", ""),
        ("suite: s\ncases: []\n", 0, "empty", ""),
        ("suite: s\ncases:\n- id: מקרה\n  ask: x\n  expect: {answer: chat}\n", 3, "bad_id", ""),
        (ONE + "  turns: [{user: x}]\n", 3, "ask_and_turns", ""),
        (ONE.replace("ask: hello", "turns: [{user: x}]") + "  expect: {answer: chat}\n", 3, "expect_outside_turn", ""),
    ],
)
def test_a_mistake_is_named_with_its_line(text, line, code, hint):
    problem = problems_of(text)[0]
    assert (problem.line, problem.code, problem.hint) == (line, code, hint)
    for language in ("en", "he"):
        shown = problem.text(language)
        assert shown.startswith("s.yaml")
        assert shown.count(" · ") >= 2
        assert ("“" + hint + "”" in shown or "„" + hint + "”" in shown) if hint else True
    assert any("א" <= letter <= "ת" for letter in problem.text("he"))


def test_yaml_never_turns_words_into_something_else():
    data = parse_yaml("a: no\nb: 1:30\nc: 2010-08-20\nd: on\ne: 0.50\nf: true\n", "x").data
    assert data == {"a": "no", "b": "1:30", "c": "2010-08-20", "d": "on", "e": 0.5, "f": True}


def test_the_same_id_twice_is_refused_across_files(tmp_path):
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(ONE + "  expect: {answer: chat}\n", "utf-8")
    with pytest.raises(SuiteError) as caught:
        load([tmp_path])
    assert [problem.code for problem in caught.value.problems] == ["id_twice"]


def test_a_question_in_both_languages_makes_a_pair():
    text = (
        "suite: s\ncases:\n- id: p\n  ask: {en: What, he: מה}\n"
        "  expect: {answer: chat, must_say: {en: [x], he: [[א, ב]]}}\n"
    )
    english, hebrew = cases_of(text)
    assert (english.id, english.lang, hebrew.id, hebrew.lang) == ("p-en", "en", "p-he", "he")
    assert english.pair == hebrew.pair == "p"
    assert hebrew.turns[0].expect.must_say == [["א", "ב"]]
    assert english.turns[0].expect.must_say == [["x"]]


def test_the_schema_for_editors_is_the_one_the_code_reads():
    shipped = json.loads((ROOT / "eval" / "schema" / "suite.schema.json").read_text("utf-8"))
    assert shipped == schema()


def test_every_sentence_stands_in_both_languages():
    for key, both in sentences().items():
        assert all(both[language] for language in LANGUAGES), key


def test_our_suites_are_many_and_fill_the_map():
    cases = load()
    assert len(cases) >= 350
    assert {case.unanswerable for case in cases} >= {
        "underspecified", "false_premise", "nonsensical", "modality", "safety", "out_of_sources",
    }  # fmt: skip
    excused = read_gates().coverage.excused
    assert empty_cells(cases, 1, excused) == []
    found = count(cases)
    assert all(found[topic, "question", lang] >= 5 for topic in TOPICS for lang in LANGUAGES)


def test_our_attacks_are_many_and_in_both_languages():
    attacks = load([ROOT / "eval" / "attacks"])
    assert len(attacks) >= 150
    assert min(sum(case.lang == lang for case in attacks) for lang in LANGUAGES) >= 70


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_suites_survive_a_spreadsheet_and_back(tmp_path, form):
    cases = load([SUITES / name for name in ("partner.yaml", "calculators.yaml", "conversation.yaml")])
    path = tmp_path / f"cases.{form}"
    write_sheet(path, cases)
    back = load([path])
    assert [(case.id, case.fingerprint) for case in back] == [(case.id, case.fingerprint) for case in cases]
    kept = ("suite", "kind", "topic", "lang", "pair", "tags", "unanswerable", "why", "draft", "gold")
    # A sheet holds several suites under the first one's name, so the suite is the only thing lost.
    for name in kept[1:]:
        assert [getattr(case, name) for case in back] == [getattr(case, name) for case in cases], name


def test_a_sheet_opens_in_excel_with_its_hebrew_and_without_formulas(tmp_path):
    text = 'suite: s\ncases:\n- id: f-1\n  ask: "=1+1 מה זה?"\n  expect: {answer: chat}\n'
    path = tmp_path / "s.csv"
    write_sheet(path, cases_of(text))
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert ",'=1+1 מה זה?," in raw.decode("utf-8-sig")
    assert load([path])[0].turns[0].words == "=1+1 מה זה?"


def test_a_wrong_row_of_a_sheet_is_named_by_its_number(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("id,user,answer\na-1,hello,chat\na-2,hello,grounde\n", "utf-8")
    with pytest.raises(SuiteError) as caught:
        load([path])
    problem = caught.value.problems[0]
    assert (problem.line, problem.values["key"], problem.hint) == (3, "answer", "grounded")
    path.write_text("id,user,anwser\na-1,hello,chat\n", "utf-8")
    with pytest.raises(SuiteError) as caught:
        load([path])
    assert (caught.value.problems[0].code, caught.value.problems[0].hint) == ("sheet_column", "answer")


def test_adding_a_case_keeps_what_stands_in_the_file(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text("# mine\n" + ONE + "  expect: {answer: chat}\n", "utf-8")
    assert append_case(path, {"ask": "מה זה: ליד?", "expect": {"answer": "grounded"}}) == "my-001"
    assert append_case(path, {"ask": "x", "expect": {"answer": "grounded"}}) == "my-002"
    assert path.read_text("utf-8").startswith("# mine\n")
    assert [case.id for case in load([path])] == ["a-1", "my-001", "my-002"]


def test_a_case_that_could_not_be_read_is_not_added(tmp_path):
    path = tmp_path / "my.yaml"
    with pytest.raises(SuiteError):
        append_case(path, {"ask": "x", "expect": {"answer": "wonderful"}})
    assert not path.exists()


def test_the_retrieval_questions_are_many_and_name_cards_that_exist():
    entries = parse_yaml((SUITES / "retrieval_questions.yaml").read_text("utf-8"), "r").data["questions"]
    assert len(entries) >= 200
    assert len({entry["id"] for entry in entries}) == len(entries)
    for entry in entries:
        for card in entry["gold"]:
            assert (ROOT / "knowledge" / "cards" / f"{card}.md").exists(), (entry["id"], card)


PAIRS = zip("abcd", "bcde", strict=True)
UNFOLDING = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [{', '.join(['*' + p] * 40)}]\n" for p, c in PAIRS)
MISSPELT = """suite: a
cases:
- id: one-1
  ask: "What is a lead?"
  expect:
    calc: {tool: leadgen_ro, result: {roas: 8}}
    state: {dealz: 3}
    cards: {any_of: [glossary/leed]}
    sources: {any_of: [MG-10070], none_of: [MG-NOWHERE]}
    not_state: [anything]
"""


def test_a_name_that_nothing_goes_by_is_a_mistake_and_not_a_failing_case(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path / "home"))
    (tmp_path / "a.yaml").write_text(MISSPELT, "utf-8")
    assert main(["eval", "lint", str(tmp_path / "a.yaml")]) == 2
    told = capsys.readouterr().out
    assert [told.count(f"did you mean “{name}”") for name in ("leadgen_roi", "deals", "glossary/lead")] == [1, 1, 1]
    assert "MG-10070" in told
    assert "MG-NOWHERE" not in told
    assert "anything" not in told


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('suite: a\ncases:\n  - id: x1\n   ask: "What?"\n', "indent"),
        (UNFOLDING, "unfolds"),
        ("a: &a [*a]\n", "unfolds"),
    ],
)
def test_a_file_that_is_out_of_line_or_unfolds_without_end_is_explained(text, code):
    with pytest.raises(SuiteError) as caught:
        parse_yaml(text, "a.yaml")
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  expect: {max_ms: fast}", "כאן נדרש מספר"),
        ("  expect: {assessment: {answered: {a: b}}}", "כאן נדרש מספר שלם"),
        ("  expect: {תשובה: grounded}", "אולי התכוונת ל„answer”"),
        ("  expect: {assessment: {status: finished}}", "אחד מאלה: open, done, paused, cancelled, none"),
    ],
)
def test_a_wrong_value_is_explained_in_hebrew_without_the_validators_english(line, said):
    with pytest.raises(SuiteError) as caught:
        read_suite(parse_yaml(f"suite: a\ncases:\n- id: x1\n  ask: What?\n{line}\n", "a.yaml"))
    (told,) = [problem.text("he") for problem in caught.value.problems]
    assert said in told
    assert "Input should" not in told


def test_a_question_in_a_third_language_is_told_once_for_what_it_lacks():
    text = "suite: a\ncases:\n- id: x1\n  ask: {fr: Bonjour}\n  expect: {answer: chat}\n"
    with pytest.raises(SuiteError) as caught:
        read_suite(parse_yaml(text, "a.yaml"))
    assert {problem.code for problem in caught.value.problems} == {"missing_key", "unknown_key"}


def evaluate(*words):
    return main(["eval", *map(str, words)])


def test_a_sheet_never_takes_the_place_of_cases_it_does_not_hold(tmp_path, capsys):
    ours, sheet = tmp_path / "ours.yaml", tmp_path / "sheet.csv"
    ours.write_text(ONE + "  expect: {answer: chat}\n", "utf-8")
    assert evaluate("export", sheet, ours) == 0
    assert evaluate("import", sheet, "--to", ours, "--apply") == 0
    more = ours.read_text("utf-8") + "- id: a-2\n  ask: thanks\n  expect: {answer: chat}\n"
    ours.write_text(more, "utf-8")
    assert evaluate("import", sheet, "--to", ours, "--apply") == 2
    assert ours.read_text("utf-8") == more
    assert "would be lost: a-2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "a.pdf"), "no spreadsheet"),
        (("import", "a.yaml"), "no spreadsheet"),
        (("import", "nowhere.xlsx"), "No such file"),
        (("import", "broken.xlsx"), "no spreadsheet"),
        (("add", "a.yaml"), "nothing was asked"),
    ],
)
def test_what_a_trainer_gets_wrong_is_said_in_a_line(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.input", lambda _: "")
    (tmp_path / "broken.xlsx").write_bytes(b"no zip")
    assert evaluate(*words) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize("flags", [("--repeat", "0"), ("--jobs", "-1"), ("--jobs", "x")])
def test_a_number_of_times_or_workers_is_a_number(flags, capsys):
    with pytest.raises(SystemExit):
        evaluate("run", *flags)
    assert "from 1 to 100" in capsys.readouterr().err


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_read(tmp_path, monkeypatch, capsys):
    from eval import sheets

    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1_000)
    sheet = tmp_path / "cases.xlsx"
    write_sheet(sheet, cases_of(ONE + "  expect: {answer: chat}\n"))
    assert evaluate("import", sheet) == 2
    assert "no spreadsheet" in capsys.readouterr().err


@pytest.mark.parametrize("written", ["SALES_READY", "sales-ready", "Sales ready"])
def test_a_verdict_is_known_however_it_is_spelt(written):
    assert AssessmentExpected(verdict=written).verdict == "SALES_READY"
    assert CalcExpected(verdict=written).verdict == "SALES_READY"
