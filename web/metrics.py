"""`/metrics` for Prometheus: how much there is of what (helpdesk.gauges), how each part is, and how long webhooks take.

It is there once METRICS_TOKEN is set, for whoever brings it (`Authorization: Bearer …`). Several web processes add their webhooks
up through files in PROMETHEUS_MULTIPROC_DIR, which gunicorn's settings make (the library's own way).
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from http import HTTPStatus
from time import perf_counter
from typing import Final

from flask import Blueprint, Flask, Response, abort, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from helpdesk import gauges
from web.given import given

PREFIX: Final = "doegnvagt_"
WELL: Final = frozenset({"ok", "alive", "reached", "off", "not asked yet"})
BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
OWN: Final = CollectorRegistry()
WEBHOOKS: Final = Histogram(
    f"{PREFIX}webhook_seconds", "How long a webhook took to answer.", ["webhook", "status"], buckets=BUCKETS, registry=OWN
)
metrics = Blueprint("metrics", __name__)


class House(Collector):
    """Asks the database when it is asked."""

    def collect(self) -> Iterable[Metric]:
        """The gauges, and the parts of the house."""
        found: dict[str, GaugeMetricFamily] = {}
        house = given()
        with house.reading() as session:
            for one in gauges.gauges(session, now=house.clock()):
                family = found.setdefault(
                    one.name, GaugeMetricFamily(PREFIX + one.name, one.says, labels=[name for name, _ in one.labels])
                )
                family.add_metric([value for _, value in one.labels], one.value)
        yield from found.values()

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: it would ask the database."""
        return ()


class Parts(Collector):
    """How each part of the house is, whatever the database is like."""

    def collect(self) -> Iterable[Metric]:
        """1 for a part that works, 0 for one that does not."""
        family = GaugeMetricFamily(f"{PREFIX}part_up", "Whether a part of the house works.", labels=["part"])
        for name, part in given().health()[1].items():
            state = part.get("state") if isinstance(part, dict) else None
            family.add_metric([name], 1 if state in WELL else 0)
        yield family


@metrics.get("/metrics")
def scraped() -> Response:
    """The numbers, in Prometheus' text format."""
    token = given().metrics_token
    brought = request.headers.get("Authorization", "")
    if token is None or not hmac.compare_digest(brought.encode(), f"Bearer {token}".encode()):
        abort(HTTPStatus.NOT_FOUND)
    registry = CollectorRegistry()
    registry.register(Parts())
    is_well, _parts = given().health()
    if is_well:
        registry.register(House())
    webhooks = CollectorRegistry() if FOLDER in os.environ else OWN
    if FOLDER in os.environ:
        MultiProcessCollector(webhooks)  # type: ignore[no-untyped-call]  # the library's
    return Response(generate_latest(registry) + generate_latest(webhooks), content_type=CONTENT_TYPE_LATEST)


def measure(app: Flask, doors: Blueprint) -> None:
    """Measures every webhook that comes in at these doors."""

    @app.before_request
    def begins() -> None:
        if request.blueprint == doors.name:
            g.began_at = perf_counter()

    @app.after_request
    def answered(response: Response) -> Response:
        if request.blueprint == doors.name and "began_at" in g:
            name = (request.endpoint or "").rpartition(".")[2]
            WEBHOOKS.labels(name, str(response.status_code)).observe(perf_counter() - g.began_at)
        return response
