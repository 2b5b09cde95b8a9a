"""What a command prints: text for people, or one JSON document."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from models.local import to_local
from web.papers.columns import spoken, table

__all__ = ["local", "show", "show_json", "spoken", "table"]

JSON: Final = "doegnvagt.json"  # the name of a way to encode: what an encoding lacks is spelled as JSON spells it
UNSEEN: Final = re.compile(
    r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)  # what a terminal obeys instead of showing


def show(text: str) -> None:
    """Prints text; what the terminal cannot spell is spelled out rather than refused."""
    _print(text, "backslashreplace")


def show_json(document: Mapping[str, object]) -> None:
    """Prints one JSON document, its moments in ISO 8601 and UTC, its sets as lists. What the terminal can spell stands as it is."""
    text = json.dumps(document, indent=2, ensure_ascii=False, default=_spelled)
    _print(UNSEEN.sub(lambda found: _escaped(found.group()), text), JSON)


def local(moment: datetime | None) -> str:
    """A moment for people, in local time; a dash where there is none."""
    return f"{to_local(moment):%Y-%m-%d %H:%M}" if moment else "-"


def _print(text: str, otherwise: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{text}\n".encode(encoding, otherwise).decode(encoding))


def _escaped(letters: str) -> str:
    return json.dumps(letters)[1:-1]


def _escaped_in(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    return _escaped(fault.object[fault.start : fault.end]), fault.end


codecs.register_error(JSON, _escaped_in)


def _spelled(value: object) -> str | list[object]:
    if isinstance(value, frozenset):
        return sorted(value)
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no place in a JSON document")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
