"""A rota as its file would be written: the plain data of a version, as TOML that people read and edit. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from oncall.reading import DAY, LOCAL

MOMENTS: Final = frozenset({"from", "to", "starts", "until", "extra_holidays"})
"""The keys whose texts are days or local times, which TOML writes without quotes."""


def written(content: Mapping[str, Any]) -> str:
    """The file; reading it gives the same data again."""
    return "\n".join(_table(content, "")).strip() + "\n" if content else ""


def _table(content: Mapping[str, Any], above: str) -> Iterator[str]:
    """Plain values first, and then each list of tables; hours stand in their line."""
    lists = {key: value for key, value in content.items() if key != "hours" and _is_tables(value)}
    for key, value in content.items():
        if key not in lists:
            yield f"{_key(key)} = {_value(value, key)}"
    for key, tables in lists.items():
        for one in tables:
            yield ""
            yield f"[[{above}{_key(key)}]]"
            yield from _table(one, f"{above}{_key(key)}.")


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _value(value: Any, key: str) -> str:  # noqa: ANN401 - whatever JSON can say
    if isinstance(value, list):
        return f"[{', '.join(_value(one, key) for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_value(one, name)}' for name, one in value.items())} }}"
    if isinstance(value, str) and key in MOMENTS and (LOCAL.fullmatch(value) or DAY.fullmatch(value)):
        return value if len(value) != len("2026-12-24T08:00") else f"{value}:00"
    return _quoted(value)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _quoted(name)


def _quoted(value: object) -> str:
    """As JSON spells it, and TOML too, but for one letter."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
