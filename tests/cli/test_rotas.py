"""A rota from its file to who is on duty and why."""

from __future__ import annotations

import pytest

from app.database import Database
from tests.cli.desk import Terminal, audited, written
from tests.oncall.test_rota_files import example


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def staffed(furnished: Terminal) -> Terminal:
    """A house with Anna, who is 1, and three more."""
    for number, name in enumerate(("Bo", "Carla", "David"), start=1):
        furnished.reads("supporter", "add", name, "--phone", f"3140506{number}")
    return furnished


def test_the_example_of_the_docs_is_published_and_told(staffed: Terminal, database: Database) -> None:
    """R12: docs/rota.md. It is 04:10, and the rota begins at 08:00; from then on there is no gap."""
    file = staffed.file(example())

    published = staffed.gets("rota", "publish", file)
    shown = staffed.gets("rota", "show", "--at", "2026-11-24T12:00")
    (first, second) = shown["on_duty"]
    told = staffed.reads("rota", "show", "--at", "2026-12-31T20:00")
    oncall = staffed.reads("oncall", "--at", "2026-12-04T20:00")

    assert published == {"rota": 1, "gaps": [{"from": "2026-11-23T03:10:00Z", "to": "2026-11-23T07:00:00Z"}], "resting": []}
    assert [(subject, details) for _, subject, details in audited(database, "rota_published")] == [("rota:1", {"line": "support"})]
    assert (shown["rota"], shown["at"], shown["content"]["layer"][2]["name"]) == (1, "2026-11-24T11:00:00Z", "Nat")
    assert (first["name"], first["tier"], first["place"], first["shift"], first["away"]) == ("Carla", 1, 1, None, False)
    assert [ground["ground"] for ground in first["grounds"]] == ["rotated", "swapped"]
    assert (second["name"], second["tier"]) == ("Bo", 2)
    assert told.startswith("Rota 1, published 2026-11-23 04:10 by cli")
    assert told.splitlines()[1:] == [
        "2026-12-31 20:00",
        "  tier 1  Carla: temporary plan Nytår · Nytårsvagt, number 1 of 2 in the rotation: Carla",
    ]
    nat = "Nat, number 2 of 2 in the rotation: Bo · Bo is away, and David is the layer's stand-in · override 1: Carla"
    assert oncall.splitlines() == [
        "2026-12-04 20:00",
        f"  tier 1  Carla: {nat}",
        "  tier 2  Anna: Bagvagt, number 2 of 2 in the rotation: Anna",
    ]


def test_a_rota_with_gaps_is_published_with_a_warning(staffed: Terminal) -> None:
    """R12."""
    file = staffed.file(
        'line = "support"\n[[layer]]\nname = "Uge"\npeople = [1]\nevery = "week"\n'
        "starts = 2026-11-24T08:00:00\nuntil = 2026-12-24T08:00:00\n"
    )

    said = staffed.reads("rota", "publish", file)

    assert said.splitlines() == [
        "Rota 1: support, in force from now on",
        "Warning: nobody is on duty from 2026-11-23 04:10 to 2026-11-24 08:00",
        "Warning: nobody is on duty from 2026-12-24 08:00 to 2027-01-18 04:10",
    ]


def test_a_rota_that_cannot_be_used_is_refused_with_all_its_faults(staffed: Terminal, database: Database) -> None:
    """R12."""
    before = written(database)

    said = staffed.is_refused("rota", "publish", staffed.file('line = "support"\n[[absence]]\nsupporter = 9\n'))

    absence = "absence 1: supporter: there is no supporter 9; absence 1: from is missing; absence 1: to is missing"
    assert said == (2, f"the rota cannot be used: layer: there must be at least one; {absence}")
    assert written(database) == before


def test_without_a_rota_whoever_has_a_shift_is_on_duty(furnished: Terminal) -> None:
    """R12 (interface.md)."""
    nobody = furnished.reads("oncall")
    furnished.reads("shift", "add", "1", "--from", "2026-11-23T00:00", "--to", "2026-11-24T00:00")

    assert nobody == "2026-11-23 04:10: nobody is on duty\n"
    assert furnished.gets("oncall")["on_duty"] == [
        {
            "supporter": 1,
            "name": "Anna",
            "tier": 1,
            "place": None,
            "shift": 1,
            "away": False,
            "why": "shift 1: Anna",
            "grounds": [{"ground": "written", "shift": 1, "supporter": 1}],
        }
    ]
