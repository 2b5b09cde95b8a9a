"""The rooms of the console in the order of the navigation: the endpoint of its first page, its title, and for which roles it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from models.values import Role
from web.visitors import EVERYBODY, MOVES_POINTS, anybody
from web.words import N_

POINTS: Final = (*MOVES_POINTS, Role.AUDITOR)
ROOMS: Final = (
    ("console.my_duty", N_("My duty"), (Role.SUPPORTER,)),
    ("console.board", N_("Now"), EVERYBODY),
    ("console.duty", N_("Rota"), EVERYBODY),
    ("console.tasks", N_("Tasks"), EVERYBODY),
    ("console.alarm_list", N_("Alarms"), EVERYBODY),
    ("console.calls", N_("Calls"), EVERYBODY),
    ("console.customer_list", N_("Customers"), (Role.ADMINISTRATOR, Role.BILLING, Role.AUDITOR)),
    ("console.billing", N_("Billing"), POINTS),
    ("console.prices", N_("Price lists"), POINTS),
    ("console.reconciliation", N_("Reconciliation"), POINTS),
    ("console.figures", N_("Figures"), (Role.ADMINISTRATOR, Role.BILLING, Role.AUDITOR)),
    ("console.duty_report", N_("Hours"), (Role.ADMINISTRATOR, Role.BILLING, Role.AUDITOR)),
    ("console.lock_outs", N_("Lock-outs"), (Role.ADMINISTRATOR, Role.AUDITOR)),
    ("console.user_list", N_("Users"), (Role.ADMINISTRATOR, Role.AUDITOR)),
    ("console.audit", N_("Audit"), (Role.ADMINISTRATOR, Role.AUDITOR)),
    ("console.the_system", N_("The system"), (Role.ADMINISTRATOR, Role.AUDITOR)),
    ("console.programs", N_("Access"), (Role.ADMINISTRATOR, Role.AUDITOR)),
)
ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.SUPPORTER: N_("supporter"),
    Role.BILLING: N_("billing"),
    Role.ADMINISTRATOR: N_("administrator"),
    Role.AUDITOR: N_("auditor"),
}


def rooms() -> Iterator[tuple[str, str]]:
    """Endpoint and title of what the visitor may enter."""
    there = anybody()
    for endpoint, title, roles in ROOMS:
        if there is not None and there.role in roles:
            yield endpoint, title
