"""Chaos: real processes on a real PostgreSQL, really killed, while the exchange telephones (`make chaos`, docs/chaos.md)."""
