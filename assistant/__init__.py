"""Turns a message into a reply."""
