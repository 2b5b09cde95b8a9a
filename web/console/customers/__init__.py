"""Customers and their persons: found, made, changed; PINs looked at, replaced, put on a card."""
