"""Who takes part in a conversation beside its owner, and what one workspace can never reach of another's."""

from pathlib import Path

import pytest

from assistant import AdvisorError, open_advisor

WEIGHTS = Path(__file__).parent.parent / "tools" / "weights" / "partner_v1.yaml"


@pytest.fixture(scope="module")
def advisor(home):
    own = home / "weights" / "T1"
    own.mkdir(parents=True)
    changed = WEIGHTS.read_text("utf-8").replace(
        "target_customer_access: {weight: 5", "target_customer_access: {weight: 9"
    )
    (own / "partner_v1.yaml").write_text(changed, "utf-8")
    opened = open_advisor(home=home, model="")
    yield opened
    opened.close()


START = [{"do": "start", "tool": "partner_fit", "language": "he"}]


def test_a_guest_takes_part_and_is_credited_and_nobody_else_does(advisor):
    advisor.reply("shared", "begin", user="ann", workspace="T2", actions=START)
    with pytest.raises(AdvisorError):
        advisor.reply("shared", "me too", user="bea", workspace="T2")
    with pytest.raises(AdvisorError):
        advisor.invite("shared", "bea", user="bea", workspace="T2")  # only the owner invites
    advisor.invite("shared", "bea", user="ann", workspace="T2")
    answer = [{"do": "answer", "field": "candidate_type", "value": "agent"}]
    reply = advisor.reply("shared", "agent", user="bea", workspace="T2", actions=answer)
    assert reply.language == "he"  # a button begins in the language the door speaks
    state = advisor.state("shared", user="ann", workspace="T2")
    assert state.records["partner_fit-1"].answers["candidate_type"].by == "bea"
    with pytest.raises(AdvisorError):
        advisor.reply("shared", "me too", user="bea", workspace="T3")  # the same name elsewhere is somebody else
    with pytest.raises(AdvisorError):
        advisor.delete("shared", user="bea", workspace="T2")


def test_a_ticket_lets_one_person_in_once_and_an_old_one_nobody(advisor, monkeypatch):
    advisor.reply("moving", "hello", user="ann", workspace="T2")
    ticket = advisor.ticket("moving", user="ann", workspace="T2")
    assert advisor.join(ticket, user="ann@example.com") == "moving"
    assert advisor.transcript("moving", user="ann@example.com")
    late = advisor.ticket("moving", user="ann", workspace="T2")
    monkeypatch.setattr("assistant.sharing.time.time", lambda: 10**11)
    for used in (ticket, late, "", "guess"):
        with pytest.raises(AdvisorError) as refused:
            advisor.join(used, user="eve@example.com")
        assert refused.value.code == "ticket"


def test_the_judgements_in_force_are_those_of_the_workspace(advisor):
    def own(workspace):
        return {one.file for one in advisor.weights_in_force(workspace=workspace) if one.own}

    assert own("T1") == {"partner_v1.yaml"}
    assert own("T2") == own("") == set()


def test_what_another_process_deleted_is_gone_here_too_and_its_name_can_be_used_again(advisor):
    advisor.reply("reused", "Our agent is called Nordwind", user="dan", workspace="T2", actions=START)
    assert advisor.state("reused", user="dan", workspace="T2").records
    elsewhere = open_advisor(advisor.settings)
    elsewhere.delete("reused", user="dan", workspace="T2")
    elsewhere.close()
    assert not advisor.state("reused", user="eve", workspace="T3").records
    assert advisor.reply("reused", "hello", user="eve", workspace="T3").turn == 1


def test_what_is_deleted_takes_its_guests_and_tickets_along(advisor):
    advisor.reply("gone", "hello", user="cal", workspace="T2")
    advisor.invite("gone", "bea", user="cal", workspace="T2")
    ticket = advisor.ticket("gone", user="cal", workspace="T2")
    advisor.delete_everything(user="cal", workspace="T2")
    assert not advisor.sharing.guests("gone", "T2")
    with pytest.raises(AdvisorError):
        advisor.join(ticket, user="eve@example.com")


def test_a_workspace_has_weights_of_its_own_that_no_other_is_measured_by(advisor):
    used = {}
    for workspace in ("T1", "T2", "../T1"):
        reply = advisor.reply(f"of {workspace}", "begin", user="ann", workspace=workspace, actions=START)
        state = advisor.state(reply.conversation, user="ann", workspace=workspace)
        used[workspace] = state.records["partner_fit-1"].weights["sha256"]
    assert used["T1"] != used["T2"]
    assert used["../T1"] == used["T2"]
