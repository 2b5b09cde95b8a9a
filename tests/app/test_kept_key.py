"""The secret key that `make run` keeps in a file: used where none is set, and named where it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import WrongSettings, from_env


def test_the_kept_key_is_used_where_none_is_set(tmp_path: Path) -> None:
    key_file = tmp_path / "secret_key"
    key_file.write_text("kept-one,kept-two\n")

    assert from_env({}, key_file=key_file).with_secret().secret_keys == ("kept-one", "kept-two")
    assert from_env({"SECRET_KEY": "set"}, key_file=key_file).with_secret().secret_keys == ("set",)


@pytest.mark.parametrize("content", [b"", b"\n", b"one,,two", b"\xff\xfe"])
def test_a_kept_key_that_cannot_be_used_is_named(tmp_path: Path, content: bytes) -> None:
    key_file = tmp_path / "secret_key"
    key_file.write_bytes(content)

    with pytest.raises(WrongSettings, match=f"^SECRET_KEY: is not set, and {key_file} cannot be used"):
        from_env({}, key_file=key_file)


def test_a_kept_key_that_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=f"^SECRET_KEY: is not set, and {tmp_path} cannot be used"):
        from_env({}, key_file=tmp_path)


def test_what_needs_a_secret_is_refused_without_one(tmp_path: Path) -> None:
    settings = from_env({}, key_file=tmp_path / "none")

    with pytest.raises(WrongSettings, match=r"^SECRET_KEY: is not set, .*token_urlsafe.*`make run` makes one$"):
        settings.with_secret()
