"""What a URL's fragment asks of Twilio's connection: `#rc=2&rp=5xx,rt` (twilio-contract §1.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator.transport import ConnectionBroken, Limits, Outcome, TransportError

SERVER_ERROR = 500
CLIENT_ERROR = 400
REASONS = frozenset({"4xx", "5xx", "ct", "rt", "all"})
EDGES = frozenset({"ashburn", "dublin", "frankfurt", "sao-paulo", "singapore", "sydney", "tokyo", "umatilla"})
RANGES = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}


class BadOverride(ValueError):
    """The fragment says something that Twilio does not know; `code` is 11240 (edge) or 11243 (the rest)."""

    def __init__(self, message: str, code: int = 11243) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often, how long and after what a request is sent again. Times in milliseconds."""

    ct: int = 5_000
    rt: int = 15_000
    tt: int = 15_000
    rc: int = 1
    rp: frozenset[str] = frozenset({"ct"})

    def limits(self, spent: float) -> Limits:
        """What one more attempt may take when `spent` seconds are gone already."""
        left = max(0.1, self.tt / 1000 - spent)
        return Limits(connect=min(self.ct / 1000, left), read=min(self.rt / 1000, left))

    def retries(self, outcome: Outcome, *, broken: frozenset[str]) -> bool:
        """Whether such an outcome is worth another attempt; `broken` are the words under which a broken connection falls."""
        return not self.rp.isdisjoint(_reasons_for(outcome, broken))


def failed(outcome: Outcome) -> bool:
    """Whether the application gave no answer that could be used."""
    return isinstance(outcome, TransportError) or outcome.status >= CLIENT_ERROR


def _reasons_for(outcome: Outcome, broken: frozenset[str]) -> frozenset[str]:
    if isinstance(outcome, ConnectionBroken):
        return broken
    if isinstance(outcome, TransportError):
        return frozenset({"all", outcome.retried_as})
    if not failed(outcome):
        return frozenset()
    return frozenset({"all", "5xx" if outcome.status >= SERVER_ERROR else "4xx"})


def read(url: str) -> tuple[str, Overrides]:
    """`url` without its fragment, and what the fragment asked for; raises BadOverride."""
    bare, _, fragment = url.partition("#")
    policy = Overrides()
    for pair in filter(None, fragment.split("&")):
        name, _, value = pair.partition("=")
        if name in RANGES:
            policy = _with(policy, name, value)
        elif name == "rp":
            policy = replace(policy, rp=_reasons(value))
        elif name == "e":
            _check_edges(value)
        elif name != "sni" or value not in {"y", "n"}:
            raise BadOverride(f"{pair!r} in the fragment of {bare} is not known")
    return bare, policy


def _with(policy: Overrides, name: str, value: str) -> Overrides:
    number = _number(name, value)
    match name:
        case "ct":
            return replace(policy, ct=number)
        case "rt":
            return replace(policy, rt=number)
        case "tt":
            return replace(policy, tt=number)
    return replace(policy, rc=number)


def _number(name: str, value: str) -> int:
    low, high = RANGES[name]
    if not value.isdecimal() or not low <= int(value) <= high:
        raise BadOverride(f"{name}={value} must be a whole number from {low} to {high}")
    return int(value)


def _reasons(value: str) -> frozenset[str]:
    reasons = frozenset(value.split(","))
    if not reasons <= REASONS:
        raise BadOverride(f"rp={value} may only hold {', '.join(sorted(REASONS))}")
    return reasons


def _check_edges(value: str) -> None:
    unknown = {edge.removesuffix("-ix") for edge in value.split(",")} - EDGES
    if unknown:
        raise BadOverride(f"e={value} names no edge of Twilio's", code=11240)
