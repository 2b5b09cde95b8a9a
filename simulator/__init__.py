"""Twilio on a desk: a telephone exchange for tests, demo and developers, written against twilio-contract.md.

`Exchange` is where to begin; `phone.Phone` is how a test talks; `python -m simulator` runs it as a process.
"""

from simulator.clock import Clock, WallClock
from simulator.exchange import Exchange
from simulator.handset import NotPossible
from simulator.knobs import Knobs
from simulator.phone import Phone
from simulator.records import BrokenTwiML
from simulator.transport import HttpTransport, Response, WsgiTransport

__all__ = [
    "BrokenTwiML",
    "Clock",
    "Exchange",
    "HttpTransport",
    "Knobs",
    "NotPossible",
    "Phone",
    "Response",
    "WallClock",
    "WsgiTransport",
]
