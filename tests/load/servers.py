"""Servers that the benchmark starts and ends: gunicorn, alike for both sides."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.load.wire import Wire
from tools.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 8
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Server:
    """A running web server."""

    port: int
    pid: int

    def memory(self) -> float:
        """Resident megabytes of the largest web worker."""
        return largest(self._workers())

    def wires(self, count: int) -> list[Wire]:
        """Open connections, shared out evenly among the workers.

        Left to themselves, one worker often accepts all of a burst, and throughput halves by bad luck.
        """
        workers = self._workers()
        return [wire for worker in workers for wire in self._accepted_by(worker, count // len(workers))]

    def _accepted_by(self, chosen: psutil.Process, count: int) -> list[Wire]:
        others = [worker for worker in self._workers() if worker != chosen]
        found = [Wire(self.port) for _ in range(count)]
        for other in others:
            other.suspend()
        try:
            for wire in found:
                wire.ask("GET", "/healthz")
        finally:
            for other in others:
                other.resume()
        return found

    def _workers(self) -> list[psutil.Process]:
        """The children of the arbiter, whose id ``pid`` is."""
        return psutil.Process(self.pid).children()


def largest(processes: list[psutil.Process]) -> float:
    """Resident megabytes of the largest of these processes."""
    return max(process.memory_info().rss for process in processes) / MEGABYTE


@contextmanager
def serve(python: Path, application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Gunicorn with two workers of eight threads until the block ends."""
    port = free_port()
    command = [
        *(str(python), "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(WORKERS), "--worker-class", "gthread", "--threads", str(THREADS)),
        *("--keep-alive", "75", "--timeout", "120", "--log-level", "error"),
    ]
    with running(command, environment) as process:
        _wait_for(port, process)
        yield Server(port, process.pid)


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A process in a group of its own that ends, with its children, when the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=merged(environment), start_new_session=True)
    try:
        yield process
    finally:
        _end(process)


def run(python: Path, *arguments: str, environment: Mapping[str, str]) -> str:
    """What a command prints; its complaints go to our stderr."""
    command = [str(python), *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=merged(environment), stdout=subprocess.PIPE, check=True, text=True
    )
    return done.stdout


def merged(environment: Mapping[str, str]) -> dict[str, str]:
    """Our environment with these changes and the repository on the path."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **environment}


def _wait_for(port: int, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        workers = psutil.Process(process.pid).children()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            if len(workers) >= WORKERS:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server on port {port} did not start")


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
