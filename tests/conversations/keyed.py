"""Callers who key a PIN: a wrong one so many times, and the right one."""

from __future__ import annotations

from simulator.phone import Phone
from tests.house import SUPPORT, ACaller, House


def fails(house: House, phone: str, times: int, caller_id: str | None = None) -> Phone:
    """So many wrong PINs from one telephone, in as many calls as it takes (three a call)."""
    handset = house.phone(phone)
    for number in range(times):
        if not handset.on_the_line:
            handset.dials(SUPPORT, caller_id).hears("pinkode")
        handset.keys(f"{number}#").hears("pinkode")
        if (number + 1) % 3 == 0:
            handset.waits(20)
    return handset


def lets_in(house: House, caller: ACaller, caller_id: str | None = None) -> bool:
    """Whether a right PIN leads on to the price; the caller hangs up."""
    phone = house.phone(caller).dials(SUPPORT, caller_id)
    phone.hears("pinkode")
    inside = False
    if "personlige pinkode" in phone.said[-1]:
        inside = "Goddag" in phone.keys(f"{caller.pin}#").hears("o").said[-1]
        phone.hangs_up()
    else:
        phone.waits(30)
    house.forward(seconds=2)
    return inside
