"""What browsers call themselves, in words that somebody recognises theirs by."""

from __future__ import annotations

from typing import Final

BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser(said: str) -> str:
    """What a browser calls itself, in two words: "Firefox, Windows"."""
    name = next((short for mark, short in BROWSERS if mark in said), said[:40] or "?")
    system = next((short for mark, short in SYSTEMS if mark in said), "")
    return f"{name}, {system}" if system else name
