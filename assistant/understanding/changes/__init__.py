"""Corrections, and figures changed or supposed in a calculation."""
