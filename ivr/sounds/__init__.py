"""Sounds that callers hear, and how they were made."""
