"""Price lists being written: begun from a list, a file or nothing, typed into a form that needs no script, tried out, published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Response as Page
from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from billing import price_drafts, price_lists
from billing.price_drafts import DraftChanged, DraftRecord, NoSuchDraft
from billing.price_file import BadPriceList, Draft, Fault, Wrong
from billing.price_lists import AlreadyPublished
from billing.tariff import Tariff
from models.local import to_local
from models.values import Flow, Role
from web.console.blueprint import console
from web.console.files import kept
from web.console.prices import faults, lists, pictures
from web.console.prices.forms import MOST_PERIODS, MOVES, DraftForm, PublishForm, TryForm, UploadForm
from web.console.prices.lists import KEY, TOML
from web.drafting import drafted, sent
from web.filters import row_number
from web.given import given
from web.page import page, words
from web.papers.figures import Figures
from web.signing.forms import Confirmed
from web.visitors import MOVES_POINTS, opens_to, visitor

WRONG: Final = HTTPStatus.UNPROCESSABLE_ENTITY
LARGEST_FILE: Final = 32 * 1024


@dataclass(frozen=True, kw_only=True)
class Read:
    """A draft as the house reads it: sound, with its prices, or with its faults."""

    sound: Draft | None
    prices: Tariff | None
    faults: list[Fault]


@console.post("/prices/drafts/new")
@opens_to(*MOVES_POINTS)
def begin_draft() -> Response:
    """A draft from nothing, or from the list that `list` names."""
    number = row_number(request.form, "list")
    with given().writing() as session:
        record = price_lists.record(session, number, now=given().clock()) if number else None
        content = price_drafts.of_file(record.source) | {"valid_from": ""} if record else price_drafts.new(Flow.SUPPORT)
        name = words()("From list {number}", number=record.number) if record else words()("New price list")
        draft = price_drafts.begin(session, content, name=name, actor=visitor().email, now=given().clock())
        return redirect(url_for(".draft", number=draft))


@console.post("/prices/drafts/upload")
@opens_to(*MOVES_POINTS)
def upload_draft() -> Response:
    """A draft from a file, which must be sound."""
    form = UploadForm()
    if form.validate():
        said = form.file.data.read(LARGEST_FILE + 1)
        try:
            content = price_drafts.of_file(_text(said))
        except BadPriceList as bad:
            form.file.errors = [faults.sentence(fault) for fault in bad.faults]
        else:
            name = (form.file.data.filename or "")[:100].strip() or words()("New price list")
            with given().writing() as session:
                draft = price_drafts.begin(session, content, name=name, actor=visitor().email, now=given().clock())
                return redirect(url_for(".draft", number=draft))
    return lists.overview(form, WRONG)


@console.get(f"/prices/drafts/{KEY}")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def draft(number: int) -> Page:
    """A draft: the form, its week, what it would cost, what it changes."""
    with given().reading() as session:
        row = _found(session, number)
        return _shown(session, row, DraftForm.of(row.content, name=row.name, version=row.version))


@console.post(f"/prices/drafts/{KEY}")
@opens_to(*MOVES_POINTS)
def change_draft(number: int) -> Response:
    """Keeps what was typed, sound or not, and says what is wrong with it; a button may add, move or take out a period."""
    form, now = DraftForm(), given().clock()
    is_kept = bool(form.validate()) and _kept(form, number, now=now)
    if is_kept and MOVES & request.form.keys():
        return redirect(url_for(".draft", number=number, _anchor="periods"))
    with given().reading() as session:
        row = _found(session, number)
        if is_kept:
            form = DraftForm.of(row.content, name=row.name, version=row.version)
            faults.point_out(form, _read(row, now=now).faults)
            if not form.problems:
                return redirect(url_for(".draft", number=number))
        return _shown(session, row, form)


@console.post(f"/prices/drafts/{KEY}/drop")
@opens_to(*MOVES_POINTS)
def drop_draft(number: int) -> Response:
    """Puts it away; the overview has it among those that can be taken up again."""
    return _moved(number, price_drafts.drop, url_for(".prices", dropped=number))


@console.post(f"/prices/drafts/{KEY}/take-up")
@opens_to(*MOVES_POINTS)
def take_up_draft(number: int) -> Response:
    """Takes it up again."""
    return _moved(number, price_drafts.take_up, url_for(".draft", number=number))


@console.get(f"/prices/drafts/{KEY}.toml")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def draft_file(number: int) -> Page:
    """The file that it would be."""
    with given().reading() as session:
        row = _found(session, number)
        return kept(price_drafts.as_file(row.content).encode(), f"{words()('draft')}-{number}.toml", TOML)


@console.route(f"/prices/drafts/{KEY}/publish", methods=["GET", "POST"])
@opens_to(*MOVES_POINTS)
def publish_draft(number: int) -> Response:
    """Publishes it, confirmed by typing the day from which it is in force; from then on it is never changed."""
    form, now = PublishForm(), given().clock()
    with given().reading() as session:
        row = _found(session, number)
        read = _read(row, now=now)
        if read.sound is None or read.prices is None:
            return _shown(session, row, _pointed_out(row, read))
        compared = lists.in_force(session, None, now=now)
    day = to_local(read.sound.valid_from).date().isoformat()
    if form.is_submitted() and form.validate():
        if form.date.data == day:
            published = _published(form, number, now=now)
            if published is not None:
                return redirect(url_for(".price_list", number=published))
        else:
            form.refuse(form.date, words()("That is not the day. Type {day}.", day=day))
    form.version.data = str(row.version)
    differs = pictures.differences(compared.tariff, read.prices, words(), since=read.sound.valid_from) if compared else []
    shown = {"row": row, "sound": read.sound, "day": day, "picture": pictures.picture(read.prices, words()), "now": now}
    status = WRONG if form.problems else HTTPStatus.OK
    return page("console/prices/publish.html", status, form=form, **shown, compared=compared, differs=differs)


def _published(form: PublishForm, number: int, *, now: datetime) -> int | None:
    """The number of the list; None where it was refused, and the form says why."""
    try:
        with given().writing() as session:
            return price_drafts.publish(session, number, version=_version(form), actor=visitor().email, now=now).id
    except AlreadyPublished:
        form.refuse(None, words()("There is a list in force from exactly that moment already. Choose another one."))
    except (DraftChanged, BadPriceList):
        form.refuse(None, words()("Somebody else changed the draft meanwhile. Look at it again, and then publish it."))
    except NoSuchDraft:
        abort(HTTPStatus.NOT_FOUND)
    return None


def _version(form: DraftForm | PublishForm) -> int:
    """Which version of the draft the form was filled in from."""
    text = form.version.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - digits


def _kept(form: DraftForm, number: int, *, now: datetime) -> bool:
    """Whether it could be kept; the form says why not."""
    try:
        with given().writing() as session:
            line = price_drafts.find(session, number).content["line"]
            kept_as = {"name": form.name.data, "version": _version(form), "actor": visitor().email, "now": now}
            price_drafts.change(session, number, form.content(line), **kept_as)
            sent(session, form, f"{number}-{_version(form)}")
    except NoSuchDraft:
        abort(HTTPStatus.NOT_FOUND)
    except DraftChanged:
        sentence = words()("Somebody else changed the draft meanwhile. What you typed stands below, and was not kept.")
        form.refuse(None, sentence)
        return False
    return True


def _moved(number: int, move: Callable[..., object], back: str) -> Response:
    if Confirmed().validate():
        try:
            with given().writing() as session:
                move(session, number, actor=visitor().email, now=given().clock())
        except NoSuchDraft:
            abort(HTTPStatus.NOT_FOUND)
    return redirect(back)


def _shown(session: Session, row: DraftRecord, form: DraftForm) -> Page:
    now, trying = given().clock(), TryForm()
    read, compared = _read(row, now=now), lists.in_force(session, None, now=now)
    shown: dict[str, Any] = {"picture": None, "trial": None, "differs": [], "most": MOST_PERIODS, "trying": trying}
    status: int = HTTPStatus.OK
    if read.sound is not None and read.prices is not None:
        shown["trial"], status = lists.tried(trying, read.prices)
        shown["picture"] = pictures.picture(read.prices, words())
        if compared is not None:
            shown["differs"] = pictures.differences(compared.tariff, read.prices, words(), since=read.sound.valid_from)
    unready = [faults.sentence(fault) for fault in read.faults]
    status = WRONG if form.problems else status
    drafted(form, f"{row.number}-{_version(form)}", within=session)
    return page("console/prices/draft.html", status, row=row, form=form, unready=unready, compared=compared, **shown)


def _pointed_out(row: DraftRecord, read: Read) -> DraftForm:
    form = DraftForm.of(row.content, name=row.name, version=row.version)
    faults.point_out(form, read.faults)
    return form


def _read(row: DraftRecord, *, now: datetime) -> Read:
    try:
        sound = price_drafts.sound(row.content)
    except BadPriceList as bad:
        return Read(sound=None, prices=None, faults=bad.faults)
    return Read(sound=sound, prices=price_lists.preview(sound, now=now), faults=[])


def _found(session: Session, number: int) -> DraftRecord:
    try:
        return price_drafts.find(session, number)
    except NoSuchDraft:
        abort(HTTPStatus.NOT_FOUND)


def _text(said: bytes) -> str:
    """A file as text. Raises BadPriceList for one that is none, or is too long."""
    figures = Figures(words())
    if len(said) > LARGEST_FILE:
        raise BadPriceList([Fault(Wrong.NO_TOML, {"why": f"> {figures.number(LARGEST_FILE)} bytes"})])
    try:
        return said.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPriceList([Fault(Wrong.NO_TOML, {"why": error})]) from error
