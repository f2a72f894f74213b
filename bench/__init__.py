"""Measurements anyone can run again."""
