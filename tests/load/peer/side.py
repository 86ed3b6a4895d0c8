"""Asking django-appointment over HTTP, the way its own pages do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import psycopg

from tests.load import plan
from tests.load.databases import copy
from tests.load.peer import venv
from tests.load.servers import Server, run, serve
from tests.load.wire import Wire
from tools.postgres import Cluster

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.load.peer.settings"}
TEMPLATE = "peer_template"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_AJAX = {"X-Requested-With": "XMLHttpRequest"}


@dataclass(frozen=True)
class Peer:
    """A served and seeded django-appointment."""

    server: Server
    database: str
    address: str
    service: int
    staff: list[int]
    cookies: list[str]

    def day(self, wire: Wire, day: date) -> bytes:
        """The answer about one staff member's free times of one day; it knows no longer range."""
        query = urlencode({"selected_date": day, "staff_member": self.staff[0], "service_id": self.service})
        return wire.ask("GET", f"/appointment/ajax/available_slots/?{query}", headers=_AJAX).body

    def days(self, wire: Wire, days: list[date]) -> list[bytes]:
        """One request per day."""
        return [self.day(wire, day) for day in days]

    def book(self, wire: Wire, caseworker: int, one: plan.Time, client: int) -> bool:
        """From a chosen time to the stored appointment for a signed-in client: form, page, form."""
        headers = {**_FORM, "Cookie": f"sessionid={self.cookies[client % len(self.cookies)]}"}
        chosen = wire.ask("POST", "/appointment/request-submit/", self._wish(caseworker, one), headers)
        if chosen.status != 302 or wire.ask("GET", chosen.location, headers=headers).status != 200:
            return False
        return wire.ask("POST", chosen.location, _PERSON, headers).status == 302

    def _wish(self, caseworker: int, one: plan.Time) -> str:
        day, index = one
        who = {"service": self.service, "staff_member": self.staff[caseworker]}
        times = {"start_time": plan.clock(index), "end_time": plan.clock(index + 1)}
        return urlencode({"date": day, **times, **who})

    def stored(self) -> int:
        """How many appointments there are."""
        with psycopg.connect(self.address) as connection:
            return connection.execute("SELECT count(*) FROM appointment_appointment").fetchone()[0]


_PERSON = urlencode(
    {
        "name": "Client Example",
        "email": "client@example.org",
        "phone_0": "DE",
        "phone_1": "30123456",
        "want_reminder": "",
        "address": "-",
        "additional_info": "",
        "payment_type": "full",
    }
)


def starts(answers: list[bytes]) -> set[datetime]:
    """The free starts in some answers (UTC); the package writes local times without an offset."""
    found = [text for answer in answers for text, _ in json.loads(answer)["available_slots"]]
    local = (datetime.fromisoformat(text).replace(tzinfo=plan.ZONE) for text in found)
    return {start.astimezone(ZoneInfo("UTC")) for start in local}


def prepare(cluster: Cluster) -> None:
    """Install the package and make the data base that all of its others are copies of."""
    environment = {**SETTINGS, "DATABASE_URL": cluster.url(TEMPLATE)}
    python = venv.ensure()
    for command in (["makemigrations", "appointment"], ["migrate"]):
        run(python, "-m", "django", *command, "--verbosity", "0", environment=environment)


@contextmanager
def peer(cluster: Cluster, frame: plan.Frame, filling: plan.Filling) -> Iterator[Peer]:
    """Seed a copy by the plan and serve it."""
    database = f"peer_{filling}"
    address = copy(cluster, database, TEMPLATE)
    environment = {**SETTINGS, "DATABASE_URL": address}
    options = filling.options(frame)
    seeded = json.loads(run(venv.PYTHON, "-m", "tests.load.peer.seed", *options, environment=environment))
    with serve(venv.PYTHON, "tests.load.peer.wsgi", environment) as server:
        yield Peer(server, database, address, **seeded)
