"""``make chaos``: the long storm on PostgreSQL, on SQLite, and with a Redis broker that is killed, too."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.chaos import weather
from tools import postgres

ROOT = Path(__file__).resolve().parents[2]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:warnings"]
CASES = ("postgresql", "sqlite", "redis")


@contextmanager
def place(case: str) -> Iterator[Mapping[str, str]]:
    """The environment of one case, with a PostgreSQL server of its own where it needs one."""
    if case == "sqlite":
        yield {}
        return
    queue = {"QUEUE_BROKER": "redis", "REDIS_URL": f"redis://127.0.0.1:{weather.free_port()}/0"}
    with postgres.cluster(fsync=False) as server:
        yield {"DATABASE_URL": server.url("sprechzeit"), **(queue if case == "redis" else {})}


def main(cases: list[str]) -> int:
    """Answers how many failed."""
    failed = 0
    for case in cases or CASES:
        if case == "redis" and not weather.Broker.is_installed():
            print("skipped: Redis (apt-get install redis-server)")
            continue
        print(f"== {case}", flush=True)
        with place(case) as environment:
            command = [*PYTEST, "tests/chaos/long.py"]
            done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
