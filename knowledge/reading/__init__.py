"""Reads the texts a person brings: files to clean documents, and documents to passages."""
