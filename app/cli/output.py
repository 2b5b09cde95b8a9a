"""What a command prints: text for people, or one JSON document."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from models.local import to_local

JSON: Final = "doegnvagt.json"  # the name of a way to encode: what an encoding lacks is spelled as JSON spells it
UNSEEN: Final = re.compile(
    r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)  # what a terminal obeys instead of showing


def show(text: str) -> None:
    """Prints text; what the terminal cannot spell is spelled out rather than refused."""
    _print(text, "backslashreplace")


def show_json(document: Mapping[str, object]) -> None:
    """Prints one JSON document, its moments in ISO 8601 and UTC. Letters stand as they are where the terminal can spell them."""
    text = json.dumps(document, indent=2, ensure_ascii=False, default=_moment)
    _print(UNSEEN.sub(lambda found: _escaped(found.group()), text), JSON)


def local(moment: datetime | None) -> str:
    """A moment for people, in local time; a dash where there is none."""
    return f"{to_local(moment):%Y-%m-%d %H:%M}" if moment else "-"


def spoken(value: object) -> str:
    """A value in text: a dash where there is none."""
    return "-" if value is None else str(value)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, right: Collection[str] = ()) -> list[str]:
    """Lines of columns under headings; those named in `right` are figures, aligned at their end."""
    cells = [list(headings), *([spoken(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(_aligned(row, widths, headings, right)).rstrip() for row in cells]


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


def _aligned(row: Sequence[str], widths: Sequence[int], headings: Sequence[str], right: Collection[str]) -> list[str]:
    columns = zip(row, widths, headings, strict=True)
    return [cell.rjust(width) if heading in right else cell.ljust(width) for cell, width, heading in columns]


def _moment(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no place in a JSON document")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
