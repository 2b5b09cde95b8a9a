"""Sorts of values that operations are asked and answer, each with what a document says of it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from models.base import LARGEST_KEY
from models.keyset import Position
from web.api.problems import fault

YEARS: Final = range(2000, 2100)
LONGEST_PAGE: Final = 200
MOMENT: Final = r"^20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-][01]\d:[0-5]\d)$"
PRINTABLE: Final = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"


class Shape(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True, from_attributes=True, populate_by_name=True)


class Asks(BaseModel):
    """What is asked: nothing that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class PageQuery(Asks):
    """Which page of a list: `after` is the `next` of the page before."""

    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE, description="How many.")] = 50
    after: Annotated[str | None, Field(max_length=200, description="`next` of the page before.")] = None


class Page(Shape):
    """One page of a list; `next` is asked for as `after`, and null on the last one."""

    next: str | None


def _moment(text: str) -> str:
    """Raises ValueError where the text fits the pattern and is no moment."""
    found = datetime.fromisoformat(text)
    if found.astimezone(UTC).year not in YEARS:
        raise ValueError("it must be a moment of this century")
    return text


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("all of it must be visible")
    return text.strip()


MomentText = Annotated[
    str,
    Field(pattern=MOMENT, description="ISO 8601 with Z or an offset.", examples=["2026-11-23T02:10:00Z"]),
    AfterValidator(_moment),
]
Sid = Annotated[str, Field(pattern=r"^CA[0-9a-f]{32}$", description="The call's CallSid.")]
Number = Annotated[str, Field(pattern=r"^[0-9]{1,12}$")]
Row = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Text400 = Annotated[str, Field(min_length=1, max_length=400, pattern=PRINTABLE), AfterValidator(_printable)]
Text200 = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE), AfterValidator(_printable)]


def moment(text: str | None) -> datetime | None:
    """The moment that a MomentText says, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC) if text is not None else None


def cursor(then: Position | None) -> str | None:
    """A position as programs keep it: opaque to them."""
    if then is None:
        return None
    plain = [one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for one in then]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def position(asked: PageQuery, *kinds: type[int | datetime]) -> Position | None:
    """The position that a cursor says: of these kinds. Raises Problem for one that we did not make."""
    if asked.after is None:
        return None
    try:
        plain = json.loads(base64.b64decode(f"{asked.after}{'=' * (-len(asked.after) % 4)}", altchars=b"-_", validate=True))
        return tuple(_read(kind, one) for kind, one in zip(kinds, plain, strict=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise fault("query.after", "it must be the `next` of a page of this list") from None


def _read(kind: type[int | datetime], value: object) -> int | datetime:
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_KEY:
        return value
    if kind is datetime and isinstance(value, str) and re.fullmatch(MOMENT, value):
        return datetime.fromisoformat(_moment(value))
    raise ValueError(value)
