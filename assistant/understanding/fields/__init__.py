"""Numbers to the fields of a form: which quantity of a clause answers which question."""
