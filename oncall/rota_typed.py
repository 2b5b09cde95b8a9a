"""A rota as it is typed into a form: a card for each layer, and the file's own words for the rest. Pure.

`{"layer": [card, …], "rest": TOML}`; a card is texts alone, sound or not. `said` makes the plain data of the file of it, as far as
it can be read, and names what cannot; whether that is sound is asked of the file (oncall.rota_file), as of any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from oncall import reading, stretches, toml_text
from oncall.reading import DAYS, EVERY, LARGEST, Bad, Fault, Wrong

Card = dict[str, str]
TEXTS: Final = ("name", "tier", "place", "people", "starts", "count", "unit", "until", "holidays", "stand_in", *DAYS)
EMPTY: Final[Card] = dict.fromkeys(TEXTS, "") | {"tier": "1", "place": "1", "count": "1", "unit": "week"}
"""A layer of which nothing was typed yet."""
FLAGS: Final = {"true": True, "false": False}
ELSEWHERE: Final = ("line", "layer")
"""What the words for the rest may not say: it stands in the form."""


def typed(content: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    """A sound rota, as it would be typed."""
    rest = {key: value for key, value in content.items() if key not in ELSEWHERE}
    return {"layer": [_card(one, names) for one in content.get("layer", [])], "rest": toml_text.written(rest)}


def said(content: Mapping[str, Any], line: str, names: Mapping[int, str]) -> tuple[dict[str, Any], list[Fault]]:
    """The plain data of its file, and what could not be read."""
    faults: list[Fault] = []
    try:
        rest = reading.toml(content["rest"])
    except Bad as bad:
        rest, faults = {}, [Fault(bad.wrong, bad.values)]
    faults += [Fault(Wrong.UNKNOWN, {"value": key}) for key in ELSEWHERE if key in rest]
    rest = {key: value for key, value in rest.items() if key not in ELSEWHERE}
    layers = [_layer(card, f"layer {number}", names, faults) for number, card in enumerate(content["layer"], start=1)]
    return {"line": line, "layer": layers, **rest}, faults


def called(number: int, names: Mapping[int, str]) -> str:
    """What a supporter is called in a form: their name, and their number where another one has the same."""
    name = names.get(number, str(number))
    return f"{name} ({number})" if list(names.values()).count(name) > 1 else name


def _card(layer: Mapping[str, Any], names: Mapping[int, str]) -> Card:
    every = EVERY.fullmatch(layer["every"])
    hours: dict[str, list[tuple[int, int]]] = {}
    for one in layer.get("hours", []):
        for day in one.get("days", DAYS):
            hours.setdefault(day, []).append((reading.minute(one.get("from", "00:00")), reading.minute(one.get("to", "24:00"))))
    holidays = layer.get("holidays")
    return EMPTY | {
        "name": layer["name"],
        "tier": str(layer.get("tier", 1)),
        "place": str(layer.get("place", 1)),
        "people": ", ".join(called(one, names) for one in layer["people"]),
        "starts": layer["starts"][:16],
        "count": every[1] or "1" if every else "",
        "unit": (every[2] or every[3]) if every else "week",
        "until": layer.get("until", "")[:16],
        "holidays": "" if holidays is None else str(holidays).lower(),
        "stand_in": str(layer.get("stand_in", "")),
        **{day: stretches.written(minutes) for day, minutes in hours.items()},
    }


def _layer(card: Card, where: str, names: Mapping[int, str], faults: list[Fault]) -> dict[str, Any]:
    hours = _hours(card, where, faults)
    found = {
        "name": card["name"].strip(),
        "tier": _number(card["tier"]),
        "place": _number(card["place"]),
        "people": _people(card["people"], where, names, faults),
        "starts": _moment(card["starts"]),
        "every": _every(card),
        "until": _moment(card["until"]),
        "hours": hours,
        "holidays": FLAGS.get(card["holidays"]),
        "stand_in": _number(card["stand_in"]) if card["stand_in"] else None,
    }
    usual = {"tier": 1, "place": 1, "until": "", "hours": [], "holidays": None, "stand_in": None}
    return {key: value for key, value in found.items() if key not in usual or value != usual[key]}


def _hours(card: Card, where: str, faults: list[Fault]) -> list[dict[str, Any]]:
    """The working hours, those that are alike on several days once."""
    found: dict[tuple[str, str], list[str]] = {}
    for day in DAYS:
        stretched = stretches.read(card[day])
        if stretched is None:
            faults.append(Fault(Wrong.STRETCHES, where=where, key=day))
        for one in stretched or []:
            found.setdefault((one["from"], one["to"]), []).append(day)
    return [{"days": days, "from": first, "to": last} for (first, last), days in found.items()]


def _people(text: str, where: str, names: Mapping[int, str], faults: list[Fault]) -> list[int]:
    known = {called(number, names).casefold(): number for number in names}
    known |= {str(number): number for number in names}
    found = [" ".join(one.split()) for one in text.split(",") if one.strip()]
    faults += [
        Fault(Wrong.SUPPORTER, {"value": one[: reading.LONGEST_NAME]}, where, "people")
        for one in found
        if one.casefold() not in known
    ]
    return [known[one.casefold()] for one in found if one.casefold() in known]


def _every(card: Card) -> str:
    count, unit = card["count"].strip(), card["unit"]
    return unit if count == "1" else f"{count} {unit}s"


def _moment(text: str) -> str:
    return f"{text}:00" if len(text) == len("2026-12-24T08:00") else text


def _number(text: str) -> int | str:
    """A whole number, where it is one that a rota can have."""
    is_one = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))
    return int(text) if is_one else text
