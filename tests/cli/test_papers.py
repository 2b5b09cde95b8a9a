"""A paper that is written to a file is whole, or the file is what it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import papers


def breaks_off() -> Iterator[bytes]:
    yield b"half"
    raise OSError("the disk is full")


def test_what_breaks_off_leaves_no_half_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"):
        papers.hand_out(breaks_off(), tmp_path / "new.csv", force=False)

    assert list(tmp_path.iterdir()) == []


def test_what_breaks_off_leaves_the_file_that_was_to_be_replaced(tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(b"mine")

    with pytest.raises(OSError, match="full"):
        papers.hand_out(breaks_off(), file, force=True)

    assert file.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_came_to_be_there_meanwhile_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "theirs.csv"
    file.write_bytes(b"theirs")

    with pytest.raises(click.BadParameter, match="--force replaces it"):
        papers.hand_out([b"ours"], file, force=False)

    assert file.read_bytes() == b"theirs"
