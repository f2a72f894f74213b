"""Every page of the web app, run by Streamlit's own test driver in both languages."""

import time
from concurrent.futures import wait
from pathlib import Path

import pytest

from assistant.errors import InputError

streamlit_testing = pytest.importorskip("streamlit.testing.v1")
APP = Path(__file__).parent.parent / "ui" / "app.py"
WAIT_S = 30


@pytest.fixture
def visit(advisor, monkeypatch):
    """Open a page as the person at this machine, with an address's query."""
    from ui import session

    monkeypatch.setattr(session, "advisor", lambda: advisor)

    def open_page(page="chat", **query):
        app = streamlit_testing.AppTest.from_file(str(APP), default_timeout=WAIT_S)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if page != "chat":
            app.switch_page(f"views/{page}.py")
            for name, value in query.items():
                app.query_params[name] = value
            app.run()
        assert not app.exception, app.exception
        return app

    yield open_page
    advisor.delete_everything(user="")


def say(app, text):
    return answered(app.chat_input[0].set_value(text).run())


def answered(app):
    """The page once the answer is there: on a busy machine it may take longer than the page waits at once."""
    until = time.monotonic() + WAIT_S
    while any(one.key == "stop" for one in app.button) and time.monotonic() < until:
        time.sleep(0.1)
        app.run()
    assert not app.exception, app.exception
    return app


def button(app, label):
    return next(one for one in app.button if one.label == label)


def conversation_of(app):
    found = app.query_params["c"]
    return found if isinstance(found, str) else found[0]


def words_of(app):
    return "\n".join(one.value for one in app.markdown)


QUESTIONS = {"en": "What did the UK referral case pay?", "he": "למי שייך הליד, לשיווק או למכירות?"}


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_question_is_answered_with_its_sources_and_stands_in_the_address(visit, advisor, language):
    app = say(visit(lang=language), QUESTIONS[language])
    assert [message.name for message in app.chat_message] == ["user", "assistant"]
    sources = {"en": "Sources", "he": "מקורות"}[language]
    assert any(one.label.startswith(sources) for one in app.expander)
    (head,) = advisor.conversations(user="")
    assert conversation_of(app) == head.id


def test_a_refresh_or_a_second_tab_shows_the_same_conversation_and_answers_nothing_twice(visit, advisor):
    first = say(visit(lang="en"), QUESTIONS["en"])
    again = visit(c=conversation_of(first))
    again.run()
    assert [m.name for m in again.chat_message] == ["user", "assistant"]
    assert len(advisor.transcript(conversation_of(first))) == 1


def test_an_unknown_conversation_is_not_found_and_so_is_another_persons(visit, advisor):
    advisor.reply("of-bea", "hello", user="bea")
    for conversation in ("no-such", "of-bea"):
        app = visit(c=conversation, lang="en")
        assert "no such conversation" in app.error[0].value
        assert not app.chat_message
        assert not app.chat_input
    advisor.delete_everything(user="bea")


def test_an_edited_message_replaces_the_last_one(visit, advisor):
    app = say(visit(lang="en"), "hello")
    app.text_area(key="edit-1").set_value("thanks").run()
    answered(button(app, "Send instead").click().run())
    conversation = conversation_of(app)
    assert [row.text for row in advisor.transcript(conversation)] == ["thanks"]


def test_pressing_a_suggestion_says_its_words(visit, advisor):
    app = visit(lang="en")
    answered(app.button(key="first-0").click().run())
    (row,) = advisor.transcript(conversation_of(app))
    assert row.text == "Should we appoint this distributor?"


def test_a_rating_with_reasons_is_kept(visit, advisor):
    app = say(visit(lang="en"), QUESTIONS["en"])
    conversation = conversation_of(app)
    app.text_area(key="comment-1").set_value("where is the year?")
    button(app, "Send").click().run()
    (rating,) = advisor.ratings(conversation)
    assert (rating.helpful, rating.comment) == (False, "where is the year?")


def test_conversations_are_searched_renamed_and_deleted(visit, advisor):
    app = say(visit(lang="en"), QUESTIONS["en"])
    app.text_input(key="new-title").set_value("Referrals")
    button(app, "Rename").click().run()
    assert [head.title for head in advisor.conversations()] == ["Referrals"]
    app.text_input(key="search-conversations").set_value("zebra").run()
    assert any("None by that name" in one.value for one in app.caption)
    app.checkbox(key="delete-sure").check().run()
    button(app, "Delete").click().run()
    assert advisor.conversations() == []
    assert not app.exception
    assert not app.chat_message


def test_dollars_images_and_markup_in_words_stay_words():
    from ui.text import markdown, plain

    assert markdown("pays $5 then $7 ![x](http://evil)") == r"pays \$5 then \$7 !\[x](http://evil)"
    assert markdown("an :red[alarm] and :smile: at 10:30") == r"an \:red[alarm] and \:smile: at 10:30"
    assert "<script>" not in plain("<script>")
    assert plain("a\nb") == "a  \nb"


def test_a_line_runs_the_way_most_of_its_words_do_whatever_it_begins_with():
    from ui.text import directed, markdown, plain

    rlm, lrm = "\u200f", "\u200e"
    assert directed("- ROAS: הכנסה על כל יחידת עלות") == f"- {rlm}ROAS: הכנסה על כל יחידת עלות"
    assert directed("ליד lead is what we say in Hebrew for a lead that is warm") == (
        f"{lrm}ליד lead is what we say in Hebrew for a lead that is warm"
    )
    assert directed("1. Only English") == "1. Only English"
    assert plain("KAM הוא ניהול לקוחות מפתח").startswith(rlm)
    assert markdown("בשיטה [R-ROI2, MG-100529]") == "בשיטה \u2066[R-ROI2, MG-100529]\u2069"
    assert markdown("ראו [1] ו-[2]") == "ראו [1] ו-[2]"


def test_every_word_of_the_app_stands_in_both_languages_and_with_the_same_gaps():
    import string

    from ui.words import words

    for key, entry in words().items():
        gaps = {
            language: {name for _, name, _, _ in string.Formatter().parse(entry[language]) if name}
            for language in entry
        }
        if not key.startswith("serve."):
            assert gaps["en"] == gaps["he"], key
        assert any("א" <= letter <= "ת" for letter in entry["he"]) or key.startswith(("app.name", "export.")), key


# -- assessments and calculators -----------------------------------------------------------------------

FIT = [{"do": "start", "tool": "partner_fit", "name": "Iberia Tools"}]


def field(app, kind, key):
    return getattr(app, kind)(key=key)


@pytest.fixture
def fit(advisor):
    advisor.reply("fit", "Iberia Tools", actions=FIT)
    return {"c": "fit", "record": "partner_fit-1"}


@pytest.mark.parametrize("language", ["en", "he"])
def test_an_answer_in_the_form_is_stored_with_its_evidence_and_moves_the_verdict(visit, advisor, fit, language):
    app = visit("assessments", lang=language, **fit)
    before = advisor.record("fit", "partner_fit-1").result
    app.selectbox(key="fit-partner_fit-1-candidate_type").set_value("agent").run()
    app.selectbox(key="evidence-fit-partner_fit-1-candidate_type").set_value("verified").run()
    assert not app.exception, app.exception
    given = advisor.state("fit").records["partner_fit-1"].answers["candidate_type"]
    assert (given.value, given.evidence) == ("agent", "verified")
    assert advisor.record("fit", "partner_fit-1").result != before


def test_an_answer_given_in_the_chat_meanwhile_shows_in_the_form(visit, advisor, fit):
    app = visit("assessments", lang="en", **fit)
    advisor.reply("fit", "agent", actions=[{"do": "answer", "field": "candidate_type", "value": "agent"}])
    app.run()
    assert app.selectbox(key="fit-partner_fit-1-candidate_type").value == "agent"


def test_what_cannot_be_taken_stays_in_its_field_with_the_reason_and_is_not_stored(visit, advisor):
    advisor.reply("roi", "roi", actions=[{"do": "start", "tool": "leadgen_roi"}])
    app = visit("assessments", lang="en", c="roi", record="leadgen_roi-1")
    app.text_input(key="roi-leadgen_roi-1-deals").set_value("many").run()
    assert app.text_input(key="roi-leadgen_roi-1-deals").value == "many"
    assert any("Deals closed" in one.value for one in app.error)
    assert not advisor.state("roi").records["leadgen_roi-1"].answers


def test_another_persons_assessment_is_not_found(visit, advisor):
    advisor.reply("of-bea", "x", user="bea", actions=FIT)
    advisor.reply("mine", "x", actions=FIT)
    app = visit("assessments", lang="en", c="of-bea", record="partner_fit-1")
    assert any("no such assessment" in one.value for one in app.error)
    advisor.delete_everything(user="bea")


@pytest.mark.parametrize("first", ["one", "two"])
def test_of_two_assessments_of_one_name_the_one_that_is_worked_on_stays_in_view(visit, advisor, first):
    for conversation in ("one", "two"):
        advisor.reply(conversation, "x", actions=[{"do": "start", "tool": "partner_fit"}])
    app = visit("assessments", lang="en", c=first, record="partner_fit-1")
    for kind in ("agent", "distributor"):
        app.selectbox(key=f"{first}-partner_fit-1-candidate_type").set_value(kind).run()
        assert not app.exception, app.exception
        assert advisor.state(first).records["partner_fit-1"].answers["candidate_type"].value == kind
        assert app.query_params["c"] in (first, [first])
    other = {"one": "two", "two": "one"}[first]
    chosen = app.selectbox(key="record-in-view")
    assert len(set(chosen.options)) == 2
    chosen.select_index(1 - chosen.index).run()
    assert app.query_params["c"] in (other, [other])


def test_an_assessment_of_long_ago_is_opened_by_its_link(visit, advisor):
    from ui.records import LOOKED_AT

    advisor.reply("old", "x", actions=FIT)
    for number in range(LOOKED_AT + 1):
        advisor.reply(f"later-{number}", "hello")
    app = visit("assessments", lang="en", c="old", record="partner_fit-1")
    assert not app.error
    assert "Iberia Tools" in app.selectbox(key="record-in-view").options[0]


def test_every_tool_of_the_registry_has_its_calculator_in_both_languages_without_code_of_its_own(visit, advisor):
    for language in ("en", "he"):
        app = visit("calculators", lang=language)
        for name, tool in advisor.tools.items():
            app.selectbox(key="calculator").set_value(name).run()
            assert not app.exception, (name, app.exception)
            assert tool.form.intro[language] in words_of(app)


def test_a_shared_link_opens_the_calculation_with_its_result(visit):
    shared = (
        '{"running_cost":{"amount":"7500","currency":"USD","period":"month"},"deals":"2",'
        '"average_deal":{"amount":"30000","currency":"USD","period":"one_off"},"gross_margin":"45%"}'
    )
    app = visit("calculators", lang="en", tool="leadgen_roi", **{"in": shared})
    assert "ROMI is 260%" in words_of(app)
    assert "360" not in words_of(app)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"tool": "no_such"}, "a calculator that is not here"),
        ({"tool": "leadgen_roi", "in": '{"deals":"2'}, "cannot be read"),
        ({"tool": "leadgen_roi", "in": "[1]"}, "cannot be read"),
    ],
)
def test_a_link_that_leads_nowhere_or_was_cut_short_is_told_of(visit, query, said):
    app = visit("calculators", lang="en", **query)
    assert [said in warning.value for warning in app.warning] == [True]


def test_an_address_never_holds_fewer_inputs_than_the_page_shows(visit):
    import json

    cost = {"amount": "9000", "currency": "USD"}
    channels = [{"subject": f"{n} {'Fairs ' * 200}", "deals": "2", "running_cost": cost} for n in range(6)]
    app = visit("calculators", lang="en", tool="leadgen_roi", **{"in": json.dumps({"channels": channels})})
    assert "5 Fairs" in words_of(app)
    assert "in" not in app.query_params
    assert any("too many inputs for a link" in caption.value for caption in app.caption)


def fill(app, key, **typed):
    for name, value in typed.items():
        app.text_input(key=f"{key}-{name}").set_value(value).run()
    assert not app.exception, app.exception


def test_several_channels_are_filled_in_row_by_row_and_stand_in_the_link(visit):
    import json

    app = visit("calculators", lang="en", tool="leadgen_roi")
    key = "calc-leadgen_roi-channels"
    for number, (name, cost, deals) in enumerate([("Fairs", "9000", "2"), ("Online", "3000", "3")], 1):
        app.button(key=f"{key}-add").click().run()
        typed = {"name": name, "running_cost-amount": cost, "deals": deals, "average_deal-amount": "30000"}
        fill(app, f"{key}-{number}", **typed, gross_margin="45")
    shown = words_of(app)
    assert "Fairs" in shown
    assert "Online" in shown
    assert "45%" in app.text_input(key=f"{key}-2-gross_margin").value
    assert not app.error, [one.value for one in app.error]
    (link,) = [app.query_params["in"]] if isinstance(app.query_params["in"], str) else app.query_params["in"]
    channels = json.loads(link)["channels"]
    assert [one["subject"] for one in channels] == ["Fairs", "Online"]
    again = visit("calculators", lang="he", tool="leadgen_roi", **{"in": link})
    assert "Online" in words_of(again)
    assert not again.error
    again.button(key=f"{key}-remove").click().run()
    assert "Fairs" not in words_of(again)


def test_every_further_input_of_every_tool_is_worded_and_has_its_place_on_the_page(visit, advisor):
    for tool in advisor.tools.values():
        app = visit("calculators", lang="he", tool=tool.name)
        for part in tool.parts:
            texts = (part.label, part.form.subject, *(field.label for field in part.form.fields))
            assert all(text.he != text.en for text in texts), (tool.name, part.id)
            key = f"calc-{tool.name}-{part.id}"
            if part.shape == "rows":
                app.button(key=f"{key}-add").click().run()
                assert not app.exception, app.exception
                continue
            drawn = [key] if part.shape == "value" else [f"{key}-{field.id}" for field in part.form.fields]
            keys = {one.key for one in app.text_input}
            assert all(one in keys or f"{one}-amount" in keys for one in drawn), (tool.name, part.id)


def test_a_table_that_cannot_be_stored_to_its_end_leaves_no_half_of_it(advisor, monkeypatch):
    content = b"name,deals\nFairs,2\nOnline,3\n"
    usual, asked = type(advisor).reply, []

    def failing(self, *args, **more):
        asked.append(args)
        if len(asked) == 2:
            raise OSError("disk full")
        return usual(self, *args, **more)

    monkeypatch.setattr(type(advisor), "reply", failing)
    with pytest.raises(OSError, match="disk full"):
        advisor.import_table("leadgen_roi", content, "imported", user="")
    assert advisor.conversations(user="") == []
    monkeypatch.undo()
    assert len(advisor.import_table("leadgen_roi", content, "imported", user="")) == 2
    advisor.delete_everything(user="")


def test_a_list_comes_from_a_filled_table_whole_or_not_at_all(advisor):
    from assistant import AdvisorError

    empty = advisor.template("customer_profitability", "he", "csv", part="customers").content.decode("utf-8-sig")
    assert "הכנסה" in empty
    good = "name,currency,revenue,gross_margin,drivers\nAcme,USD,100,40%,orders: 3\n"
    assert advisor.read_table("customer_profitability", good.encode(), part="customers") == [
        {
            "name": "Acme",
            "revenue": {"amount": "100", "currency": "USD", "period": "one_off"},
            "gross_margin": "40%",
            "drivers": "orders: 3",
        }
    ]
    with pytest.raises(AdvisorError) as refused:
        advisor.read_table("customer_profitability", good.replace("100", "lots").encode(), part="customers")
    assert "Row 2" in refused.value.text("en")
    assert "Revenue" in refused.value.text("en")


def test_a_bare_number_in_a_field_of_shares_stays_per_cent_when_the_page_is_drawn_again(visit):
    app = visit("calculators", lang="en", tool="leadgen_roi")
    app.text_input(key="calc-leadgen_roi-gross_margin").set_value("45").run()
    app.run()
    assert app.text_input(key="calc-leadgen_roi-gross_margin").value == "45%"


# -- numbers as a person writes them -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "shown", "typed"),
    [("1.234,5", "pays 30.000,5 on 2.5", "30.000,5"), ("1 234,5", "pays 30\u00a0000,5 on 2.5", "30 000,5")],
)
def test_numbers_are_shown_and_read_in_the_style_a_person_prefers(style, shown, typed):
    from ui import numbers

    assert numbers.shown("pays 30,000.5 on `2.5`", style) == shown.replace("2.5", "`2.5`")
    assert numbers.read(typed, style) == "30000.5"
    assert numbers.read("2-4", style) == "2-4"
    assert (
        numbers.shown("12.5.2010, R-P14, 2010-08-20, 1,234.5%", "1.234,5") == "12.5.2010, R-P14, 2010-08-20, 1.234,5%"
    )
    assert numbers.read("1,234.5", "1.234,5") == "1,234.5"
    assert numbers.read("30,000.5", numbers.USUAL) == "30,000.5"


def test_a_style_of_numbers_changes_what_is_shown_and_never_a_figure(visit, advisor):
    import json

    app = visit("settings", lang="en")
    app.selectbox(key="settings-numbers").set_value("1.234,5").run()
    assert advisor.preferences(user="")["numbers"] == "1.234,5"
    app = visit("calculators", lang="en", tool="leadgen_roi")
    key = "calc-leadgen_roi"
    fill(
        app,
        key,
        **{"running_cost-amount": "7.500", "deals": "2", "average_deal-amount": "30.000,5"},
        gross_margin="45,5",
    )
    link = app.query_params["in"]
    inputs = json.loads(link if isinstance(link, str) else link[0])
    assert inputs["running_cost"]["amount"] == "7500"
    assert inputs["average_deal"]["amount"] == "30000.5"
    assert inputs["gross_margin"] == "45.5%"
    assert app.text_input(key=f"{key}-average_deal-amount").value == "30000,5"
    shown = words_of(app).replace("\\", "")
    assert "$60.001" in shown
    assert "60,001" not in shown


def test_a_currency_that_was_not_said_is_the_persons_own_shown_beside_the_amount_and_said(visit, advisor):
    advisor.prefer(user="", currency="EUR")
    app = visit("calculators", lang="en", tool="leadgen_roi")
    assert any("begin in EUR" in one.value for one in app.caption)
    assert app.selectbox(key="calc-leadgen_roi-running_cost-currency").value == "EUR"
    fill(app, "calc-leadgen_roi", **{"running_cost-amount": "7500"})
    advisor.prefer(user="", currency="ILS")
    app.session_state["preferences"] = {"currency": "ILS"}
    app.run()
    assert app.selectbox(key="calc-leadgen_roi-running_cost-currency").value == "EUR"


def test_a_wrong_number_in_a_calculator_says_what_is_wrong(visit):
    app = visit("calculators", lang="en", tool="leadgen_roi")
    app.text_input(key="calc-leadgen_roi-deals").set_value("-3").run()
    assert any("Deals closed" in one.value for one in app.error)


def test_every_section_of_every_form_is_worded(advisor):
    from ui.words import words

    sections = {field.section for tool in advisor.tools.values() for field in tool.form.fields}
    assert not {section for section in sections if f"section.{section}" not in words()}


# -- knowledge, evals, settings ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "he"])
def test_cards_are_browsed_by_topic_and_opened_with_their_sources(visit, advisor, language):
    app = visit("knowledge", lang=language)
    app.selectbox(key="topic").set_value("partner").run()
    card = next(card for card in advisor.knowledge.cards.values() if card.topic == "partner")
    app.button(key=f"browse-open-{card.id}").click().run()
    assert app.header[0].value
    assert card.body[language].split()[0] in words_of(app)
    assert card.sources[0] in words_of(app)


def test_a_search_shows_why_each_finding_was_found(visit):
    app = visit("knowledge", lang="en")
    app.session_state["tabs"] = "Search"
    app.run()
    app.text_input(key="query").set_value("who pays for the trade fair").run()
    assert any(one.label.startswith("Why (score") for one in app.expander)
    assert "likeness of meaning" in words_of(app)


def test_an_added_text_is_told_of_quoted_cut_and_removed(advisor):
    notes = advisor.add_texts(
        [("../fair.md", b"# Fair\n\nThe stand in Hanover brought 14 visitors a day.\n"), ("x.pdf", b"%")]
    )
    states = {Path(note["path"]).name: note["status"] for note in notes}
    assert (states["fair.md"], states["x.pdf"]) == ("kept", "failed")
    assert all(note["text"]["en"] != note["text"]["he"] for note in notes)
    uploads = advisor.knowledge.uploads
    assert [path.name for path in uploads.iterdir()] == ["fair.md"]
    assert any(hit.kind == "passage" for hit in advisor.knowledge.search("visitors Hanover stand"))
    (document,) = advisor.knowledge.library.documents()
    advisor.remove_text(document.id)
    assert not advisor.knowledge.library.documents()
    assert not list(uploads.iterdir())


def a_run(home, name, states):
    folder = home / "eval" / "runs" / name
    folder.mkdir(parents=True)
    head = "id,suite,topic,kind,lang,tags,state,said,expected,found,ms\r\n"
    rows = [
        f"case-{n},roi,roi,answer,{lang},,{state},what,the sky,nothing,3\r\n" for n, (lang, state) in enumerate(states)
    ]
    (folder / "results.csv").write_text("\ufeff" + head + "".join(rows), "utf-8", newline="")
    for report in ("report.html", "junit.xml"):
        (folder / report).write_text("<p>", "utf-8")


def test_failures_of_a_run_come_first_and_the_coverage_counts_by_language(visit, advisor):
    from ui.eval_runs import coverage, runs

    home = advisor.settings.home
    a_run(home, "2026-01-01T000000", [("en", "pass"), ("he", "fail"), ("en", "pass")])
    app = visit("evals", lang="en")
    assert "2 of 3 cases passed" in words_of(app)
    assert [one.label for one in app.expander if one.label == "what"]
    assert "case-1" in app.caption[-1].value + words_of(app) + "".join(one.value for one in app.caption)
    assert coverage(runs(home).cases("2026-01-01T000000")) == [("roi", {"en": (2, 2), "he": (0, 1)})]


def test_settings_change_language_and_currency_and_name_every_file_of_judgements(visit, advisor):
    app = visit("settings", lang="en")
    app.selectbox(key="settings-currency").set_value("EUR").run()
    app.selectbox(key="settings-language").set_value("he").run()
    assert advisor.preferences(user="") == {"currency": "EUR", "language": "he"}
    assert app.title[0].value == "הגדרות"
    shown = words_of(app)
    for used in advisor.weights_in_force():
        assert used.sha256 in shown
        assert used.basis or "basis:" in used.text


def test_deleting_everything_is_confirmed_first_and_then_leaves_nothing(visit, advisor):
    advisor.reply("mine", "hello")
    app = visit("settings", lang="en")
    assert app.button(key="delete-everything").disabled
    app.checkbox(key="delete-everything-sure").check().run()
    app.button(key="delete-everything").click().run()
    assert advisor.conversations(user="") == []
    assert any("Deleted: 1" in one.value for one in app.success)


def test_all_that_is_kept_can_be_taken_along(advisor):
    import json

    advisor.reply("mine", "hello", user="ann")
    advisor.rate("mine", 1, False, user="ann", reasons=["wrong"])
    kept = json.loads(advisor.everything(user="ann").content)
    assert kept["conversations"][0]["turns"][0]["text"] == "hello"
    assert kept["conversations"][0]["ratings"][0]["reasons"] == ["wrong"]
    advisor.delete_everything(user="ann")


# -- who may come in -----------------------------------------------------------------------------------


def test_the_app_listens_to_this_machine_only_until_people_can_be_told_apart():
    from ui.cli import may_listen
    from ui.configuration import Configuration

    assert may_listen(Configuration())
    assert not may_listen(Configuration(address="0.0.0.0"))
    assert not may_listen(Configuration(address="0.0.0.0", issuer="https://id", client_id="x"))
    assert may_listen(Configuration(address="0.0.0.0", issuer="https://id", client_id="x", allowed=("@corp.example",)))


def test_the_allow_list_takes_addresses_and_whole_domains_and_an_empty_one_admits_nobody():
    from ui.configuration import Configuration

    lists = Configuration.from_environment({"ADVISOR_WEB_ALLOW": "Ann@corp.example, @sales.example"})
    assert [lists.admits(who) for who in ("ann@corp.example", "bo@sales.example", "bo@corp.example")] == [
        True, True, False
    ]  # fmt: skip
    assert not Configuration().admits("ann@corp.example")
    assert not lists.admits("x@evil-sales.example")


def test_the_policy_admits_no_inline_script_but_known_ones_and_nothing_from_elsewhere():
    from ui.security import policy

    directives = dict(part.split(" ", 1) for part in policy().split("; "))
    assert "unsafe" not in directives["script-src"]
    assert "http" not in policy()
    assert directives["frame-ancestors"] == "'none'"


# -- answering beside the page -------------------------------------------------------------------------


class Slow:
    """An advisor that answers when it is let, and counts."""

    def __init__(self):
        import threading

        self.let, self.answered, self.kept = threading.Event(), 0, []

    def reply(self, conversation, text, *, abandoned, **_rest):
        self.let.wait(10)
        self.answered += 1
        if abandoned():
            raise InputError("stopped")
        self.kept.append(text)


def test_a_second_tab_finds_the_message_at_work_instead_of_asking_again():
    from ui.answering import Desk

    desk, slow = Desk(), Slow()
    first = desk.take(slow, "ann", "talk", "how much?")
    assert desk.take(slow, "ann", "talk", "how much?") is first
    assert desk.at_work("ann", "talk") is first
    assert desk.at_work("bea", "talk") is None
    slow.let.set()
    first.future.result(10)
    assert slow.answered == 1
    assert desk.at_work("ann", "talk") is None


def test_a_stopped_message_is_not_kept_and_the_next_one_is_taken():
    from ui.answering import Desk

    desk, slow = Desk(), Slow()
    desk.take(slow, "ann", "talk", "never mind").stop()
    second = desk.take(slow, "ann", "talk", "this instead")
    slow.let.set()
    second.future.result(10)
    assert slow.kept == ["this instead"]


def test_an_answer_that_was_saved_before_it_could_be_stopped_is_not_called_stopped():
    from ui.answering import Desk

    desk, slow = Desk(), Slow()
    late = desk.take(slow, "ann", "talk", "too late to stop")
    slow.let.set()
    late.future.result(10)
    assert not late.stop()
    slow.let.clear()
    early = desk.take(slow, "ann", "other", "never mind")
    assert early.stop()
    slow.let.set()
    wait([early.future], 10)
    assert slow.kept == ["too late to stop"]


def test_every_setting_of_the_web_app_stands_in_its_documentation():
    import re

    root = APP.parent.parent
    known = set()
    for name in ("configuration.py", "server.py"):
        known |= set(re.findall(r"ADVISOR_(?:WEB|OIDC)_[A-Z_]+", (root / "ui" / name).read_text("utf-8")))
    assert not {name for name in known if name not in (root / "docs" / "web.md").read_text("utf-8")}


# -- the other sides of an assessment ------------------------------------------------------------------


@pytest.fixture
def two_fits(advisor):
    for conversation, name, kind in (("one", "Iberia Tools", "distributor"), ("two", "Lusitania", "agent")):
        answers = [("required_types", ["distributor"]), ("candidate_type", kind), ("market_recommendations", "yes")]
        actions = [{"do": "answer", "field": field, "value": value} for field, value in answers]
        advisor.reply(conversation, name, actions=[{**FIT[0], "name": name}, *actions])
    return {"c": "one", "record": "partner_fit-1"}


def turn_to(app, tab):
    app.session_state["tabs"] = tab
    app.run()
    assert not app.exception, app.exception
    return app


def test_candidates_of_different_conversations_stand_side_by_side(visit, two_fits):
    app = turn_to(visit("assessments", lang="en", **two_fits), "Side by side")
    shown = words_of(app)
    assert "Iberia Tools" in shown
    assert "Lusitania" in shown
    assert "| Candidate" in shown or "Score" in shown


def test_a_what_if_tells_what_moves_and_is_stored_only_when_kept(visit, advisor, two_fits):
    app = turn_to(visit("assessments", lang="en", **two_fits), "What if")
    app.multiselect(key="what-if-partner_fit-1").set_value(["candidate_type"]).run()
    app.selectbox(key="supposed-one-partner_fit-1-candidate_type").set_value("agent").run()
    assert "Distributor → Agent" in words_of(app)
    assert advisor.record("one", "partner_fit-1").inputs["candidate_type"] == "distributor"
    app.button(key="keep-what-if").click().run()
    kept = advisor.state("one").records["partner_fit-1"].answers["candidate_type"]
    assert (kept.value, kept.evidence) == ("agent", "assumption")


def test_the_history_tells_what_changed_since_an_earlier_message(visit, advisor, two_fits):
    change = {"do": "answer", "field": "candidate_type", "value": "agent", "record": "partner_fit-1"}
    advisor.reply("one", "agent", actions=[change])
    app = turn_to(visit("assessments", lang="en", **two_fits), "History")
    app.selectbox(key="history-since").set_value(1).run()
    assert "What the candidate is: Distributor → Agent" in words_of(app)


def test_the_result_is_offered_in_every_format_and_the_record_renamed_and_archived(visit, advisor, two_fits):
    app = turn_to(visit("assessments", lang="en", **two_fits), "Take along")
    offered = [one.key for one in app.get("download_button") if "record" in one.key]
    assert len(offered) == 4
    app.text_input(key="record-name").set_value("Iberia Tools SL")
    button(app, "Rename").click().run()
    assert advisor.state("one").records["partner_fit-1"].name == "Iberia Tools SL"
    app.button(key="archive").click().run()
    assert not app.exception, app.exception
    assert advisor.state("one").records["partner_fit-1"].archived


def test_a_turn_of_the_form_is_folded_into_one_line_of_the_chat(visit, advisor, two_fits):
    for kind in ("agent", "distributor", "agent"):
        change = {"do": "answer", "field": "candidate_type", "value": kind, "record": "partner_fit-1"}
        advisor.reply("one", "What the candidate is", door="form", actions=[change])
    advisor.reply("one", "summary")
    app = visit(lang="en", c="one")
    assert any(one.label == "Filled in at the form (3)" for one in app.expander)


def test_an_error_nobody_foresaw_is_told_with_a_reference_that_stands_in_the_log(visit, advisor, monkeypatch, caplog):
    def broken(*_args, **_more):
        raise RuntimeError("disk on fire")

    app = visit(lang="he")
    monkeypatch.setattr(type(advisor), "reply", broken)
    app.chat_input[0].set_value("שלום").run()
    (told,) = [one.value for one in app.warning]
    reference = told.split("תחת ")[1].split(".")[0].replace("\\", "")
    assert reference in caplog.text
    assert "disk on fire" not in told


def test_an_answer_that_is_given_at_once_is_not_waited_for_by_its_own_desk():
    from ui.answering import Desk

    desk, quick = Desk(), Slow()
    quick.let.set()
    for number in range(50):
        desk.take(quick, "ann", f"talk-{number}", "x").future.result(10)
    assert quick.answered == 50
    assert desk.began("ann", "talk-1")
    assert not desk.began("bea", "talk-1")


def test_a_second_message_to_a_conversation_at_work_waits_its_turn_and_is_not_lost():
    from ui.answering import Desk

    desk, slow = Desk(), Slow()
    first = desk.take(slow, "ann", "talk", "one")
    other_tab = desk.take(slow, "ann", "talk", "two")
    elsewhere = desk.take(slow, "ann", "another talk", "three")
    slow.let.set()
    wait([first.future, other_tab.future, elsewhere.future], timeout=WAIT_S)
    assert sorted(slow.kept) == ["one", "three", "two"]
    assert slow.kept.index("one") < slow.kept.index("two")
    assert desk.at_work("ann", "talk") is None


def test_a_message_that_is_stopped_while_it_waits_does_not_hold_up_the_next():
    from ui.answering import Desk

    desk, slow = Desk(), Slow()
    first, stopped, last = (desk.take(slow, "ann", "talk", text) for text in ("one", "never mind", "last"))
    stopped.stop()
    slow.let.set()
    last.future.result(WAIT_S)
    assert slow.kept == ["one", "last"]
    assert first.future.exception() is None


def test_a_message_after_a_stopped_one_waits_for_what_is_still_at_work_before_both():
    from ui.answering import Desk

    desk, slow = Desk(), Slow()
    first, stopped = (desk.take(slow, "ann", "talk", text) for text in ("one", "never mind"))
    stopped.stop()
    last = desk.take(slow, "ann", "talk", "last")
    assert not last.future.running()
    slow.let.set()
    last.future.result(WAIT_S)
    assert slow.kept == ["one", "last"]
    assert first.over.done()


def test_two_files_of_one_name_handed_over_together_are_both_kept(advisor):
    texts = [
        f"Terms in {land}\n\nIn {land} the agent gives notice of {n} days." * 3
        for n, land in ((30, "Peru"), (60, "Cuba"))
    ]
    notes = advisor.add_texts([("terms.txt", text.encode()) for text in texts])
    try:
        assert {Path(note["path"]).name for note in notes} == {"terms.txt", "terms (2).txt"}
        kept = " ".join(document.text for document in advisor.knowledge.library.documents())
        assert "30 days" in kept
        assert "60 days" in kept
    finally:
        for document in advisor.knowledge.library.documents():
            advisor.remove_text(document.id)


def test_a_fault_with_a_way_out_is_told_with_it_and_not_with_a_number():
    from assistant.errors import SetupError
    from ui.troubles import told

    assert "פנו לפחות" in told(SetupError("disk_full", path="/data"), "he")
    assert "פנו לפחות" not in told(ValueError("no idea"), "he")


def test_a_source_without_author_has_no_gap_for_one():
    from ui.text import about

    assert about("Terms", "", "2024") == "**Terms** – 2024"
    assert about("Terms", "") == "**Terms**"


def test_what_a_judgement_rests_on_is_said_in_words_in_both_languages(visit):
    for language, said in (("en", "this product's judgement"), ("he", "שיקול דעת של המוצר")):
        shown = words_of(visit("settings", lang=language))
        assert said in shown
        assert "seed_words" not in shown


def test_a_run_is_named_by_the_persons_clock():
    from zoneinfo import ZoneInfo

    from ui.eval_runs import moment

    assert moment("2026-07-31T233000", "he", ZoneInfo("Asia/Jerusalem")) == "1.8.2026 02:30:00"
    assert moment("2026-07-31T233000", "en", ZoneInfo("UTC")) == "31 Jul 2026 23:30:00"
    assert moment("mine", "he", None) == "mine"


def full_disk(*_args, **_kwargs):
    from assistant.errors import SetupError

    raise SetupError("disk_full", path="/data")


def test_a_message_that_could_not_be_answered_is_shown_again_with_the_reason(visit, advisor, monkeypatch):
    app = visit(lang="en")
    monkeypatch.setattr(advisor, "reply", full_disk)
    say(app, "Which of our 3 agents sells best?")
    (told,) = [one.value.replace("\\", "") for one in app.warning]
    assert "is full" in told
    assert "Which of our 3 agents sells best?" in told


def test_an_assessment_that_cannot_be_begun_says_why(visit, advisor, monkeypatch):
    app = visit("assessments", lang="he")
    monkeypatch.setattr(advisor, "reply", full_disk)
    button(app, "להתחיל").click().run()
    assert not app.exception
    assert any("אין מקום פנוי" in error.value for error in app.error)
