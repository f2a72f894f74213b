"""The network that reads the order of the words: what it learns, what it keeps, what it makes of odd texts."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.understanding.learned import NOTHING, STARTING, STEERING, learned
from assistant.understanding.network import Network, network_of, read_words
from assistant.understanding.network_learning import learn_network

YES, NO = ("kept", "yes"), ("kept", "no")
THINGS = ("pumps", "valves", "filters", "cables", "lamps", "motors", "sensors", "tanks", "doors", "ovens")
EXAMPLES = [
    *((YES, f"they kept the {thing} and lost nothing") for thing in THINGS),
    *((NO, f"they lost the {thing} and kept nothing") for thing in THINGS),
    *((NOTHING, f"we met them at a fair for {thing}") for thing in THINGS),
]
ANSWERS = [NOTHING, NO, YES]


def learned_from_examples() -> Network:
    return learn_network({"a_tool": [(answer, read_words(text)) for answer, text in EXAMPLES] * 8}, {"a_tool": ANSWERS})


def chances_of(network: Network, text: str, head: str = "a_tool"):
    return network.chances(head, read_words(text))


@pytest.fixture(scope="module")
def network() -> Network:
    return learned_from_examples()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("they kept the engines and lost nothing", YES),
        ("they lost the engines and kept nothing", NO),
        ("we met them at a fair for engines", NOTHING),
    ],
)
def test_the_same_words_in_another_order_are_another_answer(network, said, meant):
    chances = chances_of(network, said)
    assert ANSWERS[int(chances.argmax())] == meant
    assert chances.sum() == pytest.approx(1.0, abs=1e-5)


def test_learning_twice_gives_the_same_network(network):
    again = learned_from_examples()
    assert np.array_equal(network.vectors, again.vectors)
    assert chances_of(network, "they kept it all") == pytest.approx(chances_of(again, "they kept it all"))


def test_it_survives_its_file(network, tmp_path):
    np.savez_compressed(tmp_path / "network.npz", **network.arrays())
    with np.load(tmp_path / "network.npz", allow_pickle=False) as file:
        read = network_of(file)
    for _, text in EXAMPLES[::5]:
        assert chances_of(read, text) == pytest.approx(chances_of(network, text), abs=0.01)


@pytest.mark.parametrize("text", ["", "…", "   ", "!!"])
def test_a_text_without_words_says_nothing_at_all(network, text):
    assert chances_of(network, text) is None


@pytest.mark.parametrize("text", ["a", "?", "קדמ", "zzqx qzzx", "lost " * 500, "١٢٣", "😀 kept"])
def test_odd_texts_have_chances_like_any_other(network, text):
    chances = chances_of(network, text)
    assert chances is None or chances.sum() == pytest.approx(1.0, abs=1e-5)


def test_the_bundled_one_knows_the_answers_of_every_tool():
    bundled = {name: weights for name, weights in learned().items() if name not in (STEERING, STARTING)}
    assert len(bundled) > 10
    for name, weights in bundled.items():
        assert len(chances_of(weights.network, "they have four technicians", name)) == len(weights.answers)
