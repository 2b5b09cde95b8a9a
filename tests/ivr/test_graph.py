"""The picture of the conversations is drawn from their code."""

from __future__ import annotations

from pathlib import Path

from ivr import graph
from ivr.flows import screen, support, unanswered


def test_the_page_in_the_docs_is_what_the_code_says() -> None:
    assert Path("docs/flows.md").read_text("utf-8") == graph.page()


def test_every_step_of_every_flow_is_in_the_picture() -> None:
    steps = [name for flow in (support, screen, unanswered) for name, value in vars(flow).items() if callable(value)]
    drawn = graph.page()

    missing = [
        name for name in steps if not name.startswith("_") and name.islower() and name not in {"say", "goodbye"} | {"dataclass"}
    ]

    assert [name for name in missing if f"    {name} " not in drawn] == []
