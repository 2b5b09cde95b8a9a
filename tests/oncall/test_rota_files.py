"""A rota's file: what is wrong with it is said all at once, and the example of the docs is sound. Pure (R12)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from oncall import rota_file
from oncall.rota_file import BadRota
from tests.oncall.rotas import NAMES

EXAMPLE: Final = Path(__file__).parents[2] / "docs" / "rota.md"
LAYER: Final = '[[layer]]\nname = "Uge"\npeople = [1, 2]\nstarts = 2026-11-23T16:00:00\nevery = "week"\n'
SPAN: Final = "from = 2026-11-23T16:00:00\nto = 2026-11-24T16:00:00\n"


def example() -> str:
    """The file that docs/rota.md shows."""
    found = re.search("```toml\n(.*?)```", EXAMPLE.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def faults(text: str) -> list[str]:
    with pytest.raises(BadRota) as refused:
        rota_file.parse(text, NAMES)
    return [str(fault) for fault in refused.value.faults]


def test_the_example_is_sound() -> None:
    """R12: docs/rota.md; everything that may stand in a rota stands in it."""
    draft = rota_file.parse(example(), NAMES)

    plan = rota_file.plan(draft.content, [])

    assert [layer.name for layer in plan.layers] == ["Helligdage", "Dag", "Nat", "Bagvagt"]
    assert all((plan.overrides, plan.absences, plan.temporary, plan.swaps, plan.exchanged))


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """R12."""
    text = """
line = "supprt"
colour = "red"
extra_holidays = ["soon"]
[[layer]]
name = "Uge"
tier = 0
people = [1, 77]
starts = 2027-03-28T02:30:00
every = "fortnight"
holidays = "yes"
hours = [{ days = ["man"], from = "24:00", to = "7" }]
[[layer]]
name = "Uge"
people = []
starts = 2026-11-23T16:00:00
until = 2026-11-23T16:00:00
every = "week"
[[override]]
supporter = 1
layer = "Uge"
tier = 1
from = 2026-11-23T16:00:00
to = 2026-11-23T16:00:00
[[swap]]
first = { layer = "Nat", starts = 2026-11-23T16:00:00Z, supporter = 1 }
[[temporary]]
name = ""
from = 2026-11-23T16:00:00
"""

    assert sorted(faults(text)) == [
        "extra_holidays: it must be a list of dates, like [2026-12-24]",
        "layer 1 hours 1: days: it must be a list of at least one of mon, tue, wed, thu, fri, sat, sun",
        'layer 1 hours 1: from: it must be a time of day like "08:00", at the latest "23:59"',
        'layer 1 hours 1: to: it must be a time of day like "08:00", at the latest "24:00"',
        'layer 1: every: it must be "day", "week", or a number of hours, days or weeks like "12 hours"',
        "layer 1: holidays: it must be true or false",
        "layer 1: people: there is no supporter 77",
        "layer 1: starts: 2027-03-28T02:30 does not exist in Europe/Copenhagen: the clocks go forward over it",
        "layer 1: tier: it must be a whole number from 1 to 1,000",
        "layer 2: name: there is another layer Uge",
        "layer 2: people: it must be a list of numbers of supporters, like [1, 2, 3]",
        "layer 2: until must be later than starts",
        "line: it must be one of support, office",
        "override 1: it must name a layer, or a tier (and a place)",
        "override 1: to must be later than from",
        "swap 1 first: layer: there is no layer Nat",
        "swap 1 first: starts: it must be a local time in whole minutes, without UTC offset, like 2026-11-23T16:00:00",
        "swap 1 second: layer is missing",
        "swap 1 second: starts is missing",
        "swap 1 second: supporter is missing",
        "swap 1: second is missing",
        "temporary 1: layer: there must be at least one",
        "temporary 1: name: it must be a text of 1 to 200 letters, in one line",
        "temporary 1: to is missing",
        "unknown key 'colour'",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("line =", "it is no TOML: Invalid value (at end of document)"),
        ("", "line is missing"),
        ('line = "support"', "layer: there must be at least one"),
        (f'line = "support"\nlayer = 3\n{LAYER}', "it is no TOML"),
        ('line = "support"\nlayer = [3]', "layer: it must be a list of tables"),
        (f'line = "support"\nswap = [{{ first = 1 }}]\n{LAYER}', "swap 1: first: it must be a table"),
        (f'line = "support"\n{LAYER}[[override]]\nsupporter = 1\nplace = 2\n{SPAN}', "override 1: it must name a layer, or a tier"),
        (f'line = "support"\n{LAYER}[[absence]]\nsupporter = true\n{SPAN}', "absence 1: supporter: it must be a whole number"),
        (f'line = "support"\n{LAYER}stand_in = 9\n', "layer 1: stand_in: there is no supporter 9"),
        (f'line = "support"\n{LAYER}'.replace('"week"', '"0 days"'), 'layer 1: every: it must be "day"'),
        (f'line = "support"\nextra_holidays = ["2026-02-30"]\n{LAYER}', "extra_holidays: it must be a list of dates"),
        (
            f'line = "support"\n{LAYER}'.replace("2026-11-23T16:00:00", '"2026-02-30T16:00"'),
            "layer 1: starts: it must be a local time",
        ),
        (f'line = "support"\n{LAYER}'.replace("2026-", "1826-"), "layer 1: starts: it must be a local time"),
    ],
)
def test_a_fault_is_named_where_it_stands(text: str, fault: str) -> None:
    """R12."""
    assert fault in "; ".join(faults(text))
