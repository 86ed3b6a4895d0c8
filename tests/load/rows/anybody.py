"""Free times of anybody of 100 and of 1,000 caseworkers, next to reading the same rows; memory after it."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

import psutil

from tests.load import plan, statements
from tests.load.floors import Floor
from tests.load.ours import side as our_side
from tests.load.ours.side import AUTHENTICATION, PYTHON, Ours
from tests.load.report import Row, ratio_of
from tests.load.servers import largest, running
from tests.load.stage import Stage
from tests.load.timing import Job, Timing, alternate
from tests.load.wire import Wire

APPOINTMENTS = 200
RUNS = {100: 40, 1000: 30}
MOST_OF_FLOOR = 1.5
MOST_STATEMENTS = 6
MOST_MEGABYTES = 150
BOOKINGS_FOR_THE_QUEUE = 40
SECONDS_FOR_THE_QUEUE = 20


def measure(stage: Stage) -> list[Row]:
    """Times, statements, cost per caseworker, memory."""
    hundred, more = _office(stage, 100)
    thousand, _ = _office(stage, 1000)
    return [hundred, *more, replace(thousand, target="", reached=None), _per_caseworker(hundred, thousand)]


def _office(stage: Stage, caseworkers: int) -> tuple[Row, list[Row]]:
    filling = plan.Filling("dense", caseworkers, APPOINTMENTS)
    with stage.ours(filling) as ours, stage.floor(filling) as floor:
        row = _timed(stage, ours, floor, caseworkers)
        more = [_statements(stage, ours), *_memory(stage, ours)] if ours and caseworkers == 100 else []
        return row, more


def _timed(stage: Stage, ours: Ours | None, floor: Floor | None, caseworkers: int) -> Row:
    first, until = stage.frame.monday, stage.frame.until
    with ExitStack() as stack:
        jobs: dict[str, Job] = {"ours": _search(ours, first, until)} if ours else {}
        if floor:
            in_utc = stack.enter_context(floor.in_utc())
            jobs |= {
                "floor": lambda: floor.read(first, until),
                "floor in UTC": lambda: in_utc.read(first, until),
            }
        faults = [*_wrong_count(jobs, caseworkers), *_differences(stage, ours, jobs)]
        return _row(alternate(jobs, runs=RUNS[caseworkers]), caseworkers, faults)


def _row(figures: dict[str, Timing], caseworkers: int, faults: list[str]) -> Row:
    ratio = ratio_of(figures.get("ours"), figures.get("floor"))
    work = f"free times of anybody of {caseworkers:,} caseworkers, 28 days, {APPOINTMENTS} appointments each"
    return Row(
        work,
        figures,
        f"≤ {MOST_OF_FLOOR} × the floor",
        ratio,
        None if ratio is None else ratio <= MOST_OF_FLOOR and not faults,
        [*faults, *_stricter(figures)],
    )


def _stricter(figures: dict[str, Timing]) -> list[str]:
    if "floor in UTC" not in figures:
        return []
    ratio = ratio_of(figures.get("ours"), figures["floor in UTC"])
    against = f"; ours takes {ratio:.2f} × that" if ratio else ""
    return [f"floor on a connection in UTC, where psycopg has a shortcut: {figures['floor in UTC']}{against}"]


def _search(ours: Ours, first: date, until: date) -> Callable[[], bytes]:
    wire = Wire(ours.server.port)
    return lambda: ours.slots(wire, first, until)


def _differences(stage: Stage, ours: Ours | None, jobs: dict[str, Job]) -> list[str]:
    if not ours:
        return []
    found = our_side.starts(jobs["ours"]())
    wanted = our_side.expected(stage.frame, ours.caseworkers, APPOINTMENTS)
    told = f"the answer differs from the plan: {len(found)} of {len(wanted)} starts"
    return [] if found == wanted else [told]


def _wrong_count(jobs: dict[str, Job], caseworkers: int) -> list[str]:
    wanted = caseworkers * APPOINTMENTS
    found = {name: len(job()) for name, job in jobs.items() if name != "ours"}
    return [
        f"the {name} read {count} rows instead of {wanted}"
        for name, count in found.items()
        if count != wanted
    ]


def _statements(stage: Stage, ours: Ours) -> Row:
    search = _search(ours, stage.frame.monday, stage.frame.until)
    found = statements.count(stage.cluster, ours.database, search, AUTHENTICATION)
    target = f"≤ {MOST_STATEMENTS}"
    work = "SQL statements of that search (+ authentication)"
    return Row(work, {"ours": found}, target, reached=found.work <= MOST_STATEMENTS)


def _per_caseworker(hundred: Row, thousand: Row) -> Row:
    figures = {
        side: f"{_each(hundred, side, 100):.3f} → {_each(thousand, side, 1000):.3f}"
        for side in hundred.figures
    }
    ratio = reached = None
    if {"ours", "floor"} <= set(figures):
        ours = _growth(hundred, thousand, "ours")
        ratio = ours / _growth(hundred, thousand, "floor")
        reached = ours <= 1 or ratio <= 1
    work = "milliseconds per caseworker, 100 → 1,000"
    return Row(work, figures, "no higher, or no more so than the floor's", ratio, reached)


def _growth(hundred: Row, thousand: Row, side: str) -> float:
    """How much more one of 1,000 costs than one of 100: more memory is slower memory, for all sides."""
    return _each(thousand, side, 1000) / _each(hundred, side, 100)


def _each(row: Row, side: str, caseworkers: int) -> float:
    timing: Timing = row.figures[side]
    return timing.p50 / caseworkers


def _memory(stage: Stage, ours: Ours) -> list[Row]:
    return [
        _megabytes("resident MB of the largest web worker after that", ours.server.memory()),
        _megabytes("resident MB of the largest queue process, with messages", _queue_memory(stage, ours)),
    ]


def _megabytes(work: str, found: float) -> Row:
    return Row(work, {"ours": found}, f"≤ {MOST_MEGABYTES} MB", reached=found <= MOST_MEGABYTES)


def _queue_memory(stage: Stage, ours: Ours) -> float:
    """Bookings give the queue messages to deliver while it runs."""
    wire, starts = Wire(ours.server.port), our_side.expected(stage.frame, ours.caseworkers, APPOINTMENTS)
    with running([str(PYTHON), "manage.py", "worker"], ours.environment) as process:
        for number, (start, free) in enumerate(sorted(starts.items())[:BOOKINGS_FOR_THE_QUEUE]):
            ours.book_at(wire, min(free), start, f"queue{number}")
        time.sleep(SECONDS_FOR_THE_QUEUE)
        parent = psutil.Process(process.pid)
        return largest([parent, *parent.children(recursive=True)])
