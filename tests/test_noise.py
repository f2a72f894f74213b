"""Hostile and random messages: a small part of `bench/noise.py`, whose whole is in docs/understanding.md."""

from __future__ import annotations

import time

import pytest

from bench import noise


@pytest.fixture(scope="module")
def found(advisor) -> noise.Found:
    return noise.run(advisor, 400, seed=11)


def test_no_noise_raises_or_is_left_without_a_reply(found: noise.Found) -> None:
    assert found.messages == 400
    assert not found.exceptions, "\n".join(found.exceptions)
    assert not found.silent, "\n".join(found.silent)


def test_noise_stores_nothing_that_was_not_said(found: noise.Found) -> None:
    assert not found.unsaid, "\n".join(found.unsaid)


def test_a_reply_among_invisible_characters_is_still_heard(advisor) -> None:
    advisor.reply("hidden", "start", actions=[{"do": "start", "tool": "lead_qualification"}])
    advisor.reply("hidden", "\u202ey\u200be\u2060s\u202c")
    record = advisor.state("hidden").records["lead_qualification-1"]
    assert record.answers["in_territory"].value == "yes"


def test_the_same_seed_makes_the_same_messages_and_another_makes_others() -> None:
    assert list(noise.messages(30, 5)) == list(noise.messages(30, 5))
    assert list(noise.messages(30, 5)) != list(noise.messages(30, 6))


def test_a_page_of_figures_is_answered_in_bounded_time(advisor) -> None:
    started = time.process_time()
    assert advisor.reply("page", "{0.__class__}\n" * 2_000).text
    assert advisor.reply("page", "5 deals, 30%\n" * 2_000).text
    assert time.process_time() - started < 10
