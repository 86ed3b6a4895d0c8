"""Everything that must hold: ``python -m tools.check all`` or ``lint``.

Missing Debian packages are installed where we are root; else what needs them is skipped in one line.
With ``CI=true`` a skip is a failure.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import postgres
from tools.setup import PYTHON, ROOT

BIN = PYTHON.parent
TEMPLATES = ["frontend/templates", "notifications/templates", "api/templates"]
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")
LINT = {
    "ruff": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "."],
    "djlint": [BIN / "djlint", "--quiet", "--lint", *TEMPLATES],
    "mypy": [BIN / "mypy", "config", "scheduler", "notifications"],
    "import contracts": [BIN / "lint-imports"],
    "translations": [PYTHON, "-m", "tools.messages", "check"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
}
PYTEST = [PYTHON, "-m", "pytest", "-q"]
SHARED = ["-n", "2", "--dist", "worksteal"]
PARALLEL = [*SHARED, "-m", "not journey and not chaos"]
IN_TURN = ["-m", "chaos"]
JOURNEYS = [*SHARED, "-m", "journey"]
KEPT = ["--reuse-db"]
"""The journeys begin with the tables that the tests before have made, and left empty."""
ONCE = ["--ignore", "tests/scheduler/domain", "--ignore", "tests/frontend", "--ignore", "tests/config"]
"""What asks the data base by nothing that the other tests do not ask, too."""
FOREIGN = {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}
Results = dict[str, bool]
Command = Sequence[str | Path]


def step(results: Results, name: str, command: Command, env: Mapping[str, str] | None = None) -> None:
    """Run one command and remember whether it succeeded."""
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    command = [str(part) for part in command]
    done = subprocess.run(command, cwd=ROOT, env=environment(env or {}), check=False)
    results[name] = done.returncode == 0
    outcome = "ok" if results[name] else f"FAILED ({done.returncode})"
    print(f"== {name}: {outcome}, {time.monotonic() - began:.0f} s", flush=True)


def together(results: Results, commands: Mapping[str, tuple[Command, Mapping[str, str]]]) -> None:
    """Steps that wait or use one processor, side by side; each says what it has to say when it is done."""
    with ThreadPoolExecutor(2) as pool:
        begun = {name: pool.submit(_quietly, command, env) for name, (command, env) in commands.items()}
        for name, running in begun.items():
            done, seconds = running.result()
            results[name] = done.returncode == 0
            outcome = "ok" if results[name] else f"FAILED ({done.returncode})"
            print(f"\n== {name}\n{done.stdout}== {name}: {outcome}, {seconds:.0f} s", flush=True)


def _quietly(command: Command, env: Mapping[str, str]) -> "tuple[subprocess.CompletedProcess[str], float]":
    began = time.monotonic()
    command = [str(part) for part in command]
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=ROOT, env=environment(env), check=False, **both)
    return done, time.monotonic() - began


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Ours, without a data base from outside: tests name their own. What is compiled is kept for the next."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {**kept, "DJANGO_SETTINGS_MODULE": "config.settings_test", **more}


def lint(results: Results) -> None:
    """What reads the code and runs none of it."""
    together(results, {name: (command, {}) for name, command in LINT.items()})


def has_postgres() -> bool:
    """Is a PostgreSQL server installed?"""
    try:
        postgres.find_binaries()
    except postgres.NotInstalledError:
        return False
    return True


def has_chromium() -> bool:
    """Is a browser installed?"""
    return shutil.which("chromium") is not None


def available(results: Results, package: str, is_there: Callable[[], bool]) -> bool:
    """Install the Debian package where it is missing and we are root; say in one line what is skipped."""
    if not is_there() and os.geteuid() == 0 and shutil.which("apt-get"):
        install(package)
    if not is_there():
        print(
            f"\n== skipped: what needs the Debian package {package} (apt-get install {package})", flush=True
        )
        if os.environ.get("CI") == "true":
            results[package] = False
        return False
    return True


def install(package: str) -> None:
    """``apt-get install``; PostgreSQL must not start a server of its own."""
    if package == "postgresql" and not CLUSTER_SETTINGS.exists():
        CLUSTER_SETTINGS.parent.mkdir(parents=True, exist_ok=True)
        CLUSTER_SETTINGS.write_text("create_main_cluster = false\n")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold"]
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", *options, package]):
        subprocess.run(command, env=env, check=False)


def tests(results: Results) -> None:
    """Everything on PostgreSQL, what touches the data base on SQLite again, the browser, the kills."""
    kills: dict[str, tuple[Command, Mapping[str, str]]] = {
        "worker killed, on SQLite": ([*PYTEST, *IN_TURN], {})
    }
    browser = available(results, "chromium", has_chromium)
    if available(results, "postgresql", has_postgres):
        with postgres.cluster(fsync=False) as server:
            env = {"DATABASE_URL": server.url("sprechzeit")}
            step(results, "tests on PostgreSQL", [*PYTEST, *PARALLEL, *KEPT], env)
            if browser:
                step(results, "browser journeys", [*PYTEST, *JOURNEYS, *KEPT], env)
            together(results, {"worker killed, on PostgreSQL": ([*PYTEST, *IN_TURN], env), **kills})
    else:
        together(results, kills)
    step(results, "tests on SQLite", [*PYTEST, *PARALLEL, *ONCE])


def main(arguments: list[str]) -> int:
    """Run, then list what failed."""
    results: Results = {}
    began = time.monotonic()
    lint(results)
    if arguments == ["all"]:
        tests(results)
    failed = [name for name, good in results.items() if not good]
    minutes = (time.monotonic() - began) / 60
    print(f"\n{len(results) - len(failed)} of {len(results)} steps ok in {minutes:.1f} minutes", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
