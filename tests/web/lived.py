"""A house in which something has happened, for tests about every page there is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from billing import price_drafts
from helpdesk import corrections, disputes, endpoints, rota_drafts, rotas, swaps, tokens
from helpdesk.corrections import Why
from helpdesk.sealing import Seal
from helpdesk.swap_checks import Named
from models import User
from models.api import Scope
from models.corrections import CorrectionReason
from models.local import to_local
from models.values import Flow, Points, Role
from models.webhooks import EventKind
from tests.conversations.keyed import fails
from tests.conversations.test_reconciliation import reconciled
from tests.house import SECRET, House


def live_a_night(house: House) -> str:
    """A talk that is over, somebody without points who gave up, and a talk that goes on; the CallSid of the first."""
    anna, caller, other = house.supporter("Anna"), house.caller(points=400), house.caller(points=0)
    sid = house.connects(caller, anna)
    house.forward(minutes=17)
    house.phone(caller).hangs_up()
    house.forward(minutes=5)
    house.identifies(other)
    house.forward(minutes=2)
    house.connects(caller, anna)
    house.forward(minutes=1)
    return sid


def keep_the_office_busy(house: House, sid: str) -> None:
    """Somebody waits for a callback, a number is locked out, nobody is on duty, and there is work on paper."""
    waiting = house.caller(company="Blåbærhotellet ved Søen", name="Åse Ørsted")
    house.nobody_is_on_duty()
    house.accepts_price(waiting).hears("bliver du ringet op").keys("1").hears("inden for 30 minutter")
    fails(house, "+4520999999", 5).waits(20)
    leave_work_on_paper(house, sid, to_local(house.now).date())
    plan_the_nights(house)


def plan_the_nights(house: House) -> None:
    """Two supporters with log-ins take turns from tomorrow on; a swap that is agreed on, one that waits for each, a draft."""
    lis, per = (house.supporter(name, on_duty=False).id for name in ("Lis Overgaard", "Per Nygaard"))
    today = to_local(house.now).date()
    starts = datetime.combine(today + timedelta(days=1), time(16))
    every = f"starts = {starts.isoformat()}\nevery = 'day'"
    text = f"line = 'support'\n[[layer]]\nname = 'Nat'\npeople = [{lis}, {per}]\n{every}"
    nights = [Named(line=Flow.SUPPORT, layer="Nat", starts=starts + timedelta(days=number)) for number in range(2, 8)]
    with house.database.writing() as session:
        rotas.publish(session, text, by="ulla", now=house.now)
        for number, name in ((lis, "Lis"), (per, "Per")):
            user = {"email": f"{name.lower()}@house.example", "name": name, "supporter_id": number, "created_at": house.now}
            session.add(User(role=Role.SUPPORTER, **user))
        rota_drafts.begin(session, Flow.SUPPORT, actor="ulla", now=house.now)
        agreed = swaps.ask(session, nights[0], of=lis, colleague=per, back=nights[1], by="lis", now=house.now)
        swaps.agree(session, agreed.id, colleague=per, by="per", now=house.now)
        swaps.ask(session, nights[2], of=lis, colleague=per, back=nights[5], by="lis", now=house.now)
        swaps.ask(session, nights[3], of=per, colleague=lis, back=None, by="per", now=house.now)


def leave_work_on_paper(house: House, sid: str, day: date) -> None:
    """A refund of that call that waits, an objection, a draft of prices, a token, a webhook, and that day reconciled."""
    house.is_connected_to_the_world()
    why = Why(reason=CorrectionReason.OUTAGE, note="Driftsstop.", by="anna@house.example", limit=Points(1))
    url, kinds, seal = "https://regnskab.hotel-nordvig.example/hook", list(EventKind), Seal.derive([SECRET], endpoints.PURPOSE)
    with house.database.writing() as session:
        corrections.refund(session, sid, why, quarter=1, now=house.now)
        disputes.open_dispute(session, sid, "Vi talte kun ti minutter.", by="kunde", now=house.now)
        price_drafts.begin(session, price_drafts.new(Flow.SUPPORT), name="Nytår", actor="ulla", now=house.now)
        tokens.add(session, "Regnskab", list(Scope), actor="ulla@house.example", now=house.now)
        endpoints.add(session, url, kinds, sees_numbers=False, seal=seal, is_demo=False, actor="ulla", now=house.now)
        endpoints.try_out(session, 1, actor="ulla", now=house.now)
    reconciled(house, day)
