"""The terminal: Hebrew in its order, numbers that pick, `/` commands, files, and conversations kept apart by name."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from assistant import screen
from assistant.cli import main
from assistant.conversation_commands import find, save
from assistant.errors import InputError, NotFound
from assistant.exports import File
from assistant.terminal import ACTIONS, COMMANDS, Talk
from assistant.wording import say


@pytest.fixture
def at_terminal(monkeypatch):
    monkeypatch.setattr(screen, "at_terminal", lambda _=None: True)
    monkeypatch.setenv("TERM", "xterm")
    for name in (*screen.BIDI_TERMINALS, "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def talk(advisor, request):
    return Talk(advisor, request.node.name, "", "en")


# -- Hebrew --------------------------------------------------------------------------------------


def test_hebrew_is_ordered_and_set_to_the_right_for_a_terminal_that_does_neither(at_terminal):
    assert screen.arranged("(1 מתוך 40)", "he", 14) == "   (40 ךותמ 1)"
    assert screen.arranged("ראו [1][2]", "he") == "[2][1] ואר"


@pytest.mark.parametrize("shown", ["30%-40%", "0.0-100.0", "10-20"])
def test_a_range_keeps_its_order_inside_hebrew(at_terminal, shown):
    for dash in "-–":
        assert shown.replace("-", dash) in screen.arranged(f"הטווח {shown.replace('-', dash)} נכון", "he")


def test_a_line_without_hebrew_in_a_hebrew_reply_keeps_its_brackets(at_terminal):
    assert screen.arranged("[MG-100828] · R-P13", "he", 22) == "   [MG-100828] · R-P13"


def test_money_stands_alike_alone_and_in_a_sentence(at_terminal):
    alone = screen.arranged("\u200f7,500\u00a0\u200f$", "he")
    assert alone in screen.arranged("עלות \u200f7,500\u00a0\u200f$", "he")
    assert "\u200f" not in alone


def test_hebrew_inside_an_english_line_is_turned_and_the_rest_stays(at_terminal):
    assert screen.arranged("Noted: שלום עולם.", "en") == "Noted: םלוע םולש."


def test_a_terminal_that_orders_hebrew_itself_gets_it_as_written(at_terminal, monkeypatch):
    monkeypatch.setenv("VTE_VERSION", "7600")
    assert screen.arranged("שלום עולם", "he", 40) == "שלום עולם"


def test_no_line_is_wider_than_the_terminal(at_terminal):
    text = "**כותרת**\n\n- " + "מילה ארוכה " * 30 + "\n\n| א | ב |\n|---|---|\n| " + "טקסט " * 30 + " | 5 |\n\n> ציטוט"
    for columns in (40, 76, 96):
        lines = list(screen.laid_out(text, "he", columns))
        bare = [line.replace("\033[1m", "").replace("\033[22m", "") for line in lines]
        assert max(map(len, bare)) <= columns + screen.MARGIN


def test_a_hebrew_table_begins_at_the_right(at_terminal):
    rows = [
        line.replace("\033[1m", "").replace("\033[22m", "")
        for line in screen.table([["נתון", "ערך"], ["עלות", "5"]], "he", 20)
    ]
    assert [row.split() for row in rows] == [["ךרע", "ןותנ"], ["5", "תולע"]]
    assert len(set(map(len, rows))) == 1


def test_bold_passages_go_on_over_a_line_break(at_terminal):
    shown = "".join(screen.laid_out("a **bold passage that is long** b", "en", 14))
    assert shown.count("\033[1m") == shown.count("\033[22m") >= 2
    assert "*" not in shown


def test_a_pipe_gets_plain_markdown(capsys, advisor):
    screen.show(advisor.reply("pipe", "מה זה ליד?"))
    out = capsys.readouterr().out
    assert "\033" not in out
    assert "מקורות" in out


# -- the chat ------------------------------------------------------------------------------------


def test_a_number_picks_a_suggestion_and_stays_a_number_where_one_is_asked(talk):
    talk.take("Should we appoint this distributor?")
    offered = talk.reply.suggestions
    talk.take("2")
    assert offered[1] in talk.reply.text
    talk.take("/new")
    talk.say("Return", [{"do": "start", "tool": "leadgen_roi"}])
    assert talk.reply.assessment["question"]["id"] == "running_cost"
    assert not talk._picks()


def test_the_same_conversation_goes_on_in_another_process_where_it_stopped(advisor, talk):
    talk.take("Should we appoint this distributor?")
    asked = talk.reply.assessment["question"]["id"]
    later = Talk(advisor, talk.conversation, "", "en")
    later.welcome()
    assert later.reply.assessment["question"]["id"] == asked


def test_an_export_asked_in_words_is_a_file_and_is_told(talk, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    talk.take("Should we appoint this distributor?")
    talk.take("export to excel please")
    written = list(tmp_path.glob("*.xlsx"))
    assert len(written) == 1
    assert written[0].read_bytes()[:2] == b"PK"
    assert str(written[0].resolve()) in capsys.readouterr().out


@pytest.mark.parametrize(("form", "begins"), [("md", b"# "), ("json", b"{"), ("html", b"<!doctype"), ("xlsx", b"PK")])
def test_the_slash_export_writes_every_format(talk, tmp_path, form, begins):
    talk.take("Should we appoint this distributor?")
    talk.take("show the result")
    talk.take(f"/export {form} {tmp_path}")
    assert next(tmp_path.glob(f"*.{form}")).read_bytes().startswith(begins)


def test_nothing_is_overwritten(tmp_path):
    file = File("a.md", "text/markdown", b"new")
    (tmp_path / "a.md").write_text("old")
    assert save(file, str(tmp_path)).name == "a 2.md"
    assert (tmp_path / "a.md").read_text() == "old"
    with pytest.raises(InputError, match="cannot be written"):
        save(file, str(tmp_path / "nowhere" / "a.md"))


def test_every_slash_command_is_explained_in_both_languages(talk, capsys):
    for language in ("en", "he"):
        for name in (*COMMANDS, *ACTIONS, "/quit"):
            assert say(f"slash.{name[1:]}", language)
    talk.take("/help")
    assert all(name in capsys.readouterr().out or name for name in COMMANDS)


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_slash_command_of_an_assessment_does_what_it_says(advisor, language, tmp_path):
    talk = Talk(advisor, f"slashes-{language}", "", language, language)
    talk.say("Partner", [{"do": "start", "tool": "partner_fit"}])
    first = talk.reply.assessment["question"]["id"]
    talk.take("/skip")
    assert talk.reply.assessment["answers"][first]["status"] == "skipped"
    for name in ACTIONS:
        talk.take(name)
        assert talk.reply.text, name
        assert talk.reply.kind not in ("clarify", "error"), name
    talk.take("/pause")
    talk.take("/resume")
    assert talk.reply.assessment["status"] == "open"


def test_an_unknown_command_is_said_and_not_sent_as_a_message(talk, capsys):
    talk.take("/nonsense")
    assert "/nonsense" in capsys.readouterr().err
    assert talk.reply is None


def test_a_message_that_begins_with_a_slash_and_is_no_command_is_a_message(talk):
    talk.take("/5 of our leads close. Is that good?")
    assert talk.reply is not None


def test_a_conversation_can_be_named_found_and_deleted(talk, advisor, monkeypatch):
    talk.take("What is a lead?")
    talk.take("/rename Spain 2026")
    heads = advisor.conversations()
    assert find(heads, "spain 20") == talk.conversation
    assert (
        heads[int(next(str(n) for n, h in enumerate(heads, 1) if h.id == talk.conversation)) - 1].title == "Spain 2026"
    )
    monkeypatch.setattr("builtins.input", lambda _="": "no")
    talk.take("/delete")
    assert any(head.title == "Spain 2026" for head in advisor.conversations())
    monkeypatch.setattr("builtins.input", lambda _="": "כן")
    talk.take("/delete")
    assert not any(head.title == "Spain 2026" for head in advisor.conversations())


def test_a_name_that_means_several_or_no_conversation_is_refused(advisor):
    advisor.reply("one", "What is a lead?")
    advisor.reply("two", "What is a lead?")
    heads = advisor.conversations()
    with pytest.raises(InputError, match="match"):
        find([head for head in heads if head.title == "What is a lead?"], "what is")
    with pytest.raises(NotFound):
        find(heads, "no such conversation at all")


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_assessment_is_begun_by_its_name_in_the_language_wanted(advisor, language, capsys):
    for name, tool in advisor.tools.items():
        talk = Talk(advisor, f"{name}-{language}", "", language, language)
        talk.say(tool.form.title[language], [{"do": "start", "tool": name}])
        assert talk.reply.language == language
        assert talk.reply.assessment["tool"] == name
        assert talk.reply.assessment["question"]


def test_ctrl_c_while_an_answer_is_made_keeps_the_chat_and_nothing_of_the_turn(talk, advisor, monkeypatch, capsys):
    talk.take("What is a lead?")

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(advisor, "reply", interrupted)
    talk.take("What is a distributor?")
    assert "nothing was saved" in capsys.readouterr().err
    assert len(advisor.transcript(talk.conversation)) == 1


# -- the command ---------------------------------------------------------------------------------


def advisor_command(monkeypatch, home, *arguments):
    monkeypatch.setenv("ADVISOR_HOME", str(home))
    try:
        return main(list(arguments)) or 0
    except SystemExit as leaving:
        return leaving.code or 0


def test_conversations_are_listed_shown_renamed_exported_and_deleted(home, advisor, tmp_path, monkeypatch, capsys):
    advisor.reply("of-the-command", "What is a sales-ready lead?", user="dana")

    def command(*arguments):
        code = advisor_command(monkeypatch, home, "conversations", *arguments, "--user", "dana")
        return code, capsys.readouterr()

    assert json.loads(command("list", "--json")[1].out)[0]["id"] == "of-the-command"
    assert "sales-ready" in command("show", "1")[1].out
    assert command("rename", "1", "Leads")[0] == 0
    assert "Leads" in command("list")[1].out
    assert command("export", "Leads", "--output", str(tmp_path / "a.md"))[0] == 0
    assert (tmp_path / "a.md").read_text("utf-8").startswith("# Leads")
    assert command("export", "Leads", "--format", "xlsx")[0] == 2  # no result in it
    assert command("delete", "Leads")[0] == 2  # nobody to ask
    assert command("delete", "Leads", "--yes")[0] == 0
    assert json.loads(command("list", "--json")[1].out) == []
    assert command("show", "Leads")[0] == 2


def test_a_question_without_its_command_is_asked(monkeypatch, home, capsys):
    assert advisor_command(monkeypatch, home, "What is a lead?") == 0
    assert "lead" in capsys.readouterr().out
    assert advisor_command(monkeypatch, home, "ליד?") == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chta",), "Did you mean chat?"),
        (("knowledge", "serch"), "Did you mean search?"),
        (("zzz",), "There are: ask, chat"),
        (("knowledge", "search", "x", "--limit", "-3"), "a number from 1"),
        ((), "advisor ask"),
    ],
)
def test_wrong_usage_is_one_line_with_the_way_out_and_exit_code_2(monkeypatch, home, capsys, arguments, said):
    assert advisor_command(monkeypatch, home, *arguments) == 2
    assert said in capsys.readouterr().err


def test_the_chat_in_a_real_terminal_answers_completes_and_leaves_at_ctrl_d(home, tmp_path):
    main_end, other_end = pty.openpty()
    fcntl.ioctl(other_end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    environment = {**os.environ, "ADVISOR_HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8", "ADVISOR_MODEL": ""}
    root = Path(__file__).resolve().parents[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "chat", "--new"],
        stdin=other_end, stdout=other_end, stderr=other_end, cwd=root, env=environment, close_fds=True,
    )  # fmt: skip
    os.close(other_end)
    seen = read_until(main_end, "›")
    os.write(main_end, b"\x03")
    seen += read_until(main_end, "/quit")
    os.write(main_end, b"What is a lead?\r")
    seen += read_until(main_end, "Sources")
    seen += read_until(main_end, "›")
    os.write(main_end, b"\x04")
    try:
        assert process.wait(20) == 0
    finally:
        process.kill()
        os.close(main_end)
    assert "Traceback" not in seen


def read_until(terminal: int, words: str) -> str:
    seen, ends = "", time.monotonic() + 40
    while words not in seen and time.monotonic() < ends:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 65536).decode("utf-8", "replace")
    assert words in seen
    return seen


@pytest.mark.parametrize("closed", [">&-", "> /dev/full", "2>&-"])
@pytest.mark.parametrize("command", ["calc --list", "knowledge list", "eval coverage", "--help"])
def test_an_output_that_is_closed_or_full_ends_without_a_traceback(home, command, closed):
    program = f"{sys.executable} -m assistant.cli {command}"
    script = f"exec 3>&1; {{ {program} 2>&3 {closed.replace('2>&-', '> /dev/null 2>&-')}; }}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, env={**os.environ, **at(home)})
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception ignored" not in done.stdout + done.stderr


def at(home):
    """What tells a process of its own where the advisor lives."""
    return {"ADVISOR_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[1])}


def test_a_program_that_reads_the_list_gets_every_id_in_one_piece(home, advisor, monkeypatch, capsys):
    monkeypatch.setenv("ADVISOR_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "30")
    conversation = "0123456789abcdef" * 2
    advisor.reply(conversation, "What is a lead that sales can take over from marketing?")
    main(["conversations", "list"])
    assert any(line.endswith(conversation) for line in capsys.readouterr().out.splitlines())


def test_a_text_that_names_no_author_is_cited_without_a_comma_for_one(advisor):
    reply = advisor.reply("no author", "What is a lead?")
    nameless = reply.model_copy(update={"sources": [reply.sources[0].model_copy(update={"author": ""})]})
    assert f"1. {reply.sources[0].title}" in screen.plain(nameless)


@pytest.mark.parametrize(("query", "says"), [("?", "no word to look for"), ("״־״ א", "")])
def test_a_search_for_no_word_says_so(home, monkeypatch, capsys, query, says):
    monkeypatch.setenv("ADVISOR_HOME", str(home))
    assert main(["knowledge", "search", query]) == 0
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", ["/language fr", "/open nothing", "/export pdf", "/rename", "/delete nothing", "/skip"]
)
def test_a_slash_command_that_cannot_be_done_is_told_and_the_chat_goes_on(talk, capsys, wrong):
    talk.take(wrong)
    assert capsys.readouterr().err.strip()
    talk.take("What is a lead?")
    assert talk.reply is not None


def test_every_error_can_be_told_in_both_languages_whatever_its_values_are_called():
    import string

    from assistant.errors import AdvisorError
    from assistant.wording import sentences

    codes = [key.removeprefix("error.") for key in sentences() if key.startswith("error.")]
    assert "no_language" in codes
    for code in codes:
        wording = sentences()[f"error.{code}"]
        names = {part[1] for text in wording.values() for part in string.Formatter().parse(text) if part[1]}
        error = AdvisorError(code, **dict.fromkeys(names, "x"))
        assert error.text("en")
        assert error.text("he")


@pytest.mark.parametrize("line", ["not json", "[]", "5", "{}", '{"text": 5}', '{"text": null}', '{"words": "hi"}'])
def test_a_line_that_is_no_message_is_answered_with_what_one_is(advisor, line):
    import io

    from assistant.cli import answer_lines

    out = io.StringIO()
    assert answer_lines(advisor, [line, '{"text": "hello"}'], out) == 1
    wrong, right = (json.loads(one) for one in out.getvalue().splitlines())
    assert (wrong["line"], wrong["error"]["code"]) == (1, "bad_line")
    assert '{"text": "What is a lead?"}' in wrong["error"]["text"]
    assert "Error" not in wrong["error"]["text"]
    assert right["text"]
