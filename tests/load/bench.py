"""Measure the product, django-appointment 3.12 and raw reads in one run on one PostgreSQL server (README.md).

``python -m tests.load.bench`` writes a table and ``bench.json``.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from tests.load import databases, plan, report
from tests.load.report import Row
from tests.load.rows import anybody, bookings, free_times, rooms, rush
from tests.load.servers import ROOT
from tests.load.stage import SIDES, Stage

KINDS: dict[str, Callable[[Stage], list[Row]]] = {
    "free_times": free_times.measure,
    "anybody": anybody.measure,
    "rush": rush.measure,
    "bookings": bookings.measure,
    "rooms": rooms.measure,
}


def measure(kinds: Sequence[str], sides: Sequence[str], frame: plan.Frame) -> list[Row]:
    """All rows of these kinds, said on the way."""
    rows: list[Row] = []
    with databases.server() as cluster, tempfile.TemporaryDirectory(prefix="bench-") as data:
        stage = Stage(cluster, frame, Path(data), frozenset(sides))
        stage.prepare()
        for kind in kinds:
            print(f"measuring {kind} ...", flush=True)
            found = KINDS[kind](stage)
            print(report.table(found), flush=True)
            rows += found
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=list(SIDES))
    parser.add_argument("--json", type=Path, default=ROOT / "bench.json")
    chosen = parser.parse_args()
    began, started = datetime.now(plan.ZONE), time.monotonic()
    rows = measure(chosen.only, chosen.sides, plan.Frame.after(began.date()))
    seconds = time.monotonic() - started
    report.store(chosen.json, rows, began=began, seconds=seconds)
    print(f"\n{report.table(rows)}\n\n{seconds / 60:.1f} minutes; figures in {chosen.json.name}")


if __name__ == "__main__":
    main()
