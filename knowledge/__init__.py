"""Finds and quotes the method."""
