"""The way into a room: the click on "join", again and again, and the room server's question."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

from tests.load import plan, statements
from tests.load.ours.side import PYTHON, ROOM_SECRET, Ours
from tests.load.report import Row
from tests.load.servers import run
from tests.load.stage import Stage
from tests.load.timing import WARM_UP, Timing, stopwatch
from tests.load.wire import Wire

RUNS = 100
JOIN_P50, JOIN_STATEMENTS = 15, 5
RESERVATION_P95 = 20
TWICE_THE_SAME = "c" * 32
"""Cookie and header of a form: the guard against forged requests wants both to agree."""


def measure(stage: Stage) -> list[Row]:
    """Both over HTTP; the room server itself is not there and not asked."""
    with stage.ours(plan.Filling("spread", 1, 0)) as ours:
        if not ours:
            return []
        told = json.loads(run(PYTHON, "-m", "tests.load.ours.room", environment=ours.environment))
        wire = Wire(ours.server.port)
        return [*_joining(stage, ours, wire, told["link"]), _reserving(wire, told["room"])]


def _joining(stage: Stage, ours: Ours, wire: Wire, link: str) -> list[Row]:
    headers = {"X-CSRFToken": TWICE_THE_SAME, "Cookie": f"csrftoken={TWICE_THE_SAME}"}
    found = _timed(lambda: wire.ask("POST", f"/t/{link}/join/", headers=headers).status, 302)
    asked = statements.count(
        stage.cluster, ours.database, lambda: wire.ask("POST", f"/t/{link}/join/", headers=headers), ()
    )
    return [
        Row("joining again", {"ours": found}, f"p50 ≤ {JOIN_P50} ms", reached=found.p50 <= JOIN_P50),
        Row(
            "SQL statements of that",
            {"ours": asked},
            f"≤ {JOIN_STATEMENTS}",
            reached=asked.work <= JOIN_STATEMENTS,
        ),
    ]


def _reserving(wire: Wire, room: str) -> Row:
    """The room is left after each question, so that each is a first one."""
    secret = {"Authorization": f"Bearer {ROOM_SECRET}"}
    form = {**secret, "Content-Type": "application/x-www-form-urlencoded"}
    wish = urlencode({"name": room, "start_time": "2026-01-01T00:00:00Z", "mail_owner": "a@guest.example"})

    def ask() -> int:
        return wire.ask("POST", "/jitsi/conference", wish, form).status

    def leave() -> None:
        held = json.loads(wire.ask("POST", "/jitsi/conference", wish, form).body)["conflict_id"]
        wire.ask("DELETE", f"/jitsi/conference/{held}", headers=secret)

    found = _timed(ask, 200, leave)
    work = "the room server asks whether a room may open"
    return Row(work, {"ours": found}, f"p95 ≤ {RESERVATION_P95} ms", reached=found.p95 <= RESERVATION_P95)


def _timed(job: Callable[[], int], wanted: int, after: Callable[[], None] = lambda: None) -> Timing:
    seconds = []
    for number in range(WARM_UP + RUNS):
        answers: list[int] = []
        took = stopwatch(lambda answers=answers: answers.append(job()))
        if answers != [wanted]:
            raise SystemExit(f"answered {answers[0]} instead of {wanted}")
        after()
        if number >= WARM_UP:
            seconds.append(took)
    return Timing.of(seconds)
