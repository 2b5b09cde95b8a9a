"""The published price lists: what holds now, what will, what did; each as a picture, to be tried out and compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from flask import Response, abort
from sqlalchemy.orm import Session

from billing import previews, price_drafts, price_lists
from billing.previews import Tried
from billing.price_lists import ListRecord, Standing
from billing.tariff import Tariff
from helpdesk.holiday_names import holiday
from models.local import from_local
from models.values import Role, Seconds
from web.console.blueprint import console
from web.console.files import kept
from web.console.prices import pictures
from web.console.prices.forms import TryForm, UploadForm
from web.given import given
from web.page import page, words
from web.visitors import MOVES_POINTS, opens_to
from web.words import N_

KEY: Final = "<int:number>"
TOML: Final = "application/toml; charset=utf-8"
STANDINGS: Final = {
    Standing.IN_FORCE: ("green", "●", N_("in force")),
    Standing.COMING: ("blue", "→", N_("coming")),
    Standing.PAST: ("grey", "○", N_("past")),
}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A talk tried out: its quarters, and what they come to."""

    quarters: tuple[Tried, ...]

    @property
    def points(self) -> int:
        """What the talk would cost."""
        return sum(one.period.points for one in self.quarters)


@console.get("/prices")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def prices() -> Response:
    """Every list and every draft."""
    return overview(UploadForm(formdata=None), HTTPStatus.OK)


@console.get(f"/prices/{KEY}")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def price_list(number: int) -> Response:
    """One list."""
    now, form = given().clock(), TryForm()
    with given().reading() as session:
        record = _found(session, number)
        compared = in_force(session, record, now=now)
        days = price_lists.holidays_of(session, number)
    trial, status = tried(form, record.tariff)
    differs = pictures.differences(compared.tariff, record.tariff, words(), since=record.valid_from) if compared else []
    shown = {"record": record, "standings": STANDINGS, "picture": pictures.picture(record.tariff, words()), "differs": differs}
    coming = {day: holiday(name, words().language) for day, name in days.items() if day >= now.date()}
    return page("console/prices/list.html", status, **shown, compared=compared, form=form, trial=trial, days=coming)


@console.get(f"/prices/{KEY}.toml")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def price_file(number: int) -> Response:
    """The file that was published, as it came."""
    with given().reading() as session:
        record = _found(session, number)
    return kept(record.source.encode(), f"{words()('prices')}-{number}.toml", TOML)


def overview(form: UploadForm, status: int) -> Response:
    """The page with all of them; `form` is that of a file."""
    with given().reading() as session:
        lists = price_lists.listed(session, now=given().clock())
        drafts, dropped = price_drafts.listed(session), price_drafts.listed(session, dropped=True)
        shown = {"lists": lists, "drafts": drafts, "dropped": dropped[:20], "standings": STANDINGS}
        return page("console/prices/lists.html", status, **shown, form=form)


def tried(form: TryForm, prices: Tariff) -> tuple[Trial | None, int]:
    """What the talk in the address would cost; 422 where it is none."""
    if not form.is_asked:
        return None, HTTPStatus.OK
    if not form.validate():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY
    seconds = Seconds(form.minutes.data * 60)
    return Trial(quarters=previews.tried(prices, from_local(form.at.data), seconds)), HTTPStatus.OK


def in_force(session: Session, than: ListRecord | None, *, now: datetime) -> ListRecord | None:
    """The list that is in force now, where it is another one."""
    found = (one for one in price_lists.listed(session, now=now) if one.standing is Standing.IN_FORCE)
    return next((one for one in found if than is None or one.number != than.number), None)


def _found(session: Session, number: int) -> ListRecord:
    record = price_lists.record(session, number, now=given().clock())
    if record is None:
        abort(HTTPStatus.NOT_FOUND)
    return record
