"""Many applications in one process, as only tests have them: Werkzeug compiles an address once, not for each of them.

Each house has an application of its own, with 200 addresses that are the same in all of them; compiling them took two thirds of the
time that a house takes. What an address is compiled to depends on its words and on what the application converts them with.
"""

from __future__ import annotations

from types import MethodType
from typing import Any, cast

from werkzeug.routing import Rule


class Remembered(Rule):
    """A rule that was compiled by the first one like it."""

    _known: dict[Any, tuple[Any, ...]] = {}  # noqa: RUF012 - shared by all of them on purpose

    def compile(self) -> None:
        """What Werkzeug makes of it, or made of its like."""
        if self.defaults:
            super().compile()
            return
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, *self.map.converters.values())
        if key not in self._known:
            super().compile()
            builders = (cast("MethodType", each).__func__ for each in (self._build, self._build_unknown))
            self._known[key] = (self._parts, self._trace, self._converters, frozenset(self.arguments), *builders)
            return
        self._parts, self._trace, self._converters, arguments, build, build_unknown = self._known[key]
        self.arguments.update(arguments)
        self._build, self._build_unknown = build.__get__(self, None), build_unknown.__get__(self, None)
