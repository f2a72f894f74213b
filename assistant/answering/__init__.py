"""Evidence to text."""
