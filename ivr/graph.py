"""Draws docs/flows.md from the code of the flows: which step may lead to which (`doegnvagt graph`).

A step leads to whatever its source names in `then=` or `silent=`, to the steps whose answers it returns, and to the flows it hands
over to. Private functions of a flow are looked through, so that the picture shows the conversation and not its helpers.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from ivr.flows import callback, called, office, readiness, screen, support, unanswered
from ivr.steps import HANDED_OVER
from ivr.story import step_name

FLOWS: Final = (support, office, screen, unanswered, callback, called, readiness)
END: Final = "goodbye"
VERBS: Final = {"Ring": "rings a supporter", "Wait": "music", "Record": "records", "Connect": "1"}


def page() -> str:
    """The whole page, in Markdown with one Mermaid picture a flow."""
    head = (
        "# The conversations\n\nDrawn from the code by `doegnvagt graph > docs/flows.md`; a test keeps it true. A box is a step "
        "(`ivr/flows/`), an arrow is what a caller or supporter may do next.\n`*` and silence put the same question again "
        "(`ivr/turns.py`); silence to the end takes the dotted arrow.\n"
    )
    return head + "".join(_section(flow) for flow in FLOWS)


def _section(flow: ModuleType) -> str:
    name = _name(flow)
    text = (inspect.getdoc(flow) or "").strip()
    rows = [f"    {row}" for row in sorted(set(_rows(flow)))]
    return f"\n## {name}\n\n{text}\n\n```mermaid\nflowchart TD\n" + "\n".join(rows) + "\n```\n"


def _rows(flow: ModuleType) -> Iterator[str]:
    functions = {node.name: node for node in ast.parse(inspect.getsource(flow)).body if isinstance(node, ast.FunctionDef)}
    for step in functions:
        if not step.startswith("_"):
            for arrow, target in sorted(set(_leads(step, functions, frozenset()))):
                yield f"{step} {arrow} {target}"


def _leads(function: str, functions: dict[str, ast.FunctionDef], seen: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Arrows out of a function; those of private functions it calls are its own."""
    if function in seen:
        return
    for node in ast.walk(functions[function]):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        called = node.func.id
        if called in functions:
            yield from _leads(called, functions, seen | {function})
        yield from _arrows(called, node)


def _arrows(called: str, call: ast.Call) -> Iterator[tuple[str, str]]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    label = f'-- "{VERBS[called]}" -->' if called in VERBS else "-->"
    if isinstance(then := named.get("then"), ast.Name):
        yield label, then.id
    if isinstance(silent := named.get("silent"), ast.Name):
        yield "-. silence .->", silent.id
    if called == "HandOver":
        yield "-->", step_name(HANDED_OVER["unanswered"]).replace(".", "_") + '["unanswered.start"]'
    elif called == "Connect":
        yield label, "bridge([bridged])"
    elif called in {"goodbye", "Goodbye"}:
        outcome = _outcome(named)
        yield "-->", f"{outcome}([{outcome}])"


def _outcome(named: dict[str | None, ast.expr]) -> str:
    outcome = named.get("outcome")
    return outcome.attr.lower() if isinstance(outcome, ast.Attribute) else END


def _name(flow: ModuleType) -> str:
    return flow.__name__.rpartition(".")[2]
