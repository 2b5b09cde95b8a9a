"""Lists of the REST API: filtered, newest first, a page at a time (twilio-contract §4.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from simulator.resources import Json, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

USUAL_SIZE = 50
LARGEST_SIZE = 1000


def matches(args: Mapping[str, str], **told: str | None) -> bool:
    """Whether each named filter that was given equals what is told."""
    return all(args.get(name, value) == value for name, value in told.items())


def within(args: Mapping[str, str], name: str, moment: datetime | None) -> bool:
    """Whether `moment` fits the filters `Name`, `Name<` and `Name>`: whole days in UTC, both ends included."""
    wanted = {sign: args[name + sign] for sign in ("", "<", ">") if name + sign in args}
    if not wanted:
        return True
    if moment is None:
        return False
    day = moment.astimezone(UTC).date()
    tests: dict[str, Callable[[date], bool]] = {"": day.__eq__, "<": day.__le__, ">": day.__ge__}
    return all(tests[sign](_day(text)) for sign, text in wanted.items())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Refused(400, 20001, f"{text!r} is no date such as 2026-01-31") from None


def page(things: Iterable[Json], name: str, path: str, args: Mapping[str, str]) -> Json:
    """One page of `things`, in Twilio's wrapping."""
    found: Sequence[Json] = list(things)
    number, size = _whole(args, "Page", 0), _whole(args, "PageSize", USUAL_SIZE)
    if not 1 <= size <= LARGEST_SIZE:
        raise Refused(400, 20006, f"PageSize must be from 1 to {LARGEST_SIZE}")
    shown = found[number * size : (number + 1) * size]

    def address(which: int) -> str:
        rest = {key: value for key, value in args.items() if key not in {"Page", "PageSize", "PageToken"}}
        return f"{path}?{urlencode(rest | {'PageSize': size, 'Page': which})}"

    return {
        name: shown,
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(0, len(shown) - 1),
        "first_page_uri": address(0),
        "next_page_uri": address(number + 1) if (number + 1) * size < len(found) else None,
        "previous_page_uri": address(number - 1) if number else None,
        "uri": address(number),
    }


def _whole(args: Mapping[str, str], name: str, default: int) -> int:
    text = args.get(name, str(default))
    if not text.isdecimal():
        raise Refused(400, 20001, f"{name}={text!r} is no whole number")
    return int(text)
