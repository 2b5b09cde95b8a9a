"""The screen itself: keys, mouse, choosing people, breaks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.widgets import OptionList

from app.telephone.looks import MINUS, TIMES
from app.telephone.widgets import Button, Key
from models.values import Language
from tests.telephone.demo import Demo, exchange
from tests.telephone.looking import shown, squeezed, until, until_shown


async def test_keys_go_to_the_telephone_with_the_frame_by_keyboard_and_by_mouse(demo: Demo) -> None:
    app = demo.screen()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("5")
        await until_shown(pilot, "Taster virker kun under et opkald.")
        await pilot.press("enter")
        await until_shown(pilot, "p: tast pinkoden")
        await pilot.press("1", "2", "3")
        await pilot.click(next(key for key in app.query_one("#caller").query(Key) if key.key == "4"))
        await until_shown(pilot, "tastet 1234", "taster 1234")
        await pilot.press("tab", "9")
        await pilot.press("shift+tab", "h")

        await until(pilot, lambda: "Du lagde på." in squeezed(app, "caller"), what="hung up")
        number = app.memory.caller.number if app.memory.caller else ""
        assert [it.text for it in app.memory.conversation(number) if it.kind == "key"] == ["1", "2", "3", "4"]


async def test_a_declined_call_goes_to_the_next_supporter_whose_telephone_is_shown(demo: Demo) -> None:
    app = demo.screen()
    memory = app.memory
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("enter")
        await until_shown(pilot, "p: tast pinkoden")
        await pilot.press("p")
        await until_shown(pilot, "1: accepter prisen")
        await pilot.press("1")
        await until_shown(pilot, "Anna Lund (ringer)", "RINGER")
        await pilot.press("d")

        await until_shown(pilot, "Supporter · Bo Krogh", "Bo Krogh (ringer)", "RINGER")
        assert memory.answerer is not None
        assert memory.answerer.name == "Bo Krogh"


async def test_another_caller_is_chosen_from_a_list_that_shows_the_pins(demo: Demo) -> None:
    app = demo.screen(language=Language.ENGLISH)
    people = app.memory.directory.callers
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: app.screen.query(OptionList), what="the list")
        await until_shown(pilot, *(f"PIN {(one.pin or '')[:4]} {(one.pin or '')[4:]}" for one in people))
        await pilot.press("down", "enter")

        await until_shown(pilot, "Caller · James Reed", "Hotel Fjordblik ·", "No credit", "200")


async def test_the_supporters_telephone_can_answer_by_itself(demo: Demo) -> None:
    app = demo.screen()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("v")
        await until_shown(pilot, "Når den ringer", "telefonsvareren tager den")
        await pilot.press("down", "enter")

        await until_shown(pilot, "○ ledig · telefonsvareren tager den")


async def test_quitting_hangs_up(demo: Demo) -> None:
    app = demo.screen()
    assert app.memory.caller is not None
    number = app.memory.caller.number
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: not app.memory.handset(number).is_idle, what="dialled")
        begun = time.monotonic()
        await pilot.press("q")

    assert time.monotonic() - begun < 3
    assert demo.desk().handset(number, after=0).is_idle


async def test_everything_of_a_call_stands_in_a_terminal_of_80_columns_and_24_lines(demo: Demo) -> None:
    app = demo.screen(person="Per Skov")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "▶ Opkalder · Per Skov", "Havnens Kro · 0010 2060", "Til rådighed   15", "køb")
        await until_shown(pilot, *(f"{number} " for number in range(1, 7)), "3 Tast 1, og accepter prisen.", "h: læg på. Nedenfor")
        await pilot.press("enter")
        await until_shown(pilot, "p: tast pinkoden,", "Linjen: Velkommen til")
        await pilot.press("p")
        await until_shown(pilot, "1: accepter prisen · 2: angiv en sag", "Kvarterpris    15")
        await pilot.press("1", "tab")
        await until_shown(pilot, "▶ Supporter · Anna Lund", "Enter: tag telefonen · d: afvis", "Forsøg  Anna Lund (ringer)")
        assert "▶ Opkalder" not in shown(app)
        await pilot.press("enter")
        await until_shown(pilot, "1: tag opkaldet · 2: giv det videre")
        await pilot.press("1")

        await until_shown(pilot, "i samtale · Per Skov", "s: tiden hurtigere · h: læg på", f"Trukket 1 kvarter · {MINUS}15 point")
        await until_shown(pilot, f"kvarter 1  {MINUS}15", "Tab anden telefon", "? hjælp", "q afslut", "v Når den ringer")
        whole = app.screen.query_one("#desk")
        assert (whole.max_scroll_x, whole.max_scroll_y) == (0, 0)
        assert all(len(line) <= 80 for line in shown(app).splitlines())
        await pilot.press("h")
        await until_shown(pilot, "slut · samtale")


@pytest.mark.parametrize("size", [(80, 24), (120, 24), (80, 40), (120, 40)])
@pytest.mark.parametrize("language", Language)
async def test_nothing_is_cut_off_in_any_usual_terminal(demo: Demo, size: tuple[int, int], language: Language) -> None:
    app = demo.screen(language=language)
    async with app.run_test(size=size) as pilot:
        await until_shown(pilot, "03:", "60")

        width, height = size
        for one in app.query(".act, .key"):
            label = 1 if isinstance(one, Key) else len(f"{one.act.key} {one.act.name}") if isinstance(one, Button) else 0
            assert not one.display or (one.region.right <= width and one.region.bottom <= height), one
            assert not one.display or one.content_region.width >= label > 0, one


async def test_a_terminal_that_is_too_small_is_told_so_and_works(demo: Demo) -> None:
    app = demo.screen()
    async with app.run_test(size=(70, 20)) as pilot:
        await until_shown(pilot, "Terminalen er 70", "Enter: ring til")
        await pilot.press("tab")
        await until_shown(pilot, "Venter på et opkald.")
        await pilot.resize_terminal(80, 24)

        await until(pilot, lambda: "Terminalen er" not in shown(app), what="room enough")


async def test_the_danish_help_names_the_keys_in_danish_and_fits_a_small_terminal(demo: Demo) -> None:
    app = demo.screen()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")

        await until_shown(pilot, "til den anden telefon", "Mellemrum", "læg på, og afslut", "Esc: luk")


async def test_help_lists_the_keys(demo: Demo) -> None:
    app = demo.screen(language=Language.ENGLISH)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("question_mark")
        await until_shown(pilot, "key the caller's PIN and #")
        await pilot.press("escape")

        await until(pilot, lambda: "key the caller's PIN and #" not in shown(app), what="closed")


async def test_a_break_is_told_what_is_shown_stays_and_another_exchange_is_found(demo: Demo, tmp_path: Path) -> None:
    env = {**demo.env, "DEMO_CLOCK": str(tmp_path / "clock")}
    kept = demo.address
    app = demo.screen()
    try:
        with exchange(env) as demo.address:
            app.threads.desk = demo.desk()
            running = app.run_test(size=(100, 30))
            pilot = await running.__aenter__()
            await pilot.press("enter")
            await until_shown(pilot, "Ringer til Døgnvagten.")
        await until_shown(pilot, "Demoen svarer ikke. Kør `make run`; telefonen venter på den.", "Ringer til Døgnvagten.")
        with exchange(env) as demo.address:
            await until(pilot, lambda: "Demoen svarer ikke" not in shown(app), what="it is back")
            await running.__aexit__(None, None, None)
    finally:
        demo.address = kept


async def test_everything_can_be_clicked(demo: Demo) -> None:
    app = demo.screen()

    async def click(action: str, within: str) -> None:
        await pilot.click(next(one for one in app.ground.query_one(within).query(Button) if one.act.action == action))

    async with app.run_test(size=(100, 30)) as pilot:
        await click("other_telephone", "#foot")
        await until(pilot, lambda: app.query_one("#supporter").has_focus, what="the other telephone")
        await click("speed", "#foot")
        await until_shown(pilot, f"[10{TIMES}]")
        await click("theme", "#foot")
        assert app.theme == "dag"
        await click("answer", "#caller")
        await until_shown(pilot, "p: tast pinkoden")
        await click("pin", "#caller")
        await until_shown(pilot, "1: accepter prisen")
        await click("hang_up", "#caller")

        await until_shown(pilot, "slut · opkalderen")
        assert app.query_one("#caller").has_focus
