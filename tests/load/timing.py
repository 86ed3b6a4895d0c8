"""Running things in turn, at once or by a crew, and what the clock said."""

import math
import queue
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Job = Callable[[], Any]
WARM_UP = 5


@dataclass(frozen=True)
class Timing:
    """Milliseconds of several runs."""

    runs: int
    p50: float
    p95: float
    least: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Timing":
        """Median, 95th percentile (nearest rank) and minimum."""
        ordered = sorted(second * 1000 for second in seconds)
        p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
        return cls(len(ordered), statistics.median(ordered), p95, ordered[0])

    def __str__(self) -> str:
        return f"{_short(self.p50)} / {_short(self.p95)} / {_short(self.least)}"


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:.1f}"


def alternate(jobs: Mapping[str, Job], *, runs: int, warm_up: int = WARM_UP) -> dict[str, Timing]:
    """Run the jobs in turn, so that whatever else the machine does meets all of them alike.

    Each is run once uncounted before it is counted: the other's run has emptied the processor's caches, which
    would be told of a job of two milliseconds as if it were its own time, and not of one of two hundred.
    """
    for job in jobs.values():
        for _ in range(warm_up):
            job()
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(runs):
        for name, job in jobs.items():
            job()
            seconds[name].append(stopwatch(job))
    return {name: Timing.of(found) for name, found in seconds.items()}


def stopwatch(job: Job) -> float:
    """Seconds that one run takes."""
    begun = time.perf_counter()
    job()
    return time.perf_counter() - begun


def at_once(jobs: Sequence[Job]) -> tuple[float, list[Any]]:
    """Start all jobs at the same instant; answers the seconds until the last one ends and all results."""
    barrier = threading.Barrier(len(jobs) + 1)
    results: list[Any] = [None] * len(jobs)

    def run(index: int, job: Job) -> None:
        barrier.wait()
        results[index] = _result(job)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    barrier.wait()
    return stopwatch(lambda: [thread.join() for thread in threads]), results


def by_crew(jobs: Sequence[Callable[[int], Any]], *, workers: int) -> tuple[float, list[Any]]:
    """Let ``workers`` threads take jobs until none is left; each job is told which worker runs it."""
    waiting: queue.SimpleQueue[Callable[[int], Any]] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    results: list[Any] = []

    def work(worker: int) -> None:
        while not waiting.empty():
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            results.append(_result(lambda job=job: job(worker)))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(workers)]
    return stopwatch(lambda: [[t.start() for t in threads], [t.join() for t in threads]]), results


def _result(job: Job) -> Any:
    """What the job answers; an exception is a result too: it is counted, and the others go on."""
    try:
        return job()
    except Exception as error:
        return error
