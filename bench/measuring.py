"""Rates and latencies: work done by several at once for some seconds, and the middle of several rounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Round:
    """How often something was done in a second, and how many milliseconds each took."""

    rate: float
    took: Sequence[float]


def at_once(workers: Sequence[Callable[[], float]], *, seconds: float) -> Round:
    """Each worker does its thing again and again until the time is over. A worker says how many seconds one took."""
    until = time.perf_counter() + seconds

    def works(worker: Callable[[], float]) -> list[float]:
        took = []
        while time.perf_counter() < until:
            took.append(worker() * 1e3)
        return took

    began = time.perf_counter()
    with ThreadPoolExecutor(len(workers)) as pool:
        took = [one for some in pool.map(works, workers) for one in some]
    return Round(len(took) / (time.perf_counter() - began), took)


def middle(rounds: Sequence[Round]) -> Round:
    """The median rate of several rounds, and all that they took."""
    return Round(median(one.rate for one in rounds), [took for one in rounds for took in one.took])


def p50(took: Sequence[float]) -> str:
    """The median in milliseconds, as the page has it."""
    return f"{median(took):.1f} ms"


def p99(took: Sequence[float]) -> str:
    """What one in a hundred exceeds, in milliseconds."""
    return f"{quantiles(took, n=100)[98]:.1f} ms"


def timed(work: Callable[[], object]) -> float:
    """How many seconds it took, once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
