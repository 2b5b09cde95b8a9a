"""Who looks at a page, and who may: every page of the console says for which roles it is, and is not there for the others.

    @console.get("/billing")
    @opens_to(Role.BILLING, Role.ADMINISTRATOR, Role.AUDITOR)
    def billing() -> Response: ...

A page that says nothing does not start. Somebody who is not signed in is asked to; somebody of another role is told that there is
no such page, as with any address that is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import passkeys, sign_ins
from models import SignIn
from models.values import Language, Role
from web.given import address, given

View = TypeVar("View", bound=Callable[..., object])
TOKEN: Final = "sign_in"  # noqa: S105 - the name of what holds one
MOVES_POINTS: Final = frozenset({Role.BILLING, Role.ADMINISTRATOR})
FOR_PROGRAMS: Final = frozenset({"ivr", "api"})
EVERYBODY: Final = tuple(Role)
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody who is signed in. `must_secure`: they may do nothing before they have a second factor.

    `proved_at` is when they showed last to be who they are.
    """

    user_id: int
    email: str
    name: str
    role: Role
    language: Language
    supporter_id: int | None
    sign_in_id: int
    must_secure: bool
    proved_at: datetime | None

    def has_proved(self, now: datetime) -> bool:
        """Whether they showed a moment ago to be who they are, and may change what lets them in."""
        return self.proved_at is not None and now - self.proved_at < sign_ins.PROVED_FOR

    def may(self, *roles: Role) -> bool:
        """Whether they have one of these roles."""
        return self.role in roles

    @property
    def writes(self) -> bool:
        """Whether they may change anything at all."""
        return self.role is not Role.AUDITOR

    @property
    def sees_as(self) -> int | None:
        """The supporter whose sight counts (helpdesk.sight); None for those who see everything."""
        return self.supporter_id if self.role is Role.SUPPORTER else None

    @property
    def may_call_back(self) -> bool:
        """Whether telephone numbers are shown whole, on the page of that call or task (R23)."""
        return self.writes


def opens_to(*roles: Role, before_secured: bool = False, changes: bool = True) -> Callable[[View], View]:
    """The page is there for these roles. `before_secured`: also for those who still have to set up a second factor.

    `changes`: what is posted to it changes something; where it does not, an auditor may post it too.
    """

    def marked(view: View) -> View:
        OPENS[_name(view)] = Opening(frozenset(roles), before_secured, changes)
        return view

    return marked


@dataclass(frozen=True)
class Opening:
    """For whom a page is."""

    roles: frozenset[Role]
    before_secured: bool
    changes: bool


OPENS: Final[dict[str, Opening]] = {}
"""By the full name of the page's function."""


def visitor() -> Visitor:
    """Who looks, on a page that is for somebody who is signed in."""
    found: Visitor = g.visitor
    return found


def own_supporter() -> int:
    """The supporter who looks; for somebody who is none there is no such page."""
    found = visitor().supporter_id
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def anybody() -> Visitor | None:
    """Who looks, if it is somebody who is signed in."""
    found: Visitor | None = g.get("visitor")
    return found


def let_in(blueprint: Blueprint) -> None:
    """Whatever the blueprint has is for those its pages say, and for nobody else."""
    blueprint.before_request(_admitted)


def recognised() -> None:
    """Before any page: who is signed in here, if anybody. A path with a NUL, which no row can have, is none of ours."""
    if request.blueprint is None or request.blueprint in FOR_PROGRAMS or (request.endpoint or "").endswith(".static"):
        return
    if "\0" in request.path:
        abort(HTTPStatus.NOT_FOUND)
    token = session.get(TOKEN)
    if token is None:
        return
    house, now = given(), given().clock()
    with house.reading() as database:
        found = sign_ins.of_token(database, token, now=now)
        g.visitor = _visitor(database, found) if found is not None else None
        is_stale = found is not None and sign_ins.is_stale(found, now=now)
    if is_stale:
        with house.writing() as database:
            sign_ins.seen(database, g.visitor.sign_in_id, now=now)


def require_all_said(app: Flask, blueprint: Blueprint) -> None:
    """Raises ValueError for a page of the blueprint that does not say for whom it is."""
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith(f"{blueprint.name}.") and _name(view) not in OPENS:
            raise ValueError(f"{endpoint} does not say for whom it is")


def where() -> sign_ins.Where:
    """From where this request came."""
    return sign_ins.Where(address=address(), browser=request.user_agent.string)


def inner_path(wanted: str | None) -> str:
    """Where to go on: a path of this house, never another host's address.

    Browsers drop tabs and line ends out of an address before they read it, so that `/⇥/elsewhere` is another house's: whatever
    cannot be seen is refused.
    """
    is_ours = wanted is not None and wanted.isprintable() and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_ours and wanted is not None else url_for("console.board")


def opening(endpoint: str) -> Opening | None:
    """For whom the page of that endpoint is; None where it does not say, and is for everybody."""
    return OPENS.get(_name(current_app.view_functions[endpoint]))


def way_to(endpoint: str, **values: Any) -> str | None:  # noqa: ANN401 - as the address has them
    """The address of that page, for a link; None where the visitor would not find it."""
    there, page = anybody(), opening(endpoint) if endpoint in current_app.view_functions else None
    return url_for(endpoint, **values) if there is not None and page is not None and there.role in page.roles else None


def _admitted() -> AnyResponse | None:
    there, page = anybody(), opening(request.endpoint or "")
    if there is None:
        return _asked_to_sign_in()
    if page is None or there.role not in page.roles:
        abort(HTTPStatus.NOT_FOUND)
    if page.before_secured:
        return None
    if request.method not in READS and page.changes and not there.writes:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("account.overview")) if there.must_secure else None


def _asked_to_sign_in() -> AnyResponse:
    if request.headers.get("HX-Request"):  # a fragment of a page that stands open: the page itself goes there
        return Response(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": url_for("signing.sign_in")})
    back = request.full_path.rstrip("?") if request.method in READS else None
    return redirect(url_for("signing.sign_in", next=back))


def _visitor(database: Session, found: SignIn) -> Visitor:
    user = found.user
    needs_more = given().second_factor and user.role in MOVES_POINTS and user.second_factor is None and not found.secured
    return Visitor(
        user_id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        language=user.language,
        supporter_id=user.supporter_id,
        sign_in_id=found.id,
        must_secure=needs_more and not passkeys.has_one(database, user.id),
        proved_at=found.proved_at,
    )


def _name(view: Callable[..., object]) -> str:
    return f"{view.__module__}.{view.__qualname__}"
