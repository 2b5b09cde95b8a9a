"""The rota in a browser: supporters swap on their telephones, by keyboard as well."""

from __future__ import annotations

from models.values import Role
from tests.browser.reader import Readers, barriers, overflow
from tests.web.lived import plan_the_nights


def test_a_swap_is_asked_for_and_answered_on_a_telephone_at_night(readers: Readers) -> None:
    plan_the_nights(readers.house)
    lis = readers.reader(role=Role.SUPPORTER, supporter="Lis Overgaard", width=360, dark=True)
    per = readers.reader(role=Role.SUPPORTER, supporter="Per Nygaard", width=360, dark=True, script=False)

    lis.goto("/me")
    lis.get_by_role("link", name="Giv videre eller byt").first.press("Enter")
    asking = (overflow(lis), barriers(lis))
    lis.get_by_label("Hvem spørger du?").select_option(index=1)
    lis.get_by_role("button", name="Spørg").press("Enter")
    lis.wait_for_url("**/me#swaps")
    asked = (overflow(lis), barriers(lis))
    per.goto("/me")
    per.get_by_text("Ja …").first.press("Enter")
    per.get_by_role("button", name="Ja, jeg bytter").first.press("Enter")
    per.wait_for_url("**/me#swaps")

    assert (asking, asked) == ((0, []), (0, []))
    assert per.locator("section.swap").count() == 1
