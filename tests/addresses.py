"""Many applications in one process, as only tests have them: Werkzeug compiles the builders of an address once, not for each.

Each house has an application of its own, with 160 addresses that are the same in all of them; compiling them took two thirds of the
time that a house takes. What is compiled depends on the address alone and is bound to its rule afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from werkzeug.routing import Rule

Builder: TypeAlias = Callable[..., tuple[str, str]]


class Remembered(Rule):
    """A rule whose builders were compiled by the first one like it."""

    _known: dict[Any, Builder] = {}  # noqa: RUF012 - shared by all of them on purpose

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - Werkzeug's own
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in self._known:
            self._known[key] = super()._compile_builder(append_unknown)
        return self._known[key]
