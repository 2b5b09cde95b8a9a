"""The tests: sentences about the house, on SQLite and on a real PostgreSQL (tests/postgres.py)."""
