"""What is kept about a person: preferences and feedback; editing and stopping a message."""

import multiprocessing

import pytest

from assistant import AdvisorError
from assistant.people import Feedback, People
from assistant.sharing import Sharing
from assistant.store import Store, TurnRow


def test_preferences_are_kept_for_one_person_and_can_be_taken_back(advisor):
    advisor.prefer(user="ann", language="he", currency="ILS")
    assert advisor.preferences(user="ann") == {"language": "he", "currency": "ILS"}
    assert advisor.prefer(user="ann", currency=None) == {"language": "he"}
    assert advisor.preferences(user="bea") == {}


def _both_at_once(url, wait, number):
    """What one process sets in forty rounds, each begun together with the other process."""
    store = Store(url)
    people, sharing = People(store.engine), Sharing(store.engine)
    for turn in range(40):
        wait.wait(60)
        people.prefer("pair", f"T{turn}", {f"of_{number}": turn})  # the first setting of this person
        people.prefer("pair", "always", {f"set_{number}_{turn}": turn})
        people.rate(Feedback("rated by two", turn, "pair", bool(number)))
        sharing.invite("rated by two", f"guest {turn}")
        sharing.settle(f"place {turn}", "rated by two")
    store.close()


def test_two_processes_that_set_rate_and_invite_at_once_lose_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'advisor.db'}"
    store = Store(url)
    store.append("rated by two", 0, [], TurnRow(1, "hello", {}))
    context = multiprocessing.get_context("spawn")
    wait = context.Barrier(2)
    processes = [context.Process(target=_both_at_once, args=(url, wait, number)) for number in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    people, sharing = People(store.engine), Sharing(store.engine)
    assert all(len(people.preferences("pair", f"T{turn}")) == 2 for turn in range(40))
    assert len(people.preferences("pair", "always")) == 80
    assert len(people.ratings("rated by two")) == len(sharing.guests("rated by two")) == 40
    store.close()


def test_a_later_word_on_an_answer_replaces_the_earlier_one(advisor):
    advisor.reply("rated", "hello", user="ann")
    advisor.rate("rated", 1, True, user="ann")
    advisor.rate("rated", 1, False, reasons=["unclear", "made up"], comment="x" * 5000, user="ann", door="web")
    (rating,) = advisor.ratings("rated", user="ann")
    assert (rating.helpful, rating.reasons, len(rating.comment)) == (False, ("unclear",), 2000)


def test_nobody_rates_or_reads_ratings_of_another_persons_conversation(advisor):
    advisor.reply("hers", "hello", user="bea")
    with pytest.raises(AdvisorError) as refused:
        advisor.rate("hers", 1, True, user="ann")
    assert refused.value.code == "no_conversation"


def test_deleting_everything_takes_preferences_and_feedback_too(advisor):
    advisor.reply("gone", "hello", user="dov")
    advisor.rate("gone", 1, True, user="dov")
    advisor.prefer(user="dov", language="he")
    assert advisor.delete_everything(user="dov") == 1
    assert advisor.preferences(user="dov") == {}
    advisor.reply("gone", "hello", user="dov")
    assert list(advisor.ratings("gone", user="dov")) == []


def test_an_edited_message_takes_the_place_of_the_last_one(advisor):
    advisor.reply("edit", "start", user="ann", actions=[{"do": "start", "tool": "partner_fit"}])
    first = {"do": "answer", "field": "candidate_type", "value": "agent"}
    advisor.reply("edit", "agent", user="ann", actions=[first])
    advisor.reply("edit", "distributor", user="ann", actions=[first | {"value": "distributor"}], replaces=2)
    assert [row.text for row in advisor.transcript("edit", user="ann")] == ["start", "distributor"]
    state = advisor.state("edit", user="ann")
    assert state.records["partner_fit-1"].answers["candidate_type"].value == "distributor"
    with pytest.raises(AdvisorError, match="last message"):
        advisor.reply("edit", "too late", user="ann", replaces=1)


def test_a_stopped_message_leaves_nothing_behind(advisor):
    with pytest.raises(AdvisorError) as stopped:
        advisor.reply("stop", "hello", user="ann", abandoned=lambda: True)
    assert stopped.value.code == "stopped"
    assert "stop" not in [head.id for head in advisor.conversations(user="ann")]
