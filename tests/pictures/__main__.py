"""`make screenshots`: a house in which a week has passed, and a picture of each of its pages in docs/images/.

Pictures are Danish and light at 1280 pixels, and for what is made for a telephone, 390 and dark. Nothing in them is real.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select

from app.database import Database
from app.heart import Heart
from app.migrate import migrate
from models import Call, Case, Journal, Task
from models.local import to_local
from models.values import Role, TaskKind
from tests.browser.demo import demo
from tests.browser.reader import Readers
from tests.browser.test_every_page import one_of_each
from tests.browser.test_phone import held_by_keyboard
from tests.chromium import chromium
from tests.house import ACaller, House
from tests.serving import served
from tests.web.crawler import shape
from tests.web.lived import leave_work_on_paper, plan_the_nights
from tests.web.people import Somebody, at_once

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
GALLERY: Final = IMAGES.parent / "pages.md"
HEAD: Final = """# Every page of the console

As an administrator sees it, in Danish, at 1280 pixels, in a house where a week has passed. Written by `make screenshots`; nobody in
it is real. What the pages are for stands in [The console](console.md).

"""
AT: Final = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
CALLS: Final = 24
PRICE: Final = 15
WIDE: Final = (1280, 900)
HAND: Final = (390, 844)
PEOPLE: Final = (
    ("Nordvig Camping", "Mette Holm"),
    ("Hotel Strandgården", "Karim Toft"),
    ("Byens Kro", "Lis Overgaard"),
    ("Skovlyst Vandrerhjem", "Peter Nygaard"),
    ("Havnens Isbod", "Sofie Damm"),
)
"""Companies and those who phone for them."""
PAGES: Final = {
    "now": "/now",
    "rota": "/duty",
    "on-call": "/duty/now",
    "rota-draft": "/duty/drafts/1",
    "swaps": "/duty/swaps",
    "import": "/duty/import",
    "tasks": "/tasks",
    "message": "/cases/{message}",
    "calls": "/calls",
    "call": "/calls/{call}",
    "customers": "/customers",
    "customer": "/customers/{customer}",
    "billing": "/billing",
    "charge": "/billing/{journal}",
    "statement": "/billing/statements?customer={customer}",
    "refund": "/billing/refund?call={call}",
    "prices": "/prices",
    "reconciliation": "/reconciliation",
    "figures": "/figures",
    "hours": "/reports/duty",
    "lock-outs": "/lock-outs",
    "users": "/users",
    "audit": "/audit",
    "access": "/tokens",
    "system": "/system",
    "account": "/account/",
}


def main() -> int:
    """Makes them all anew; 1 where a page complained."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, ExitStack() as stack, redirect_stderr(StringIO()):  # the house's log is nobody's picture
        house, week = lived(stack.enter_context(opened(Path(folder, "week.db"))))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=chromium(), args=["--disable-gpu", "--no-sandbox"]
        )
        with served(house.app) as address:
            complaints = pictures(browser, address, house, week)
        with demo(stack.enter_context(opened(Path(folder, "demo.db")))) as (address, house):
            complaints += telephones(browser, address, house)
        browser.close()
    sys.stdout.writelines(f"{line}\n" for line in complaints)
    return 1 if complaints else 0


@contextmanager
def opened(file: Path) -> Iterator[Database]:
    """A migrated database that nobody needs again."""
    url = f"sqlite:///{file}"
    migrate(url, url)
    database = Database(url)
    yield database
    database.close()


def lived(database: Database) -> tuple[House, dict[str, str]]:
    """A house after a week with calls, and what the addresses of pages need of it."""
    house, chance = House(database, at=AT, env={"DEMO": "1"}, base="http://127.0.0.1:8000"), Random(11)  # noqa: S311 - chance that comes again
    anna = house.supporter("Anna Lund")
    house.supporter("Bo Krogh", tier=2)
    callers = [house.caller(points=chance.choice([60, 120, 400]), company=company, name=name) for company, name in PEOPLE]
    for _ in range(CALLS):
        house.skip(hours=chance.choice([1, 2, 4, 7]), minutes=chance.randrange(60))
        caller = chance.choice(callers)
        if chance.random() < 0.7:
            talks(house, caller, chance)
        else:
            house.identifies(caller).hangs_up()
        house.forward(minutes=4)
    somebody = house.caller(points=90, company="Fjordhotellet", name="Jonas Brandt")
    house.accepts_price(somebody).hears_ringing().hangs_up()
    house.forward(minutes=3)
    leaves_a_message(house, house.caller(points=60, company="Mølleåens Kro", name="Tove Lind"))
    house.connects(house.caller(points=120, company="Klitgårdens Camping", name="Ea Bruun"), anna)
    house.forward(minutes=8)
    with database.reading() as session:
        call = session.scalars(
            select(Call)
            .where(Call.ended_at.is_not(None), Call.bridged.is_(True), Call.case_id.is_not(None))
            .order_by(Call.id.desc())
        ).first()
        journal = session.scalars(select(Journal.id).where(Journal.call_id.is_not(None)).order_by(Journal.id.desc())).first()
        assert call is not None
        assert call.customer is not None
        told = {"call": call.sid, "customer": call.customer.number, "journal": str(journal)}
        told["message"] = session.scalars(select(Case.number).join(Task).where(Task.kind == TaskKind.MESSAGE)).one()
        sid, day = call.sid, to_local(call.started_at).date()
    leave_work_on_paper(house, sid, day)
    plan_the_nights(house)
    return house, told


def leaves_a_message(house: House, caller: ACaller) -> None:
    """A call that everybody declines, and what the caller says then."""
    house.is_connected_to_the_world()
    phone = house.accepts_price(caller).hears_ringing()
    while ringing := next((one for one in house.exchange.handsets() if one.rings), None):
        house.phone(ringing.number).declines()
        phone.waits(8)
    phone.hears("bliver du ringet op").keys("2").hears("efter tonen").speaks_message(17).keys("#").hears("Farvel")
    house.forward(minutes=1)


def talks(house: House, caller: ACaller, chance: Random) -> None:
    """A call that is taken, unless there are too few points for it."""
    if house.balance(caller)[0] < PRICE:
        house.identifies(caller)
        return
    phone = house.accepts_price(caller).hears_ringing()
    ringing = next((one for one in house.exchange.handsets() if one.rings), None)
    if ringing is not None:
        house.phone(ringing.number).picks_up().hears("Tast 1").keys("1")
        house.forward(minutes=chance.choice([3, 9, 17, 31]))
    phone.hangs_up()


def pictures(browser: Browser, address: str, house: House, week: dict[str, str]) -> list[str]:
    """A picture of each page; what any of them complained of."""
    readers, heart = Readers(browser, address, house), Heart(house.database)
    heart.beat()
    heart.provider(None)
    desk = readers.reader(width=WIDE[0], role=Role.ADMINISTRATOR, name="Ulla Friis")
    seen = []
    for name, place in (*((name, place.format(**week)) for name, place in PAGES.items()), *others(house, week)):
        desk.goto(place)
        desk.wait_for_timeout(400)
        desk.screenshot(path=IMAGES / f"{name}.png")
        seen.append(f"## {desk.title().partition(' · ')[0]}\n\n![{name}](images/{name}.png)\n")
    GALLERY.write_text(HEAD + "\n".join(seen), "utf-8")
    for name, place in (("front", "/"), ("sign-in", "/sign-in")):
        page = readers.reader(width=WIDE[0])
        page.goto(place)
        page.screenshot(path=IMAGES / f"{name}.png")
    hand = readers.reader(width=HAND[0], dark=True, role=Role.SUPPORTER, supporter="Anna Lund")
    hand.goto("/me")
    hand.screenshot(path=IMAGES / "my-duty.png")
    hand.goto("/me/settings")
    hand.screenshot(path=IMAGES / "my-settings.png")
    swapping = readers.reader(width=HAND[0], dark=True, role=Role.SUPPORTER, supporter="Lis Overgaard")
    swapping.goto("/me#swaps")
    swapping.wait_for_timeout(400)
    swapping.screenshot(path=IMAGES / "my-swaps.png")
    readers.leave()
    return readers.complaints


def others(house: House, week: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The pages that links lead to besides, each named after what it is in the code."""
    there = at_once(house, Role.ADMINISTRATOR, name="Ida")
    known = {endpoint(there, place.format(**week)) for place in PAGES.values()}
    for place in one_of_each(there, "/now"):
        if (found := endpoint(there, place)) not in known:
            yield found.partition(".")[2].replace("_", "-"), place


def endpoint(there: Somebody, place: str) -> str:
    """Which page an address is one of."""
    return shape(there, place).partition("?")[0]


def telephones(browser: Browser, address: str, house: House) -> list[str]:
    """A call on the telephone page, when it is over: all of it stands there."""
    caller = house.caller(points=60)
    house.supporter("Anna Lund")
    readers = Readers(browser, address, house)
    page = readers.reader(width=WIDE[0])
    page.goto("/phone")
    held_by_keyboard(page, caller.pin)
    page.wait_for_timeout(1_000)
    page.screenshot(path=IMAGES / "telephones.png", full_page=True)
    readers.leave()
    return readers.complaints


if __name__ == "__main__":
    sys.exit(main())
