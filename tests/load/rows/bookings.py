"""Bookings of different times by eight clients: from the chosen time to the stored appointment."""

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice

from tests.load import databases, plan
from tests.load.ours.side import Ours
from tests.load.peer.side import Peer
from tests.load.report import Row
from tests.load.servers import Server
from tests.load.stage import Stage
from tests.load.timing import WARM_UP, Timing, by_crew
from tests.load.wire import Wire

CASEWORKERS, CLIENTS = 50, 8
BATCHES, BATCH = 30, 40
LEAST = 4

Booking = Callable[[Wire, int, plan.Time, int], bool]


class Bookings:
    """Books ever new times of one side, eight connections at once."""

    def __init__(self, server: Server, book: Booking, frame: plan.Frame) -> None:
        self._book = book
        self._wires = server.wires(CLIENTS)
        self._times = _times(frame)
        self.each: list[float] = []
        self.a_second: list[float] = []
        self.failed = 0

    def batch(self, *, counted: bool = True) -> None:
        """Book the next times; note how long each took and how many a second there were."""
        jobs = [self._job(*wish) for wish in islice(self._times, BATCH)]
        seconds, results = by_crew(jobs, workers=CLIENTS)
        self.failed += sum(not isinstance(result, float) for result in results)
        if counted:
            self.each += [result for result in results if isinstance(result, float)]
            self.a_second.append(BATCH / seconds)

    def _job(self, number: int, caseworker: int, one: plan.Time) -> Callable[[int], float | None]:
        def book(worker: int) -> float | None:
            begun = time.perf_counter()
            booked = self._book(self._wires[worker], caseworker, one, number)
            return time.perf_counter() - begun if booked is True else None

        return book

    @property
    def speed(self) -> float:
        """Bookings a second, the median of the batches."""
        return statistics.median(self.a_second)


def measure(stage: Stage) -> list[Row]:
    """Batches in turn."""
    filling = plan.Filling("spread", CASEWORKERS, 0)
    with stage.ours(filling) as ours, stage.peer(filling) as peer:
        sides = _sides(stage, ours, peer)
        _batches(sides, WARM_UP, counted=False)
        for side in filter(None, (ours, peer)):
            databases.analyze(stage.cluster, side.database)
        _batches(sides, BATCHES)
        return [_row(sides)]


def _batches(sides: dict[str, Bookings], number: int, *, counted: bool = True) -> None:
    for _ in range(number):
        for side in sides.values():
            side.batch(counted=counted)


def _sides(stage: Stage, ours: Ours | None, peer: Peer | None) -> dict[str, Bookings]:
    found = {}
    if ours:
        found["ours"] = Bookings(ours.server, _through(ours), stage.frame)
    if peer:
        found["peer"] = Bookings(peer.server, peer.book, stage.frame)
    return found


def _through(ours: Ours) -> Booking:
    return lambda wire, caseworker, one, number: ours.book(wire, caseworker, one, f"c{number}").status == 201


def _row(sides: dict[str, Bookings]) -> Row:
    """Each booking's own time in the columns; the ratio is that of the bookings a second."""
    figures = {name: Timing.of(side.each) for name, side in sides.items() if side.each}
    ratio = sides["ours"].speed / sides["peer"].speed if len(figures) == 2 else None
    notes = [f"{side.failed} bookings of {name} failed" for name, side in sides.items() if side.failed]
    notes += [f"{name} {side.speed:.0f} bookings a second (the ratio's)" for name, side in sides.items()]
    reached = None if ratio is None else ratio >= LEAST and not any(side.failed for side in sides.values())
    work = f"a booking, {CLIENTS} clients at once on different times"
    return Row(work, figures, f"≥ {LEAST} × (aim 7 ×)", ratio, reached, notes)


def _times(frame: plan.Frame) -> Iterator[tuple[int, int, plan.Time]]:
    wishes = (
        (caseworker, (day, index))
        for index in range(plan.TIMES_A_DAY)
        for day in plan.working(frame.days)
        for caseworker in range(CASEWORKERS)
    )
    return ((number, *wish) for number, wish in enumerate(wishes))
