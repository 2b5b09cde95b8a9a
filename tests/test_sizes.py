"""Files and functions stay small: 250 lines and 40 (CONTRIBUTING.md). Of tests and migrations nothing is said here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
LONGEST_FILE: Final = 250
LONGEST_FUNCTION: Final = 40
OURS: Final = ("app", "bench", "billing", "helpdesk", "ivr", "migrations", "models", "oncall", "simulator", "web")
VERSIONS: Final = ROOT / "migrations" / "versions"


def shipped() -> Iterator[Path]:
    """Every Python file of the program, in order."""
    for folder in OURS:
        yield from (file for file in sorted((ROOT / folder).rglob("*.py")) if VERSIONS not in file.parents)


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Each function and method with its lines, from `def` to its end; those within others too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_folder_of_the_program_is_left_out() -> None:
    folders = {file.parent.name for file in ROOT.glob("*/__init__.py")} | {"migrations"}

    assert folders - {"tests"} == set(OURS)


@pytest.mark.parametrize("folder", OURS)
def test_no_file_is_longer_than_a_reader_holds_in_mind(folder: str) -> None:
    lines = {file: len(file.read_text("utf-8").splitlines()) for file in shipped() if file.is_relative_to(ROOT / folder)}

    assert lines
    assert {str(file.relative_to(ROOT)): count for file, count in lines.items() if count > LONGEST_FILE} == {}


@pytest.mark.parametrize("folder", OURS)
def test_no_function_is_longer_than_a_screen(folder: str) -> None:
    long = [
        (str(file.relative_to(ROOT)), name, lines)
        for file in shipped()
        if file.is_relative_to(ROOT / folder)
        for name, lines in functions(file.read_text("utf-8"))
        if lines > LONGEST_FUNCTION
    ]

    assert long == []


def test_a_function_is_measured_from_its_def_to_its_end() -> None:
    source = "@outer\ndef one():\n    def two():\n        pass\n    return two\n\n\nclass A:\n    async def three(self): ...\n"

    assert sorted(functions(source)) == [("one", 4), ("three", 1), ("two", 2)]
