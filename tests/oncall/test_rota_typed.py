"""A rota as it is typed into a form, and as its file is written: the same, there and back."""

from __future__ import annotations

from typing import Any

import pytest

from oncall import compared, reading, rota, rota_file, rota_typed, stretches, toml_text
from oncall.rota import Span
from tests.oncall.rotas import NAMES, moment
from tests.oncall.test_rota_files import example


def test_what_is_typed_is_what_the_file_says() -> None:
    """R12: the example of docs/rota.md, into the form and out of it."""
    content = rota_file.parse(example(), NAMES).content

    said, faults = rota_typed.said(rota_typed.typed(content, NAMES), "support", NAMES)

    assert faults == []
    assert rota_file.plan(said, []) == rota_file.plan(content, [])


def test_a_rota_is_written_as_a_file_that_says_the_same() -> None:
    content = rota_file.parse(example(), NAMES).content | {"absence": [{"supporter": 1, "source": 'a "b"', "uid": "2026-12-24"}]}

    assert reading.toml(toml_text.written(content)) == content


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"people": "Anna, Karla"}, ["layer 1: people: there is no supporter Karla"]),
        ({"mon": "8 to 16"}, ["layer 1: mon: it must be hours like 8-16, or 8-12, 12.30-16"]),
        ({}, []),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_its_field(changed: dict[str, str], faults: list[str]) -> None:
    card = rota_typed.EMPTY | {"name": "Nat", "people": "anna,  BO", "starts": "2026-11-23T16:00"} | changed

    said, found = rota_typed.said({"layer": [card], "rest": ""}, "support", NAMES)

    assert [str(one) for one in found] == faults
    assert said["layer"][0]["starts"] == "2026-11-23T16:00:00"


def test_the_words_for_the_rest_say_nothing_that_stands_in_the_form() -> None:
    _, faults = rota_typed.said({"layer": [], "rest": 'line = "office"'}, "support", NAMES)
    _, broken = rota_typed.said({"layer": [], "rest": "line ="}, "support", NAMES)

    assert [str(one) for one in faults] == ["unknown key line"]
    assert [one.wrong for one in broken] == [reading.Wrong.NO_TOML]


@pytest.mark.parametrize("text", ["8-16", "8-12, 12.30-16", "22-6", ""])
def test_hours_are_read_as_they_are_written(text: str) -> None:
    found = stretches.read(text) or []

    assert stretches.written((reading.minute(one["from"]), reading.minute(one["to"])) for one in found) == text


def test_two_with_one_name_are_told_apart() -> None:
    names = {1: "Anna", 2: "Anna"}

    said, faults = rota_typed.said({"layer": [rota_typed.EMPTY | {"people": "Anna (2), 1"}], "rest": ""}, "support", names)

    assert (said["layer"][0]["people"], faults) == ([2, 1], [])


def a_layer(people: list[int], **more: int) -> dict[str, Any]:
    name = f"L{more}"
    return {"name": name, "people": people, "starts": "2026-11-23T08:00:00", "every": "day", **more}


def test_what_another_plan_changes_is_told_by_place_and_only_where_it_does() -> None:
    """R12: Bo in place of Anna on every other day; nobody from the second place on."""
    week = Span(starts_at=moment("2026-11-23T08:00"), ends_at=moment("2026-11-26T08:00"))
    before, after = (
        rota.shifts_between(rota_file.plan({"line": "support", "layer": layers}, []), week)
        for layers in ([a_layer([1]), a_layer([3], tier=2)], [a_layer([1, 2])])
    )

    found = compared.differences(before, after)

    assert [(one.tier, one.before, one.after, (one.span.ends_at - one.span.starts_at).days) for one in found] == [
        (2, 3, None, 3),
        (1, 1, 2, 1),
    ]


def test_who_would_stand_twice_is_told() -> None:
    """R12: everybody stands once, so the second place has nobody."""
    plan = rota_file.plan({"line": "support", "layer": [a_layer([1, 2]), a_layer([2], tier=2)]}, [])

    found = rota.looked_through(plan, Span(starts_at=moment("2026-11-23T08:00"), ends_at=moment("2026-11-25T08:00"))).doubled

    assert [(one.duty.supporter, one.duty.tier, one.span.starts_at) for one in found] == [(2, 2, moment("2026-11-24T08:00"))]
