"""What people do in Slack, from beginning to end, in both languages: every request is signed, every call checked."""

import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from slack_door import find_button, pressing, serving, text_of
from slack_rules import check_harmless, texts_of
from slack_stand_in import TEAM, mention, stamp, talk

from assistant import AdvisorError

APPOINT = {"en": "Should we appoint this distributor?", "he": "האם למנות את המפיץ הזה?"}
WORDS = {
    "en": {
        "unknown": "I don't know", "these": "That's it", "change": "Change an answer", "share": "Share to a channel",
        "xlsx": "Download XLSX", "what_if": "What if…", "yes": "Yes", "why": "Why do you ask?",
    },
    "he": {
        "unknown": "לא יודע", "these": "אלה", "change": "לשנות תשובה", "share": "לשתף בערוץ",
        "xlsx": "להוריד XLSX", "what_if": "מה אם…", "yes": "כן", "why": "למה זה חשוב?",
    },
}  # fmt: skip
PEOPLE = {"en": "UEN", "he": "UHE"}


@pytest.fixture
def door(slack, slack_advisor, either_way):
    """Every journey is made over signed HTTP and over the websocket."""
    with either_way(slack_advisor, slack) as opened:
        yield opened


def labels(message):
    return [
        one["text"]["text"]
        for block in message["blocks"]
        for one in block.get("elements", [])
        if one["type"] == "button"
    ]


def boxes(message):
    return next(one for block in message["blocks"] for one in block.get("elements", []) if one["type"] == "checkboxes")


def tick(message, *choices):
    """State values with these boxes ticked."""
    chosen = [option for option in boxes(message)["options"] if option["value"] in choices]
    return {"choices": {"tick": {"type": "checkboxes", "selected_options": chosen}}}


def begin(door, slack, language, channel="C1", **more):
    """Begin an appointment; returns its first question."""
    seen = len(slack.messages)
    door.mention(APPOINT[language], PEOPLE[language], channel=channel, **more)
    first = slack.posted(seen + 1)
    if "checkboxes" in text_of(first):
        return first
    door.press(first, WORDS[language]["yes"], PEOPLE[language])  # the offer to go through it properly
    return slack.posted(seen + 2)


def block_candidate(door, slack, language, first):
    """Answer the two questions after which the verdict is settled; returns the result's message."""
    words, user, seen = WORDS[language], PEOPLE[language], len(slack.messages)
    door.press(first, words["these"], user, state=tick(first, "distributor"))
    second = slack.posted(seen + 1)
    agent = {"en": "Agent", "he": "סוכן"}[language]
    if agent in labels(second):
        door.press(second, agent, user)
    else:
        menu = next(
            one for block in second["blocks"] for one in block.get("elements", []) if one["type"] == "static_select"
        )
        block = next(block for block in second["blocks"] if menu in block.get("elements", []))
        option = next(option for option in menu["options"] if option["value"] == "agent")
        door.interact(picking(door, second, menu, block, option, user))
    return slack.posted(seen + 2)


def picking(door, message, menu, block, option, user):
    element = {**menu, "block_id": block["block_id"], "selected_option": option}
    return pressing(door.slack, message, element, user, None, TEAM)


@pytest.mark.parametrize("language", ["en", "he"])
def test_an_executive_decides_on_a_distributor_in_a_thread(slack, door, language):
    words, user = WORDS[language], PEOPLE[language]
    first = begin(door, slack, language)
    thread = first["thread_ts"]
    assert words["unknown"] in labels(first)
    door.press(first, words["why"], user)
    why = slack.posted(len(slack.messages) + 1)
    assert why["thread_ts"] == thread
    result = block_candidate(door, slack, language, why if "checkboxes" in text_of(why) else first)
    assert result["thread_ts"] == thread
    shown = text_of(result)
    assert {"en": "Do not appoint", "he": "לא למנות"}[language] in shown
    assert "R-P14" in shown
    kinds = [block["type"] for block in result["blocks"]]
    assert kinds[:3] == ["context", "section", "context"]  # what was noted, the bottom line, the interval
    assert {"en": "Sources", "he": "מקורות"}[language] in shown
    assert "2010-08-28" in shown
    assert "░" in shown or "█" in shown
    assert {words["change"], words["share"], words["xlsx"], words["what_if"]} <= set(labels(result))
    assert {"en": "Do not appoint", "he": "לא למנות"}[language] in result["text"]
    for message in slack.messages.values():
        for text in texts_of(message["blocks"]):
            check_harmless(text)
    door.press(result, words["xlsx"], user)
    slack.wait(lambda: slack.files, what="a workbook")
    assert (slack.files[0]["channel_id"], slack.files[0]["thread_ts"]) == ("C1", thread)
    workbook = openpyxl.load_workbook(io.BytesIO(slack.uploads[slack.files[0]["files"][0]["id"]]))
    assert workbook.sheetnames


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_result_asked_for_as_a_file_in_words_is_handed_out_where_it_was_asked_for(slack, door, language):
    result = block_candidate(door, slack, language, begin(door, slack, language))
    seen = len(slack.messages)
    words = {"en": "send me the result as excel", "he": "שלח לי את התוצאה כאקסל"}[language]
    door.talk(words, PEOPLE[language], thread_ts=result["thread_ts"])
    slack.posted(seen + 1)
    slack.wait(lambda: slack.files, what="a workbook")
    assert (slack.files[0]["channel_id"], slack.files[0]["thread_ts"]) == ("C1", result["thread_ts"])
    assert openpyxl.load_workbook(io.BytesIO(slack.uploads[slack.files[0]["files"][0]["id"]])).sheetnames
    assert len(slack.messages) == seen + 1


@pytest.mark.parametrize("language", ["en", "he"])
def test_an_answer_is_changed_after_the_result_in_two_steps(slack, door, language):
    words, user = WORDS[language], PEOPLE[language]
    result = block_candidate(door, slack, language, begin(door, slack, language))
    seen = len(slack.messages)
    door.press(result, words["change"], user)
    view = slack.wait(lambda: [v for v in slack.views.values() if v.get("callback_id") == "which"], what="a modal")[0]
    picked = {"which": {"v": {"type": "static_select", "selected_option": {"value": "candidate_type"}}}}
    asked = door.submit(view, picked, user).json
    assert asked["response_action"] == "update"
    chosen = {"candidate_type": {"v": {"type": "static_select", "selected_option": {"value": "distributor"}}}}
    assert door.submit({**view, **asked["view"]}, chosen, user).json == {"response_action": "clear"}
    changed = slack.posted(seen + 1)
    assert changed["thread_ts"] == result["thread_ts"]
    assert {"en": "Agent → *Distributor*", "he": "סוכן ← *מפיץ*"}[language] in text_of(changed)


def test_a_form_shows_what_is_wrong_at_the_question_itself_and_goes_on_step_by_step(slack, door):
    door.command("calc leadgen roi")
    slack.wait_for("views.update")
    view = next(iter(slack.views.values()))
    texts = [
        b["block_id"] for b in view["blocks"] if b["type"] == "input" and b["element"]["type"] == "plain_text_input"
    ]
    wrong = door.submit(view, {texts[0]: {"v": {"type": "plain_text_input", "value": "a lot"}}}).json
    assert wrong["response_action"] == "errors"
    assert list(wrong["errors"]) == [texts[0]]
    assert "USD" in wrong["errors"][texts[0]]
    right = door.submit(view, {texts[0]: {"v": {"type": "plain_text_input", "value": "12 USD"}}}).json
    assert right["response_action"] in ("update", "clear")


def test_a_button_of_an_earlier_question_is_answered_with_the_question_that_stands(slack, door):
    first = begin(door, slack, "en")
    seen = len(slack.messages)
    door.press(first, "That's it", state=tick(first, "distributor"))
    slack.posted(seen + 1)
    door.press(first, "I don't know")
    again = slack.posted(seen + 2)
    assert "answered already" in text_of(again)
    assert "What type of partner is the candidate" in text_of(again)


def test_a_double_click_and_a_repeated_delivery_count_once(slack, door):
    first = begin(door, slack, "en")
    seen = len(slack.messages)
    payload = pressing(slack, first, find_button(first, "I don't know"), "UEN", None, TEAM)
    for _ in range(3):
        assert door.interact(payload).status == 200
    slack.posted(seen + 1)
    door.mention("thanks", channel="C9")
    slack.posted(seen + 2)
    assert len(slack.messages) == seen + 2


def test_a_direct_message_is_a_conversation_with_a_title_and_goes_on_in_its_thread(slack, door):
    at = door.talk("Is this lead ready for sales?", channel="D1")
    answer = slack.posted()
    assert answer["thread_ts"] == at
    slack.wait(lambda: slack.titles.get(("D1", at)), what="a session title")
    door.talk("summary", channel="D1", thread_ts=at)
    assert slack.posted(2)["thread_ts"] == at
    assert len(turns_of(door, at, "D1")) == 2


@pytest.mark.parametrize("mention_first", [True, False])
def test_a_mention_that_also_comes_as_a_message_is_answered_once(slack, door, mention_first):
    at = door.mention("A distributor approached us. Is that a good reason to appoint him?")
    slack.posted()
    ts = stamp()
    twice = [mention("thanks", ts=ts, thread_ts=at), talk("<@UBOT1> thanks", ts=ts, thread_ts=at)]
    for event in twice if mention_first else reversed(twice):
        assert door.event(event).status == 200
    slack.posted(2)
    door.talk("what do you mean?", thread_ts=at)  # no mention needed in a thread that is ours
    slack.posted(3)
    assert len(slack.messages) == 3


def test_only_the_owner_and_whom_the_owner_invited_answer_and_each_is_credited(slack, door):
    first = begin(door, slack, "en")
    thread = first["thread_ts"]
    seen = len(slack.messages)
    door.talk("just between us two", "U3", thread_ts=thread)  # colleagues talk; that is not for us
    door.press(first, "I don't know", "U3")
    told = slack.wait(lambda: slack.whispers, what="a private line")[0]
    assert told["user"] == "U3"
    assert "Dana" in text_of(told)
    door.press({**told, "ts": "1.1"}, "Ask to take part", "U3")
    asked = slack.wait(lambda: [w for w in slack.whispers if w["user"] == "UEN"], what="a question to the owner")[0]
    assert "Bea" in text_of(asked)
    door.press({**asked, "ts": "1.2"}, "Let Bea in")
    assert "Bea can answer" in text_of(slack.posted(seen + 1))
    door.press(first, "That's it", "U3", state=tick(first, "distributor"))
    assert "Answering Bea" in text_of(slack.posted(seen + 2))
    assert "just between us" not in json.dumps([turn.text for turn in turns_of(door, thread)])
    conversation = f"slack-{TEAM}-C1-{thread}"
    state = door.opened.parts.advisor.state(conversation, user="UEN", workspace=TEAM)
    assert state.records["partner_fit-1"].answers["required_types"].by == "U3"


def turns_of(door, thread, channel="C1"):
    return door.opened.parts.advisor.transcript(f"slack-{TEAM}-{channel}-{thread}", user="UEN", workspace=TEAM)


def test_the_owner_invites_by_name_in_either_language(slack, door):
    thread = begin(door, slack, "en")["thread_ts"]
    seen = len(slack.messages)
    door.mention("הזמן את <@UHE>", thread_ts=thread)
    assert "יוסי" in text_of(slack.posted(seen + 1))
    door.talk("distributor", "UHE", thread_ts=thread)
    assert "יוסי" in text_of(slack.posted(seen + 2))


def test_a_result_is_shared_without_buttons_and_a_closed_channel_is_explained(slack, door):
    result = block_candidate(door, slack, "en", begin(door, slack, "en"))
    seen = len(slack.messages)
    door.press(result, "Share to a channel")
    view = slack.wait(lambda: [v for v in slack.views.values() if v.get("callback_id") == "share"], what="a modal")[0]
    slack.away.add("C-closed")
    for channel in ("C-closed", "C7"):
        chosen = {"channel": {"v": {"type": "conversations_select", "selected_conversation": channel}}}
        assert door.submit({**view, "id": f"V-{channel}"}, chosen).status == 200
    shared = slack.posted(seen + 1)
    assert shared["channel"] == "C7"
    assert "Shared by Dana" in text_of(shared)
    assert not labels(shared)
    slack.wait(lambda: any("/invite" in text_of(one) for one in slack.whispers), what="how to let us in")


def test_a_slash_question_is_answered_privately_where_it_was_asked(slack, door):
    answered = door.command("ask A distributor approached us. Is that a good reason to appoint him?")
    assert answered.seconds < 3
    assert answered.json["response_type"] == "ephemeral"
    said = slack.wait(lambda: slack.responses, what="a private answer")[0]
    assert said["response_type"] == "ephemeral"
    assert "approached" in said["text"].lower()
    assert not slack.messages


@pytest.mark.parametrize(("text", "expected"), [("", "resume"), ("help", "resume"), ("עזרה", "המשך"), ("?", "resume")])
def test_help_comes_at_once(door, text, expected):
    assert expected in text_of(door.command(text).json)


def test_an_assessment_is_begun_from_a_command_in_private_and_found_again(slack, door):
    door.command("assess partner fit Iberia Tools")
    root, question = slack.posted(1), slack.posted(2)
    assert root["channel"] == question["channel"] == "DUEN"
    assert question["thread_ts"] == root["ts"]
    assert "Iberia Tools" in root["text"]
    door.press(question, "That's it", state=tick(question, "distributor"))
    slack.posted(3)
    door.command("resume")
    listed = slack.wait(lambda: [r for r in slack.responses if "Iberia" in text_of(r)], what="the drafts")[0]
    row = next(block for block in listed["blocks"] if "Iberia" in text_of({"blocks": [block]}))
    where = {**listed, "channel": "C1", "ts": "1.5"}
    door.interact(pressing(slack, where, row["accessory"], "UEN", None, TEAM))
    assert slack.posted(4)["thread_ts"] == root["ts"]


def test_a_message_is_asked_about_privately(slack, door):
    payload = {
        "type": "message_action", "callback_id": "ask_about", "trigger_id": slack.trigger(), "team": {"id": TEAM},
        "user": {"id": "UEN"}, "channel": {"id": "C1"},
        "message": {"ts": stamp(), "user": "U3", "text": "They approached us, so <!channel> let us sign &amp; go"},
    }  # fmt: skip
    assert door.interact(payload).status == 200
    root, answer = slack.posted(1), slack.posted(2)
    assert root["channel"] == answer["channel"] == "DUEN"
    assert "sign &amp; go" in root["text"]
    for message in (root, answer):
        for text in texts_of(message["blocks"]):
            check_harmless(text)


def test_the_home_tab_shows_drafts_and_takes_language_and_deletion(slack, door):
    begin(door, slack, "en")
    door.event({"type": "app_home_opened", "user": "UEN", "channel": "D9", "tab": "home", "event_ts": stamp()})
    slack.wait(lambda: slack.homes.get("UEN"), what="the home tab")
    assert "Partner fit" in json.dumps(slack.homes["UEN"])
    menu = next(
        b["accessory"]
        for b in slack.homes["UEN"]["blocks"]
        if b.get("accessory", {}).get("action_id") == "home:language"
    )
    chosen = next(option for option in menu["options"] if option["value"] == "he")
    home = {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": "UEN"}, "trigger_id": slack.trigger(),
            "container": {"type": "view"}, "view": {"type": "home"}}  # fmt: skip
    door.interact({**home, "actions": [{**menu, "selected_option": chosen, "action_ts": stamp()}]})
    slack.wait(lambda: "התאמת שותף" in json.dumps(slack.homes["UEN"], ensure_ascii=False), what="the tab in Hebrew")
    delete = {"type": "button", "action_id": "home:delete", "value": "delete", "action_ts": stamp()}
    door.interact({**home, "actions": [delete]})
    advisor = door.opened.parts.advisor
    slack.wait(lambda: not advisor.conversations(user="UEN", workspace=TEAM), what="nothing stored")


def test_the_agent_view_offers_first_steps_without_a_thread(slack, door):
    door.event({"type": "app_home_opened", "user": "UHE", "channel": "D9", "tab": "messages", "event_ts": stamp()})
    call = slack.wait_for("assistant.threads.setSuggestedPrompts")
    assert len(call.args["prompts"]) == 4
    assert call.args["prompts"][0]["message"] == APPOINT["he"]


def test_a_thumb_down_asks_why_and_is_kept(slack, door):
    at = door.mention("A distributor approached us. Is that a good reason to appoint him?")
    answer = slack.posted()
    thumbs = next(
        one for block in answer["blocks"] for one in block.get("elements", []) if one["type"] == "feedback_buttons"
    )
    element = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "block_id": "b",
        "value": thumbs["negative_button"]["value"],
    }
    door.interact(pressing(slack, answer, element, "UEN", None, TEAM))
    view = slack.wait(lambda: [v for v in slack.views.values() if v.get("callback_id") == "reasons"], what="a modal")[0]
    said = {"reasons": {"v": {"type": "checkboxes", "selected_options": [{"value": "too_long"}]}},
            "comment": {"v": {"type": "plain_text_input", "value": "half of it"}}}  # fmt: skip
    assert door.submit(view, said).json["response_action"] == "update"
    ratings = door.opened.parts.advisor.ratings(f"slack-{TEAM}-C1-{at}", user="UEN", workspace=TEAM)
    assert [(one.helpful, one.reasons, one.comment) for one in ratings] == [(False, ("too_long",), "half of it")]


def test_a_conversation_goes_on_in_the_web_app_with_a_link_that_works_once(slack, slack_advisor):
    with serving(slack_advisor, slack, web_url="https://advisor.example.com") as door:
        result = block_candidate(door, slack, "en", begin(door, slack, "en"))
        door.press(result, "Open in the web app", "U3")  # a stranger gets no link
        door.press(result, "Open in the web app")
        shown = slack.wait(lambda: [w for w in slack.whispers if w["user"] == "UEN"], what="a private link")[0]
    assert "<https://advisor.example.com/knowledge?card=partner" in text_of(result)
    link = re.search(r"<(https://advisor\.example\.com/\?[^|]+)\|", text_of(shown))[1]
    query = parse_qs(urlsplit(link).query)
    assert not any("ticket" in text_of(one) for one in slack.whispers if one["user"] != "UEN")
    conversation = slack_advisor.join(query["ticket"][0], user="dana@example.com")
    assert query["c"] == [conversation]
    with pytest.raises(AdvisorError, match="used already"):
        slack_advisor.join(query["ticket"][0], user="eve@example.com")
    reply = slack_advisor.reply(conversation, "summary", user="dana@example.com", door="web")
    assert "Agent" in reply.text
    with pytest.raises(AdvisorError):
        slack_advisor.reply(conversation, "summary", user="eve@example.com", door="web")
