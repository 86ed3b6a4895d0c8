"""Free times of one caseworker with 2,000 appointments: one day, and 28 days."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.load import plan, statements
from tests.load.floors import Floor
from tests.load.ours import side as our_side
from tests.load.ours.side import AUTHENTICATION, Ours
from tests.load.peer import side as peer_side
from tests.load.peer.side import Peer
from tests.load.report import Row, ratio_of
from tests.load.stage import Stage
from tests.load.statements import Statements
from tests.load.timing import Job, alternate
from tests.load.wire import Wire

MANY, FEW = 2000, 200
RUNS = {"one day": 60, "28 days": 30}
LEAST = {"one day": (6, "≥ 6 × (aim 8 ×)"), "28 days": (100, "≥ 100 ×")}
MOST_STATEMENTS = 5


@dataclass(frozen=True)
class Asked:
    """The sides that are up, each with one connection that stays open."""

    frame: plan.Frame
    ours: tuple[Ours, Wire] | None
    peer: tuple[Peer, Wire] | None
    floor: Floor | None

    def jobs(self, days: list[date]) -> dict[str, Job]:
        """The same question to every side."""
        made = {"ours": self.ask_ours(days), "peer": self.ask_peer(days), "floor": self.read(days)}
        return {name: job for name, job in made.items() if job}

    def ask_ours(self, days: list[date]) -> Callable[[], bytes] | None:
        """One call, however many days."""
        if not self.ours:
            return None
        side, wire = self.ours
        return lambda: side.slots(wire, days[0], our_side.next_day(days[-1]), caseworker=0)

    def ask_peer(self, days: list[date]) -> Callable[[], list[bytes]] | None:
        """One call per day."""
        if not self.peer:
            return None
        side, wire = self.peer
        return lambda: side.days(wire, days)

    def read(self, days: list[date]) -> Callable[[], list[Any]] | None:
        """The rows alone."""
        floor = self.floor
        return (lambda: floor.read(days[0], our_side.next_day(days[-1]))) if floor else None

    def differences(self, days: list[date], appointments: int) -> list[str]:
        """Which answers differ from the free times reckoned by the plan alone."""
        wanted = {
            start
            for start in plan.free(self.frame, plan.spread(self.frame, appointments))
            if _on(start, days)
        }
        return [
            f"the answer of {name} differs from the plan: {len(found ^ wanted)} times"
            for name, found in self._answers(days)
            if found != wanted
        ]

    def _answers(self, days: list[date]) -> Iterator[tuple[str, set[datetime]]]:
        if ask := self.ask_ours(days):
            yield "ours", set(our_side.starts(ask()))
        if ask := self.ask_peer(days):
            yield "django-appointment", peer_side.starts(ask())


def measure(stage: Stage) -> list[Row]:
    """Times with 2,000 appointments, statements with 200 and with 2,000."""
    rows, counted = [], {}
    for appointments in (MANY, FEW):
        with ExitStack() as stack:
            asked = _raise(stage, stack, appointments)
            for label, days in _questions(stage.frame):
                if appointments == MANY:
                    rows.append(_timed(asked, label, days))
                counted[label, appointments] = _counted(stage, asked, days)
    return [*rows, _statements(counted)]


def _raise(stage: Stage, stack: ExitStack, appointments: int) -> Asked:
    filling = plan.Filling("spread", 1, appointments)
    ours = stack.enter_context(stage.ours(filling))
    peer = stack.enter_context(stage.peer(filling))
    floor = stack.enter_context(stage.floor(filling))
    return Asked(
        stage.frame, ours and (ours, Wire(ours.server.port)), peer and (peer, Wire(peer.server.port)), floor
    )


def _questions(frame: plan.Frame) -> list[tuple[str, list[date]]]:
    return [("one day", [frame.day]), ("28 days", frame.days)]


def _timed(asked: Asked, label: str, days: list[date]) -> Row:
    differences = asked.differences(days, MANY)
    figures = alternate(asked.jobs(days), runs=RUNS[label])
    ratio, (least, target) = ratio_of(figures.get("peer"), figures.get("ours")), LEAST[label]
    return Row(
        f"free times of one caseworker, {label}, {MANY:,} appointments",
        figures,
        target,
        ratio,
        None if ratio is None else ratio >= least and not differences,
        differences,
    )


def _counted(stage: Stage, asked: Asked, days: list[date]) -> dict[str, Statements]:
    found = {}
    if asked.ours:
        job, database = asked.ask_ours(days), asked.ours[0].database
        found["ours"] = statements.count(stage.cluster, database, job, AUTHENTICATION)
    if asked.peer:
        found["peer"] = statements.count(stage.cluster, asked.peer[0].database, asked.ask_peer(days))
    return found


def _statements(counted: dict[tuple[str, int], dict[str, Statements]]) -> Row:
    figures: dict[str, Any] = {
        side: ", ".join(str(found[side]) for found in counted.values())
        for side in ("ours", "peer")
        if all(side in found for found in counted.values())
    }
    ours = [found["ours"].work for found in counted.values() if "ours" in found]
    cases = ", ".join(f"{label} of {appointments:,}" for label, appointments in counted)
    return Row(
        f"SQL statements ({cases}; + authentication)",
        figures,
        f"≤ {MOST_STATEMENTS}, all the same",
        reached=max(ours) <= MOST_STATEMENTS and len(set(ours)) == 1 if ours else None,
    )


def _on(start: datetime, days: list[date]) -> bool:
    return days[0] <= start.astimezone(plan.ZONE).date() <= days[-1]
