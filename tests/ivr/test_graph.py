"""The picture of the conversations is drawn from their code."""

from __future__ import annotations

from pathlib import Path

from ivr import graph
from ivr.flows import callback
from ivr.story import step_name
from ivr.switchboard import RINGS


def test_the_page_in_the_docs_is_what_the_code_says() -> None:
    assert Path("docs/flows.md").read_text("utf-8") == graph.page()


def test_every_step_of_every_flow_is_in_the_picture() -> None:
    steps = [name for flow in graph.FLOWS for name, value in vars(flow).items() if callable(value)]
    drawn = graph.page()

    missing = [
        name for name in steps if not name.startswith("_") and name.islower() and name not in {"say", "goodbye"} | {"dataclass"}
    ]

    assert [name for name in missing if f"    {name} " not in drawn] == []


def test_whoever_may_ring_a_supporter_is_told_whom() -> None:
    """R12: no step rings, or waits for, a supporter without having been told who is next. A callback rings the customer."""
    rows = {flow: graph._rows(flow) for flow in graph.FLOWS if flow is not callback}
    rings = {getattr(flow, row.split()[0]) for flow, drawn in rows.items() for row in drawn if "rings" in row or "music" in row}

    assert {step_name(step) for step in rings} == {step_name(step) for step in RINGS}
