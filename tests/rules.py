"""docs/rules.md, made from the tests: which rule of the house is kept by which tests (`python -m tests.rules` rewrites it).

A test names its rules in its docstring ("R8"); what a rule says stands here in a few words.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent
PAGE: Final = TESTS.parent / "docs" / "rules.md"
RULE: Final = re.compile(r"\bR([1-9]|1[0-9]|2[0-3])\b")
RULES: Final = {
    1: "PIN: eight random digits, personal, unique, leading zeros, until replaced",
    2: "PIN: encrypted, with a keyed hash to find it by; in no log, address, row or exception",
    3: "PIN: three tries a call; five failures in 15 minutes lock a number, twice as long each time",
    4: "Points: the first quarter is held out of real points before anyone is rung",
    5: "Points: parallel calls never hold the same points",
    6: "Points: a hold becomes a charge or is released, and never outlives its call",
    7: "Clock: billed from the pressed 1, if bridged, until either side leaves",
    8: "Clock: a quarter is owed once it has begun; a time limit owes what was granted",
    9: "Clock: charged while the call goes on, brought into line when it is over",
    10: "Clock: each quarter at its own local moment's price, by the list in force at acceptance",
    11: "Running out: stop, credit, invoice; held ahead, warned, ended; what was talked is charged",
    12: "Bridge: one supporter after another, three minutes at most; waiting in turn, with music",
    13: "Bridge: only a pressed 1 connects",
    14: "Bridge: every path ends in a human, a callback task, a message or a spoken end",
    15: "Bridge: the supporter sees the line's own number",
    16: "Case: every connected call is linked to one; unanswered callers open an urgent one",
    17: "Case: charged quarters stand on it as time",
    18: "Truth: the ledger only grows, balances, and can be recomputed",
    19: "Truth: the same webhook again changes nothing and gets the same bytes",
    20: "Truth: an open call is never forgotten",
    21: "Truth: if part of the system fails, the call goes on as far as it can",
    22: "Language: Danish, or English if that is the person's; numbers as people say them",
    23: "Privacy: masked numbers, recordings by consent, retention",
}
HEAD: Final = """# Rules and their tests

The rules are those of the house (`product.md`, R1-R23); a test that keeps one names it in its docstring. This page is made from the
tests by `python -m tests.rules`, and `tests/test_rules.py` keeps it true.
"""


@cache
def named() -> dict[int, list[tuple[str, str]]]:
    """For each rule the tests that name it: (file, sentence), in the order of files and lines."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for file in sorted(TESTS.rglob("test_*.py")):
        for name, words in _tests(ast.parse(file.read_text("utf-8"))):
            for rule in sorted({int(number) for number in RULE.findall(words)}):
                found[rule].append((file.relative_to(TESTS.parent).as_posix(), _sentence(name)))
    return dict(found)


def page() -> str:
    """The whole page."""
    tests = named()
    return HEAD + "".join(_section(rule, tests.get(rule, [])) for rule in RULES)


def _tests(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name, ast.get_docstring(node) or ""


def _sentence(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


def _section(rule: int, tests: list[tuple[str, str]]) -> str:
    lines = [f"\n## R{rule}\n\n{RULES[rule]}.\n\n"]
    files: dict[str, list[str]] = defaultdict(list)
    for file, sentence in tests:
        files[file].append(sentence)
    for file, sentences in files.items():
        lines.append(f"- [`{file}`](../{file})\n")
        lines += [f"  - {sentence}\n" for sentence in sentences]
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
