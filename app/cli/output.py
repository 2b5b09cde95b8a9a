"""What a command prints: text for people, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from models.local import to_local


def show(text: str) -> None:
    """Prints text; what the terminal cannot spell is spelled out rather than refused."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))


def json_text(document: Mapping[str, object]) -> str:
    """One JSON document, its moments in ISO 8601 and UTC."""
    return json.dumps(document, indent=2, default=_moment)


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


def _aligned(row: Sequence[str], widths: Sequence[int], headings: Sequence[str], right: Collection[str]) -> list[str]:
    columns = zip(row, widths, headings, strict=True)
    return [cell.rjust(width) if heading in right else cell.ljust(width) for cell, width, heading in columns]


def _moment(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no place in a JSON document")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
