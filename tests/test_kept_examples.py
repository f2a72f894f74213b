"""The indexed examples that one process keeps for the next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.understanding.examples import load_library
from assistant.understanding.kept import NAME, kept_library
from knowledge.embedding import open_embedding
from tools.registry import TOOLS

TWO = {tool.name: tool for tool in TOOLS[:2]}
MODEL = open_embedding()
SAID = ("they do not carry a competing line", "אין להם תקציב", "")


def kept(folder: Path, fingerprint: str = "", tools=TWO):
    return kept_library(tools, MODEL.embed_questions, fingerprint or MODEL.fingerprint, folder)


def test_kept_examples_score_as_those_made_anew(tmp_path):
    made = load_library(TWO, MODEL.embed_questions).index
    kept(tmp_path)
    read = kept(tmp_path).index
    assert read.examples == made.examples
    for text in SAID:
        for one, other in zip(made.scores(text), read.scores(text), strict=True):
            assert np.array_equal(one, other)
    assert kept(tmp_path).notes == load_library(TWO).notes


def test_examples_are_read_not_made_when_nothing_changed(tmp_path):
    kept(tmp_path)
    written = (tmp_path / NAME).stat().st_mtime_ns
    kept(tmp_path)
    assert (tmp_path / NAME).stat().st_mtime_ns == written


def test_another_model_or_other_tools_make_them_anew(tmp_path):
    kept(tmp_path)
    before = (tmp_path / NAME).read_bytes()
    kept(tmp_path, "another model")
    assert (tmp_path / NAME).read_bytes() != before
    fewer = dict(list(TWO.items())[:1])
    assert {key[1] for key in (e.key for e in kept(tmp_path, tools=fewer).index.examples) if key[0] == "fact"} == set(
        fewer
    )


@pytest.mark.parametrize("damage", [b"", b"not a zip", None, "half"])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    kept(tmp_path)
    path = tmp_path / NAME
    whole = path.read_bytes()
    if damage == "half":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage is None:
        path.write_bytes(whole[:3000] + bytes(2000) + whole[5000:])
    else:
        path.write_bytes(damage)
    assert kept(tmp_path).index.examples == load_library(TWO).index.examples
    assert np.array_equal(kept(tmp_path).index.postings.rows, load_library(TWO).index.postings.rows)


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert kept(blocked).index.examples
    assert blocked.read_text() == "in the way"
