"""The call of the issue, at two telephones in one terminal: everything behind them is real."""

from __future__ import annotations

from app.telephone.looks import MINUS, TIMES
from models.values import CallOutcome
from tests.telephone.demo import Demo
from tests.telephone.looking import shown, squeezed, until, until_shown


async def test_a_call_is_phoned_talked_charged_and_linked_to_a_case(demo: Demo) -> None:
    app = demo.screen()
    memory = app.memory
    assert memory.caller is not None
    assert memory.answerer is not None
    anna = memory.answerer.number

    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "Enter: ring til 6318 6363", "Saldo", "03:1")
        await pilot.press("enter")
        await until_shown(pilot, f"tast pinkoden, {memory.caller.pin[:4]} {memory.caller.pin[4:]} #" if memory.caller.pin else "")
        await pilot.press(*(memory.caller.pin or ""), "number_sign")
        await until(
            pilot, lambda: "Opkaldet koster 15 point for hvert påbegyndt kvarter." in squeezed(app, "caller"), what="the price"
        )
        await until_shown(pilot, "1: accepter prisen")
        await pilot.press("1")
        await until_shown(pilot, "RINGER · Døgnvagten", "ringer op", "Anna Lund (ringer)")
        assert app.query_one("#supporter").has_class("rings")

        await pilot.press("tab", "enter")
        await until(pilot, lambda: "Nordvig Camping, Mette Holm. 60 point." in squeezed(app, "supporter"), what="the whisper")
        await pilot.press("1")
        await until(pilot, lambda: memory.handset(anna).state == "bridged", what="the bridge")
        await pilot.press("s", "s")
        await until_shown(pilot, f"[60{TIMES}]", f"1 kvarter · {MINUS}15 point")
        await until_shown(pilot, f"2 kvarter · {MINUS}30 point", "kvarter 2", within=30)
        await pilot.press("h")

        await until(pilot, lambda: "kostede 30 point. Du har nu 30 point." in squeezed(app, "caller"), what="the good-bye")
        await until_shown(pilot, "slut · samtale", "Opkald til døgnvagten")
        await until(pilot, lambda: "Sms: Kvittering: 30 point, sag" in squeezed(app, "caller"), what="the receipt")
        await until(pilot, lambda: "Sms: Samtale slut: Nordvig Camping, Mette Holm" in squeezed(app, "supporter"), what="the case")
        sheet = memory.page.sheet if memory.page else None
        assert sheet is not None
        assert sheet.record.case is not None
        assert sheet.record.case in shown(app)
        assert (sheet.record.outcome, sheet.record.quarters, sheet.record.points) == (CallOutcome.TALKED, 2, -30)
        assert 900 < sheet.record.seconds < 1800
