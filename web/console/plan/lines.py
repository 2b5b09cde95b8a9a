"""Whose duty a page of the rota is about: the line that its address names (`?line=office`), else the round-the-clock one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from helpdesk import desks
from models.values import Flow
from web.page import words


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The line that is shown, and those there are to choose from; `wrong` where the address names none."""

    line: Flow
    names: Mapping[Flow, str]
    wrong: str | None

    @property
    def said(self) -> dict[str, str]:
        """As an address says it; the round-the-clock line needs no word."""
        return {} if self.line is Flow.SUPPORT else {"line": self.line.value}

    @property
    def name(self) -> str:
        """What the line is called, where there is more than one."""
        return self.names.get(self.line, "") if len(self.names) > 1 else ""

    def way(self, endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as the address has them
        """The address of a page about this line."""
        return url_for(endpoint, **{**values, **self.said})

    def ways(self, endpoint: str, **values: Any) -> list[tuple[str, str, bool]]:  # noqa: ANN401 - as the address has them
        """The same page of each line there is: name, address, whether it is this one. Nothing where there is no choice."""
        each = [(name, Choice(line=line, names={}, wrong=None), line is self.line) for line, name in self.names.items()]
        return [(name, one.way(endpoint, **values), is_this) for name, one, is_this in each if len(each) > 1]


def chosen(session: Session) -> Choice:
    """The line of this request."""
    asked = request.args.get("line", "")
    if asked and asked not in set(Flow):
        wrong = words()("There is no such line. The round-the-clock line is shown instead.")
        return Choice(line=Flow.SUPPORT, names=desks.flows(session), wrong=wrong)
    return Choice(line=Flow(asked) if asked else Flow.SUPPORT, names=desks.flows(session), wrong=None)
