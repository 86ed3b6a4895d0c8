"""Asking this product over its HTTP API, as a case system would."""

import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from tests.load import plan
from tests.load.databases import copy
from tests.load.servers import Server, run, serve
from tests.load.wire import Answer, Wire
from tools.postgres import Cluster

PYTHON = Path(sys.executable)
TEMPLATE = "ours_template"
AUTHENTICATION = ("scheduler_apikey",)
ROOM_SECRET = "opens nothing outside of the benchmark and is long enough"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Ours:
    """A served and seeded installation."""

    server: Server
    environment: dict[str, str]
    database: str
    service: str
    caseworkers: list[str]
    key: str

    def slots(self, wire: Wire, first: date, until: date, caseworker: int | None = None) -> bytes:
        """The answer about the free times of one caseworker, or of everybody."""
        query = {"service": self.service, "from": first, "to": until}
        if caseworker is not None:
            query["caseworker"] = self.caseworkers[caseworker]
        return wire.ask("GET", f"/api/v1/slots?{urlencode(query)}", headers=self._headers).body

    def book(self, wire: Wire, caseworker: int, one: plan.Time, client: str) -> Answer:
        """The one request that leads from a chosen time to the stored appointment."""
        return self.book_at(wire, self.caseworkers[caseworker], plan.instant(one), client)

    def book_at(self, wire: Wire, caseworker: str, start: datetime, client: str) -> Answer:
        """The same by the caseworker's id and the instant."""
        wish = {
            "service": self.service,
            "start": start.isoformat().replace("+00:00", "Z"),
            "mode": "video",
            "caseworker": caseworker,
            "client": {"name": f"Client {client}", "email": f"{client}@example.org"},
        }
        headers = {**self._headers, **_JSON, "Idempotency-Key": str(uuid.uuid4())}
        return wire.ask("POST", "/api/v1/appointments", json.dumps(wish), headers)

    def cancel(self, wire: Wire, uid: str) -> Answer:
        """Give the time back."""
        body = json.dumps({"by": "office", "reason": "other"})
        return wire.ask("POST", f"/api/v1/appointments/{uid}/cancel", body, {**self._headers, **_JSON})

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def starts(answer: bytes) -> dict[datetime, set[str]]:
    """The free starts in an answer (UTC) and who could take them."""
    slots = json.loads(answer)["slots"]
    return {datetime.fromisoformat(slot["start"]): set(slot["caseworkers"]) for slot in slots}


def expected(frame: plan.Frame, names: list[str], appointments: int) -> dict[datetime, set[str]]:
    """What the search for anybody must answer, reckoned without the product."""
    found: dict[datetime, set[str]] = {}
    for number, name in enumerate(names):
        for start in plan.free(frame, plan.dense(frame, appointments, number)):
            found.setdefault(start, set()).add(name)
    return found


def prepare(cluster: Cluster, data: Path) -> None:
    """Make the data base that all of ours on PostgreSQL are copies of."""
    migrate(environment_for(cluster.url(TEMPLATE), data))


def migrate(environment: dict[str, str]) -> None:
    """Make tables and cache table."""
    for command in ("migrate", "createcachetable"):
        run(PYTHON, "manage.py", command, "--verbosity", "0", environment=environment)


def environment_for(address: str, data: Path) -> dict[str, str]:
    """Settings of an installation of its own; only the limit of writes per minute is out of the ordinary."""
    return {
        "DATABASE_URL": address,
        "DATA_DIR": str(data),
        "DEMO": "0",
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "signs nothing outside of the benchmark, but is long enough for it",
        "LINK_KEYS": "1:c2lnbnMgbm90aGluZyBvdXRzaWRlIG9mIHRoZSBiZW4=",
        "PUBLIC_BASE_URL": "http://localhost:8000",
        "API_WRITE_RATE": "1000000/min",
        "JITSI_PROVIDER": "self",
        "JITSI_HOST": "meet.example",
        "JITSI_INTERNAL_URL": "none",
        "JITSI_APP_ID": "bench",
        "JITSI_APP_SECRET": ROOM_SECRET[::-1],
        "JITSI_SUBJECT": "meet.jitsi",
        "JITSI_CALLBACK_SECRET": ROOM_SECRET,
    }


@contextmanager
def ours(cluster: Cluster, frame: plan.Frame, data: Path, filling: plan.Filling) -> Iterator[Ours]:
    """Seed a copy by the plan and serve it."""
    database = f"ours_{filling}"
    environment = environment_for(copy(cluster, database, TEMPLATE), data)
    with _served(environment, database, frame, filling) as side:
        yield side


@contextmanager
def ours_on_sqlite(frame: plan.Frame, data: Path) -> Iterator[Ours]:
    """One caseworker without appointments on SQLite."""
    environment = environment_for(f"sqlite:///{data / 'bench.sqlite3'}", data)
    migrate(environment)
    with _served(environment, "", frame, plan.Filling("spread", 1, 0)) as side:
        yield side


@contextmanager
def _served(
    environment: dict[str, str], database: str, frame: plan.Frame, filling: plan.Filling
) -> Iterator[Ours]:
    options = filling.options(frame)
    seeded = json.loads(run(PYTHON, "-m", "tests.load.ours.seed", *options, environment=environment))
    with serve(PYTHON, "config.wsgi", environment) as server:
        yield Ours(server, environment, database, **seeded)


def next_day(day: date) -> date:
    """The end of a range that holds one day."""
    return day + timedelta(days=1)
