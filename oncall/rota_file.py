"""A rota as its file says it: read, and refused with every fault named at once (docs/rota.md). Pure.

The TOML that people write and the JSON that is kept are one document; in JSON a local time is a text.

RotaRefused
└── BadRota   the file cannot be used; the message names every fault in it
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from models.values import Flow
from oncall import reading, swaps
from oncall.plans import Absence, Hours, Layer, Order, Override, Plan, Stated, Swap, TemporaryPlan
from oncall.reading import LARGEST, Bad, Fault, Table, Wrong
from oncall.spans import Span, span

ALWAYS: Final = Hours(days=frozenset(range(1, 8)), from_minute=0, to_minute=1440)
NO_TIME: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a local time, in place of one that is wrong
NO_DAYS: Final[frozenset[date]] = frozenset()
NO_SPAN: Final = Span(starts_at=NO_TIME, ends_at=NO_TIME)


class RotaRefused(Exception):
    """A rota that was not published. Nothing was written."""


class BadRota(RotaRefused):
    """A file that cannot be used; the message says all its faults in one line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"the rota cannot be used: {'; '.join(map(str, faults))}")
        self.faults = faults


@dataclass(frozen=True)
class Draft:
    """A rota as its file says it, sound but not published."""

    line: Flow
    content: dict[str, Any]


def parse(text: str, supporters: Collection[int]) -> Draft:
    """The rota that a TOML file says; `supporters` are those there are. Raises BadRota, which names every fault at once."""
    try:
        content = reading.toml(text)
    except Bad as bad:
        raise BadRota([Fault(bad.wrong, bad.values)]) from bad
    return checked(content, supporters)


def checked(content: dict[str, Any], supporters: Collection[int]) -> Draft:
    """The rota that plain data says. Raises BadRota."""
    line, _, faults = _read(content, supporters)
    if faults or line is None:
        raise BadRota(faults)
    return Draft(line, content)


def plan(content: dict[str, Any], holidays: Collection[date], *, rota: int | None = None) -> Plan:
    """The plan that sound data says, with those public holidays. Raises BadRota."""
    _, found, faults = _read(content, None)
    if faults:
        raise BadRota(faults)
    found = replace(found, rota=rota, holidays=found.holidays | frozenset(holidays))
    return replace(found, exchanged=swaps.exchanged(found))


def _read(content: dict[str, Any], supporters: Collection[int] | None) -> tuple[Flow | None, Plan, list[Fault]]:
    faults: list[Fault] = []
    whole, supporter = Table(content, "", faults), partial(_supporter, among=supporters)
    line = whole.must("line", _line, None)
    extra = whole.may("extra_holidays", reading.dates, NO_DAYS)
    names: dict[str, Layer] = {}
    layers = _layers(whole, names, supporter)
    temporary = tuple(_temporary(one, names, supporter) for one in whole.tables("temporary"))
    found = Plan(
        layers=layers,
        temporary=temporary,
        overrides=tuple(_override(one, n, names, supporter) for n, one in enumerate(whole.tables("override"), start=1)),
        absences=tuple(_absence(one, supporter) for one in whole.tables("absence")),
        swaps=tuple(_swap(one, n, names, supporter) for n, one in enumerate(whole.tables("swap"), start=1)),
        holidays=extra,
        orders=_orders(whole),
        last_resort=whole.may("last_resort", supporter, None),
    )
    whole.closed()
    return line, found, faults


Supporter = Callable[[object], int]
Names = dict[str, Layer]


def _layers(table: Table, names: Names, supporter: Supporter) -> tuple[Layer, ...]:
    found = tuple(_layer(one, names, supporter) for one in table.tables("layer"))
    if not found:
        table.wrong(Wrong.EMPTY, key="layer")
    return found


def _layer(table: Table, names: Names, supporter: Supporter) -> Layer:
    hours = tuple(_hours(one) for one in table.tables("hours"))
    holidays = table.may("holidays", reading.yes_or_no, None)
    layer = Layer(
        name=table.must("name", reading.name, ""),
        tier=table.may("tier", reading.whole, 1),
        place=table.may("place", reading.whole, 1),
        people=table.must("people", partial(_people, supporter=supporter), (0,)),
        starts=table.must("starts", reading.local, NO_TIME),
        every=table.must("every", reading.every, reading.UNITS["week"]),
        until=table.may("until", reading.local, None),
        hours=hours or (() if holidays is None else (ALWAYS,)),
        holidays=holidays,
        stand_in=table.may("stand_in", supporter, None),
    )
    if layer.until is not None and layer.until <= layer.starts:
        table.wrong(Wrong.LATER, values={"key": "until", "than": "starts"})
    if names.setdefault(layer.name, layer) is not layer and layer.name:
        table.wrong(Wrong.TWICE, values={"value": layer.name}, key="name")
    table.closed()
    return layer


def _orders(whole: Table) -> dict[int, Order]:
    """The tiers that are not rung in the fixed order."""
    found: dict[int, Order] = {}
    for one in whole.tables("tier"):
        tier, order = one.must("tier", reading.whole, 0), one.must("order", _order, Order.FIXED)
        if tier in found:
            one.wrong(Wrong.TIER_TWICE, values={"value": tier}, key="tier")
        found[tier] = order
        one.closed()
    return {tier: order for tier, order in found.items() if order is not Order.FIXED}


def _hours(table: Table) -> Hours:
    found = Hours(
        days=table.may("days", reading.days, ALWAYS.days),
        from_minute=table.may("from", partial(reading.minute, last="23:59"), ALWAYS.from_minute),
        to_minute=table.may("to", reading.minute, ALWAYS.to_minute),
    )
    table.closed()
    return found


def _override(table: Table, number: int, names: Names, supporter: Supporter) -> Override:
    layer = table.may("layer", partial(_layer_name, among=names), None)
    tier = table.may("tier", reading.whole, 0)
    found = Override(
        number=number,
        supporter=table.must("supporter", supporter, 0),
        span=_span(table),
        layer=layer,
        tier=tier,
        place=table.may("place", reading.whole, 1),
    )
    if table.has("layer") == table.has("tier") or (table.has("layer") and table.has("place")):
        table.wrong(Wrong.LAYER_OR_TIER)
    table.closed()
    return found


def _temporary(table: Table, names: Names, supporter: Supporter) -> TemporaryPlan:
    made = TemporaryPlan(name=table.must("name", reading.name, ""), span=_span(table), layers=_layers(table, names, supporter))
    table.closed()
    return made


def _absence(table: Table, supporter: Supporter) -> Absence:
    """What came in from a calendar says from which, and what it is called there (helpdesk.rota_imports)."""
    found = Absence(supporter=table.must("supporter", supporter, 0), span=_span(table))
    if table.has("source") or table.has("uid"):
        table.must("source", reading.name, "")
        table.must("uid", reading.name, "")
    table.closed()
    return found


def _swap(table: Table, number: int, names: Names, supporter: Supporter) -> Swap:
    first = _stated(table.table("first"), names, supporter)
    second = None if table.has("taker") else _stated(table.table("second"), names, supporter)
    if table.has("taker") and table.has("second"):
        table.wrong(Wrong.SECOND_OR_TAKER)
    taker = second.supporter if second else table.may("taker", supporter, 0)
    table.closed()
    return Swap(number=number, first=first, second=second, taker=taker)


def _stated(table: Table, names: Names, supporter: Supporter) -> Stated:
    found = Stated(
        layer=table.must("layer", partial(_layer_name, among=names), ""),
        starts=table.must("starts", reading.local, NO_TIME),
        supporter=table.must("supporter", supporter, 0),
    )
    table.closed()
    return found


def _span(table: Table) -> Span:
    """From the first occurrence of `from` to the last of `to`."""
    start, end = table.must("from", reading.local, None), table.must("to", reading.local, None)
    if start is None or end is None:
        return NO_SPAN
    try:
        return span(start, end)
    except ValueError:
        table.wrong(Wrong.LATER, values={"key": "to", "than": "from"})
        return NO_SPAN


def _order(value: object) -> Order:
    if not isinstance(value, str) or value not in set(Order):
        raise Bad(Wrong.ONE_OF, names=", ".join(Order))
    return Order(value)


def _line(value: object) -> Flow | None:
    if not isinstance(value, str) or value not in set(Flow):
        raise Bad(Wrong.ONE_OF, names=", ".join(Flow))
    return Flow(value)


def _layer_name(value: object, among: Mapping[str, Layer]) -> str:
    if reading.name(value) not in among:
        raise Bad(Wrong.NO_LAYER, value=value)
    return reading.name(value)


def _people(value: object, supporter: Supporter) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise Bad(Wrong.PEOPLE)
    return tuple(map(supporter, value))


def _supporter(value: object, among: Collection[int] | None) -> int:
    number = reading.whole(value, LARGEST)
    if among is not None and number not in among:
        raise Bad(Wrong.SUPPORTER, value=number)
    return number
