"""Doors see a few names and nothing else."""

import assistant


def test_the_public_face_is_these_names_and_no_more():
    assert assistant.__all__ == ["Advisor", "AdvisorError", "Calculation", "Reply", "Source", "open_advisor"]
    assert all(hasattr(assistant, name) for name in assistant.__all__)
