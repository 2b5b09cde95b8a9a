"""What the doctor says stands in its catalogue, in Danish and English (tests.web.test_words), and each check has a heading."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest

from app import doctor
from app.doctor.findings import Level, error
from models.values import Language
from tests.doctor.test_doctor import CHECKS
from web.console import system

FILES: Final = sorted(Path(str(files("app.doctor"))).glob("*.py"))
WORDS: Final = re.compile(r"[^\W\d_]{2,} [^\W\d_{(]+")
READ: Final = {"is needed with", "refused with"}  # what app.settings says, and is told apart by


def unmarked(node: ast.AST) -> Iterator[str]:
    """Texts of several words that no catalogue knows of; docstrings are none."""
    for child in ast.iter_child_nodes(node):
        is_marked = isinstance(child, ast.Call) and getattr(child.func, "id", "") == "N_"
        is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and WORDS.search(child.value):
            yield child.value
        elif not is_marked and not is_docstring:
            yield from unmarked(child)


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_every_sentence_and_cure_is_marked_for_the_catalogue(file: Path) -> None:
    """R22."""
    assert set(unmarked(ast.parse(file.read_text("utf-8")))) - READ == set()


def test_every_check_has_a_heading_on_the_page() -> None:
    assert {*CHECKS, *doctor.CHECKS} - set(system.CHECKS) == set()


def test_a_finding_is_told_in_the_language_of_whoever_asks_and_commands_and_what_twilio_says_stay() -> None:
    """R22."""
    told, cure = "Twilio could not be asked: {problem}.", "start `doegnvagt clock`, or see in its log why it does not"
    finding = error("provider", told, cure=cure, problem="HTTP 503 {down}")

    danish, english = (finding.told(language) for language in (Language.DANISH, Language.ENGLISH))

    assert danish.found == "Twilio svarer ikke, som det skal. Fejlen lyder: HTTP 503 {down}."
    assert danish.cure == "start `doegnvagt clock`, eller se i dets log, hvorfor det ikke sker"
    assert (english.level, english.found, english.cure) == (Level.ERROR, "Twilio could not be asked: HTTP 503 {down}.", cure)
