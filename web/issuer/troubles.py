"""What can go wrong between the issuer and us. The words are for the log and the doctor: no token, code or secret stands in them.

IssuerTrouble      nobody was signed in, nothing was written
├── IssuerAway     nobody answers in time, or only with an error of its own
├── IssuerStrange  its answer cannot be used, or does not hold
├── ClocksDiffer   its token is of another time than ours
├── Denied         the user, or the issuer, said no
└── StaleTrip      not the trip that this browser went on, or too old, or made before
"""

from __future__ import annotations


class IssuerTrouble(Exception):
    """Nobody was signed in, nothing was written."""


class IssuerAway(IssuerTrouble):
    """Nobody answers in time, or only with an error of its own."""


class IssuerStrange(IssuerTrouble):
    """Its answer cannot be used, or does not hold."""


class ClocksDiffer(IssuerTrouble):
    """Its token is of another time than ours."""


class Denied(IssuerTrouble):
    """The user, or the issuer, said no."""


class StaleTrip(IssuerTrouble):
    """Not the trip that this browser went on, or too old, or made before."""
