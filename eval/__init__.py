"""Suites, runner, graders and reports."""
