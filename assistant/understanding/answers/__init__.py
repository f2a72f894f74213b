"""Statements to answers: what a clause says of the questions of a form."""
