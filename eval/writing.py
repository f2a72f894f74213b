"""The commands with which a trainer writes cases."""

from __future__ import annotations

import argparse


def init(options: argparse.Namespace) -> int:
    """`eval init`."""
    return 2


def add(options: argparse.Namespace) -> int:
    """`eval add`."""
    return 2


def import_sheet(options: argparse.Namespace) -> int:
    """`eval import`."""
    return 2


def export_sheet(options: argparse.Namespace) -> int:
    """`eval export`."""
    return 2
