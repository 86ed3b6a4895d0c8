"""Ten thousand reminders due at once, two workers, a local mail server; meanwhile people book.

``python -m tests.load.messages`` prints how long the reminders took, and how long after their booking
confirmations were at the server; ``--alone`` books nothing, so that only the tick each minute wakes workers.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from statistics import quantiles

from tests.load.servers import ROOT, run, running
from tools import postgres

PYTHON = Path(ROOT / ".venv/bin/python")
PER_CASEWORKER = 50
EVERY = 1.0
LONGEST = 600.0
GOAL, GOAL_CONFIRMATION = 180.0, 2.0


def environment_for(address: str, data: Path) -> dict[str, str]:
    """The tests' settings for their clock's sake: reminders rest at night, measurements do not."""
    return {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "TEST_DATA_DIR": str(data),
        "CLOCK_FILE": str(data / "clock"),
    }


def tuesday_morning(data: Path) -> None:
    """It is ten o'clock in Berlin on a Tuesday in June for everybody who reads the clock."""
    moment = datetime(2027, 6, 8, 8, 0, tzinfo=UTC)
    (data / "clock").write_text(str((moment - datetime.now(UTC)).total_seconds()))


class Arrivals:
    """A mail server that notes when each Message-ID was taken (seconds of the monotonic clock)."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.twice = 0

    async def handle_DATA(self, server, session, envelope):
        name = str(message_from_bytes(envelope.content)["Message-ID"])
        self.twice += name in self.at
        self.at.setdefault(name, time.monotonic())
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[Arrivals, int]]:
    """On a free port of this machine."""
    from aiosmtpd.controller import Controller

    arrivals, port = Arrivals(), postgres.free_port()
    controller = Controller(arrivals, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield arrivals, port
    finally:
        controller.stop()


class Office:
    """Made by real bookings; its clients have e-mail only."""

    def __init__(self) -> None:
        from tests import factories

        self.factories = factories
        self.row = factories.office()
        self.service = factories.service(self.row, duration_minutes=15, buffer_minutes=0)
        self.worker = factories.caseworker(self.row, self.service)
        self.number = 0

    def book(self) -> object:
        """Another appointment in a week, at a time that nobody has."""
        from scheduler import clock

        if self.number and self.number % PER_CASEWORKER == 0:
            self.worker = self.factories.caseworker(self.row, self.service)
        now = clock.now()
        start = now.replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=7)
        start += timedelta(minutes=15 * (self.number % PER_CASEWORKER))
        self.number += 1
        return self.factories.appointment(
            self.worker, self.factories.client(self.row), start=start, now=now, special=True
        )


def seed(number: int) -> Office:
    """So many appointments, of each the reminder due now; what else they caused is over."""
    from django.db import connection, transaction

    from notifications.models import Message
    from scheduler import clock

    with transaction.atomic():
        office = Office()
        for _ in range(number):
            office.book()
    now = clock.now()
    Message.objects.exclude(kind="reminder", stage="day_before").delete()
    Message.objects.update(due_at=now, next_try_at=now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_q_ormq")
        cursor.execute("VACUUM ANALYZE")
    return office


def measure(office: Office, number: int, arrivals: Arrivals, *, alone: bool) -> tuple[float, list[float]]:
    """Seconds until the last reminder was taken, and of each confirmation from its booking on."""
    from notifications.models import Message

    reminders = {f"<{pk}@localhost>" for pk in Message.objects.values_list("pk", flat=True)}
    assert len(reminders) == number
    booked: dict[str, float] = {}
    while not arrivals.at:
        time.sleep(0.01)
    began = min(arrivals.at.values())
    while not reminders <= arrivals.at.keys() and time.monotonic() - began < LONGEST:
        if not alone:
            appointment = office.book()
            committed = time.monotonic()
            told = Message.objects.get(appointment=appointment, kind="confirmation")
            booked[f"<{told.pk}@localhost>"] = committed
        time.sleep(EVERY)
    time.sleep(5)
    seconds = max(arrivals.at.get(name, float("inf")) for name in reminders) - began
    return seconds, [arrivals.at.get(name, float("inf")) - at for name, at in booked.items()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.messages", description=__doc__)
    parser.add_argument("--reminders", type=int, default=10_000)
    parser.add_argument("--alone", action="store_true")
    chosen = parser.parse_args()
    with postgres.cluster(fsync=True) as server, tempfile.TemporaryDirectory(prefix="bench-") as data:
        environment = environment_for(server.url("messages"), Path(data))
        tuesday_morning(Path(data))
        for command in ("migrate", "createcachetable"):
            run(PYTHON, "manage.py", command, "--verbosity", "0", environment=environment)
        return _measured(chosen.reminders, environment, alone=chosen.alone)


def _measured(number: int, environment: Mapping[str, str], *, alone: bool) -> int:
    os.environ.update(environment)
    import django

    django.setup()
    began = time.monotonic()
    office = seed(number)
    print(f"{number} appointments booked in {time.monotonic() - began:.0f} s", flush=True)
    with mail_server() as (arrivals, port):
        there = {**environment, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        with running([str(PYTHON), "manage.py", "worker"], there):
            seconds, waits = measure(office, number, arrivals, alone=alone)
    return say(number, seconds, waits, arrivals.twice)


def say(number: int, seconds: float, waits: list[float], twice: int) -> int:
    """The line of figures; 1 where a goal is missed."""
    p95 = quantiles(waits, n=20)[-1] if len(waits) > 1 else 0.0
    line = f"{number} reminders in {seconds:.0f} s by two workers ({number / seconds:.0f} a second)"
    if waits:
        middle = f"median {sorted(waits)[len(waits) // 2]:.2f} s, p95 {p95:.2f} s, longest {max(waits):.2f} s"
        line += f", {len(waits)} confirmations meanwhile: {middle}"
    print(f"{line}; repeated {twice}", flush=True)
    return int(seconds > GOAL or p95 > GOAL_CONFIRMATION or twice > 0)


if __name__ == "__main__":
    raise SystemExit(main())
