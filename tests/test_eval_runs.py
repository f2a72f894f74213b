"""Runs are recorded once, the same each time, can be stopped and resumed, and every output tells the same."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest

import eval.run as running
from assistant import Reply
from assistant.errors import InputError
from eval import outputs, trace
from eval.compare import comparison, sentence
from eval.gates import Baseline, Gates, read_baseline, stale_gold, with_gates, write_baseline
from eval.redteam import families, table
from eval.report import html
from eval.run import Options, run_all
from eval.strict import SuiteError, parse_yaml
from eval.suite import read_suite, ready_cases
from eval.verdict import verdict_of

CHROMIUM = Path("/usr/bin/chromium")
SUITE = """
suite: s
defaults: {checks: [no_error]}
cases:
- {id: good-1, tags: [p0], ask: "what is a lead", expect: {answer: chat}}
- {id: bad-1, tags: [p1], ask: "מה זה <b>ליד</b>?", expect: {must_say: [impossible]}}
- {id: good-2, ask: "hello", expect: {answer: chat}}
- {id: error-1, ask: "explode", expect: {answer: chat}}
- {id: draft-1, status: draft, ask: "hello", expect: {must_say: [impossible]}}
"""


class Scripted:
    """Stands in for the advisor: says back what it hears; `explode` is refused."""

    stop_at = ""
    asked = 0

    def __init__(self, wobble=False):
        self.wobble = wobble

    def reply(self, conversation, text, **_):
        Scripted.asked += 1
        if text == self.stop_at:
            raise KeyboardInterrupt
        if text == "explode":
            raise InputError("busy")
        said = f"{text} {Scripted.asked}" if self.wobble else text
        return Reply(conversation=conversation, turn=1, language="en", kind="notice", text=said)

    def corpus(self):
        card = {"topic": "leads", "sources": ["MG-1"], "texts": {"en": "x"}, "sha256": "0" * 64}
        return {"version": "v1", "cards": {"leads/x": card}, "sources": ["MG-1"]}

    def close(self):
        pass


@pytest.fixture
def cases():
    parsed = parse_yaml(SUITE, "s.yaml")
    return ready_cases(parsed, read_suite(parsed))


@pytest.fixture
def scripted(monkeypatch):
    Scripted.stop_at, Scripted.asked = "", 0
    monkeypatch.setattr(running, "open_for", lambda options, folder: Scripted())


def ran(cases, folder, **options):
    run_all(cases, Options(folder, **options), folder)
    return verdict_of(trace.read(folder), cases)


def test_two_runs_write_the_same_bytes_apart_from_timings(tmp_path, cases, scripted):
    for name in ("a", "b"):
        ran(cases, tmp_path / name)
    assert (tmp_path / "a" / "results.jsonl").read_bytes() == (tmp_path / "b" / "results.jsonl").read_bytes()
    assert (tmp_path / "a" / "evidence.json").read_bytes() == (tmp_path / "b" / "evidence.json").read_bytes()


def test_an_error_counts_in_the_denominator_and_a_draft_does_not(tmp_path, cases, scripted):
    verdict = ran(cases, tmp_path)
    assert (verdict.total.passed, verdict.total.total) == (2, 4)
    assert {one.case.id: one.state for one in verdict.results}["error-1"] == "error"
    assert [one.case.id for one in verdict.drafts] == ["draft-1"]


def test_a_stopped_run_keeps_what_is_finished_and_goes_on(tmp_path, cases, scripted):
    Scripted.stop_at = "hello"
    assert run_all(cases, Options(tmp_path), tmp_path) is False
    verdict = with_gates(verdict_of(trace.read(tmp_path), cases), Gates(), Baseline())
    assert verdict.exit_code == 3
    assert "--resume" in outputs.sentence(verdict, "en")
    Scripted.stop_at, Scripted.asked = "", 0
    assert run_all(cases, Options(tmp_path), tmp_path, resume=True) is True
    assert Scripted.asked == 3
    assert verdict_of(trace.read(tmp_path), cases).complete


def test_a_case_rewritten_since_the_run_is_run_again_on_resume(tmp_path, cases, scripted):
    ran(cases, tmp_path)
    Scripted.asked = 0
    changed = [replace(cases[0], checks=("no_error", "safe_output")), *cases[1:]]
    run_all(changed, Options(tmp_path), tmp_path, resume=True)
    assert Scripted.asked == 1


def test_a_reply_that_differs_from_try_to_try_fails(tmp_path, cases, monkeypatch):
    monkeypatch.setattr(running, "open_for", lambda options, folder: Scripted(wobble=True))
    verdict = ran(cases, tmp_path, repeat=2)
    assert "stable" in [finding.check for finding in verdict.results[0].failures]


def test_gates_decide_the_exit_code(tmp_path, cases, scripted):
    verdict = ran(cases, tmp_path)
    assert with_gates(verdict, Gates(), Baseline()).exit_code == 0
    assert with_gates(verdict, Gates(must_pass=["p1"]), Baseline()).exit_code == 1
    passed_before = {one.case.id: "pass" for one in verdict.results}
    prints = {one.case.id: one.case.fingerprint for one in verdict.results}
    flips = with_gates(verdict, Gates(), Baseline(passed_before, prints, run="old")).gates
    assert [gate.cases for gate in flips if "broken" in gate.name] == [("bad-1",)]
    floor = Gates.model_validate({"floors": [{"lang": "he", "at_least": 0.5}]})
    assert with_gates(verdict, floor, Baseline()).exit_code == 1


def test_a_baseline_is_kept_and_warns_of_stale_gold(tmp_path, cases, scripted):
    cases = [replace(cases[0], gold=("leads/x", "leads/gone")), *cases[1:]]
    verdict = ran(cases, tmp_path)
    write_baseline(tmp_path / "baseline.json", verdict)
    kept = read_baseline(tmp_path / "baseline.json")
    assert kept.states["good-1"] == "pass"
    assert kept.gold["good-1"] == {"leads/x": "0" * 12}
    older = replace(kept, gold={"good-1": {"leads/x": "1" * 12}})
    assert len(stale_gold(verdict, older)) == 2
    assert [line for line in stale_gold(verdict, kept) if line.gold == "leads/x"] == []


def test_terminal_junit_csv_and_report_tell_the_same(tmp_path, cases, scripted):
    verdict = with_gates(ran(cases, tmp_path), Gates(), Baseline())
    assert "2 of 4 passed, 2 failed" in outputs.sentence(verdict, "en")
    junit = ElementTree.fromstring(outputs.junit(verdict))
    assert len(junit.findall(".//testcase")) == 4
    assert len(junit.findall(".//failure")) + len(junit.findall(".//error")) == 2
    assert outputs.results_csv(verdict).count("\r\n") == 6
    assert "2/4" in outputs.markdown(verdict) or "2 of 4" in outputs.markdown(verdict)
    page = html(verdict)
    assert "2 of 4 passed" in page
    assert "<b>ליד</b>" not in page


def test_a_planted_regression_is_seen_in_the_comparison(tmp_path, cases, scripted, monkeypatch):
    before = ran(cases, tmp_path / "before")
    same = comparison(before, ran(cases, tmp_path / "same"))
    assert "no case flipped" in sentence(same, "en")

    class Worse(Scripted):
        def reply(self, conversation, text, **_):
            return Reply(conversation=conversation, turn=1, language="en", kind="refusal", text="no")

    monkeypatch.setattr(running, "open_for", lambda options, folder: Worse())
    made = comparison(before, ran(cases, tmp_path / "after"))
    assert [one.case.id for one in made.broken] == ["good-1", "good-2"]
    assert "may be chance" in sentence(made, "en")
    assert "מקרי" in sentence(made, "he")
    assert made.delta[0] == -0.5


def test_six_broken_and_none_mended_is_called_worse(tmp_path, scripted, monkeypatch):
    text = "suite: s\ncases:\n" + "".join(
        f"- {{id: c-{n}, ask: hello {n}, expect: {{answer: chat}}}}\n" for n in range(6)
    )
    parsed = parse_yaml(text, "s")
    six = ready_cases(parsed, read_suite(parsed))
    before = ran(six, tmp_path / "before")
    monkeypatch.setattr(Scripted, "reply", lambda self, *_, **__: (_ for _ in ()).throw(InputError("busy")))
    assert "is worse" in sentence(comparison(before, ran(six, tmp_path / "after")), "en")


def test_an_unreadable_run_is_a_plain_error(tmp_path):
    with pytest.raises(SuiteError, match="no recorded run"):
        trace.read(tmp_path)


def test_the_red_team_table_tells_leaks_from_over_defence(tmp_path, cases, scripted):
    tagged = [replace(cases[0], tags=("injection",)), replace(cases[1], tags=("over_defence",))]
    verdict = ran(tagged, tmp_path)
    assert [(family.name, len(family.successes), family.total) for family in families(verdict.results)] == [
        ("injection", 0, 1), ("over_defence", 1, 1),
    ]  # fmt: skip
    assert table(verdict)[-2:] == [
        "leak-through: 0/1 succeeded (at most 95.0 %)",
        "over-defence: 1/1 succeeded (at most 100.0 %)",
    ]


def _browser():
    playwright = pytest.importorskip("playwright.sync_api")
    driver = playwright.sync_playwright().start()
    path = str(CHROMIUM) if CHROMIUM.exists() else None
    try:
        return driver, driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
    except playwright.Error as error:
        driver.stop()
        pytest.skip(f"no browser to be had: {str(error).splitlines()[0]}")


@pytest.mark.browser
def test_the_report_opens_in_a_browser_escaped_filterable_failures_first(tmp_path, cases, scripted):
    attack = "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>"
    turn = cases[1].turns[0].model_copy(update={"user": attack})
    verdict = with_gates(ran([cases[0], replace(cases[1], turns=(turn,)), *cases[2:]], tmp_path), Gates(), Baseline())
    page_file = tmp_path / "report.html"
    page_file.write_text(html(verdict), "utf-8")
    driver, browser = _browser()
    try:
        page = browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
        page.goto(page_file.as_uri())
        page.wait_for_selector("body[data-ready=yes]")
        rows = page.locator(".case .id").all_inner_texts()
        assert set(rows[:2]) == {"bad-1", "error-1"}
        assert len(rows) == 5
        page.locator(".case", has_text="bad-1").locator("summary").click()
        assert page.locator(".case[open] .person").inner_text() == attack
        assert page.title() == tmp_path.name
        assert problems == []
        page.fill("#words", "good-2")
        assert page.locator(".case .id").all_inner_texts() == ["good-2"]
        page.click("#language")
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert "עברו" in page.locator(".verdict").inner_text()
    finally:
        browser.close()
        driver.stop()


@pytest.mark.browser
def test_a_report_of_five_thousand_cases_opens_within_two_seconds(tmp_path, cases, scripted):
    one = ran(cases, tmp_path)
    answer = "A paragraph of the usual length, as an adviser writes it. " * 12
    reply = {**one.results[0].trace["turns"][0]["reply"], "text": answer}
    grown = {"turns": [{"said": "what is a lead", "reply": reply, "error": None}]}
    many = tuple(
        replace(one.results[n % 4], case=replace(one.results[n % 4].case, id=f"c-{n}"), trace=grown)
        for n in range(5000)
    )
    page_file = tmp_path / "report.html"
    page_file.write_text(html(replace(one, results=many)), "utf-8")
    driver, browser = _browser()
    try:
        page = browser.new_page()
        page.goto(page_file.as_uri())
        page.wait_for_selector("body[data-ready=yes]")
        took = page.evaluate("performance.now()")
        assert page.locator("#count").inner_text() == "5001 / 5001"
        assert took < 2000, f"{took:.0f} ms"
    finally:
        browser.close()
        driver.stop()


def test_outcomes_are_plain_json_for_last_failed(tmp_path, cases, scripted, capsys):
    from eval.commands import OUTCOMES, finish

    verdict = with_gates(ran(cases, tmp_path), Gates(), Baseline())
    assert finish(verdict, tmp_path, "he", []) == 0
    assert json.loads((tmp_path / OUTCOMES).read_text("utf-8"))["bad-1"] == "fail"
    assert "עברו" in capsys.readouterr().out


def test_a_worker_does_not_hear_ctrl_c_even_while_it_starts_and_the_parent_does_again():
    import signal
    import subprocess
    import sys

    from eval.run import deaf_children

    heard = signal.getsignal(signal.SIGINT)
    asks = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    with deaf_children():
        assert subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True).stdout.strip() == "True"
    assert signal.getsignal(signal.SIGINT) is heard
