"""Figures of the outbox for Prometheus; only for who knows ``METRICS_TOKEN``."""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from notifications import budget, queries
from notifications.models import Message, State
from notifications.queries import QueueState
from scheduler import clock


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """How the outbox stands; without the token there is nothing here."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Outbox(clock.now(), datetime.now(UTC)))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    right = f"Bearer {settings.METRICS_TOKEN}".encode()
    given = request.headers.get("Authorization", "").encode()
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, right)


class _Outbox(Collector):
    """One look at the outbox; ``real`` is what heartbeats are measured with, whatever the clock says."""

    def __init__(self, now: datetime, real: datetime) -> None:
        self.now, self.real = now, real

    def describe(self) -> list[Metric]:
        """Nothing is asked of the data base before it is scraped."""
        return []

    def collect(self) -> Iterator[Metric]:
        state = queries.queue_state(self.now)
        yield from _counts(state)
        yield from _budgets(self.now)
        yield _age(
            "oldest_due_message", "Since when the oldest due message waits", state.oldest_due, self.now
        )
        if state.heard_at:
            yield _age("heartbeat", "Since when no worker was heard of", state.heard_at, self.real)


def _counts(state: QueueState) -> Iterator[Metric]:
    messages = GaugeMetricFamily(
        "sprechzeit_messages", "Messages by state and channel", labels=["state", "channel"]
    )
    repeated = GaugeMetricFamily(
        "sprechzeit_messages_repeated",
        "Mails handed over again with the same Message-ID",
        labels=["channel"],
    )
    again: dict[str, int] = {}
    for row in state.counts:
        messages.add_metric([row.state, row.channel], row.number)
        again[row.channel] = again.get(row.channel, 0) + row.repeated
    for channel, number in again.items():
        repeated.add_metric([channel], number)
    unknown = state.by_state.get(State.UNKNOWN, 0)
    yield messages
    yield repeated
    yield GaugeMetricFamily("sprechzeit_messages_unknown", "Handed over or not? For people", value=unknown)


def _budgets(now: datetime) -> Iterator[Metric]:
    without_codes = GaugeMetricFamily(
        "sprechzeit_offices_without_codes",
        "Offices whose codes of the day were used up in the last 24 hours",
        labels=["channel"],
    )
    tripped = budget.without_codes(now)
    for channel, _ in Message.CHANNELS:
        without_codes.add_metric([channel], tripped[channel])
    yield without_codes
    yield GaugeMetricFamily(
        "sprechzeit_sms_refused_today",
        "SMS of today that were beyond an office's budget",
        value=budget.refused_everywhere(now),
    )


def _age(name: str, text: str, since: datetime | None, now: datetime) -> Metric:
    seconds = max(0.0, (now - since).total_seconds()) if since else 0.0
    return GaugeMetricFamily(f"sprechzeit_{name}_age_seconds", f"{text}, in seconds", value=seconds)
