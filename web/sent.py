"""What a script or a program sent, where it may be nonsense."""

from __future__ import annotations

from flask import request


def sent_as_json() -> object:
    """What the body says; None where it is no JSON, or nested deeper than Python reads."""
    try:
        said: object = request.get_json(silent=True)
    except RecursionError:
        return None
    return said
