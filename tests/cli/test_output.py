"""What is printed, on terminals that can and cannot spell it."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout

import pytest

from app.cli import output
from tests.cli.desk import Terminal

DOCUMENT = {"name": "Sønderby Æbler", "text": "a\tb\n☎ 😀", "points": 3}


def printed(document: dict[str, object], encoding: str) -> bytes:
    """What a document is on a terminal of that encoding."""
    letters = io.BytesIO()
    screen = io.TextIOWrapper(letters, encoding=encoding, newline="\n")
    with redirect_stdout(screen):
        output.show_json(document)
    screen.flush()
    return letters.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "iso8859-1", "cp1252", "cp437", "ascii", "utf-16", "koi8-r"])
def test_a_document_says_the_same_on_every_terminal(encoding: str) -> None:
    said = printed(DOCUMENT, encoding)

    assert json.loads(said.decode(encoding)) == DOCUMENT


@pytest.mark.parametrize("encoding", ["utf-8", "iso8859-1"])
def test_danish_letters_stand_in_a_document_as_they_are(encoding: str) -> None:
    said = printed(DOCUMENT, encoding)

    assert "Sønderby Æbler".encode(encoding) in said


def test_what_a_terminal_lacks_is_spelled_as_json_spells_it() -> None:
    assert b'"S\\u00f8nderby \\u00c6bler"' in printed(DOCUMENT, "ascii")
    assert b"\xf8nderby" in printed(DOCUMENT, "cp1252")
    assert b"\\u260e \\ud83d\\ude00" in printed(DOCUMENT, "cp1252")


@pytest.mark.parametrize("letter", ["\x1b", "\x7f", "\x9b", "\u2028", "\u202e", "\udcff"], ids=ascii)
def test_what_a_terminal_would_obey_or_cannot_encode_is_escaped(letter: str) -> None:
    said = printed({"text": f"a{letter}b"}, "utf-8")

    assert said.isascii()
    assert json.loads(said) == {"text": f"a{letter}b"}


def test_a_name_in_a_document_can_be_found_by_its_letters(terminal: Terminal) -> None:
    terminal.reads("line", "set", "63186363", "--flow", "support", "--name", "Døgnvagten")

    assert '"name": "Døgnvagten"' in terminal.reads(
        "line", "set", "63186363", "--flow", "support", "--name", "Døgnvagten", "--json"
    )
