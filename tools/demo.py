"""Web and worker together in the foreground. Ctrl-C ends both and everything they started."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

import psutil

from tools.setup import PYTHON, ROOT

LISTENER = "the look for the worker"
GRACE = 10.0
PATIENCE = 120.0
Processes = dict[str, subprocess.Popen[bytes]]


class StopDemo(Exception):
    """Somebody wants to end the demo."""


def environment(port: int) -> dict[str, str]:
    """The environment of web and worker; what is set outside wins."""
    usual = {"PUBLIC_BASE_URL": f"http://localhost:{port}", "LOG_FORMAT": "plain", "PYTHONUNBUFFERED": "1"}
    return {**usual, **os.environ, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}


def port_of(text: str) -> int | None:
    """The number of a port; None where it can be none."""
    sound = text.isascii() and text.isdecimal() and len(text) <= 5
    return int(text) if sound and 0 < int(text) < 65_536 else None


def is_free(port: int) -> bool:
    """Can we listen there?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def start(port: int, env: Mapping[str, str]) -> Processes:
    """Start both, each in its own process group, so that Ctrl-C reaches us alone."""
    web = ["gunicorn", "config.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    web += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--graceful-timeout", "5"]
    commands = {"web": [str(PYTHON), "-m", *web], "worker": [str(PYTHON), "manage.py", "worker"]}
    return {
        name: subprocess.Popen(command, cwd=ROOT, env=dict(env), start_new_session=True)
        for name, command in commands.items()
    }


def family(processes: Processes) -> set[psutil.Process]:
    """Both and everything they have started."""
    found: set[psutil.Process] = set()
    for process in processes.values():
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(process.pid)
            found |= {parent, *parent.children(recursive=True)}
    return found


def stop(processes: Processes, seen: set[psutil.Process]) -> None:
    """Ask both politely, then what they left behind; kill what still runs."""
    everybody = seen | family(processes)
    for process in processes.values():
        process.terminate()
    parents = [process for process in everybody if process.pid in {found.pid for found in processes.values()}]
    psutil.wait_procs(parents, timeout=GRACE)
    for end in (psutil.Process.terminate, psutil.Process.kill):
        left = [process for process in everybody if process.is_running()]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                end(process)
        psutil.wait_procs(left, timeout=3)


def listen(since: float, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """One process that waits until a worker of this start has done a job: each look anew takes seconds."""
    command = [str(PYTHON), "manage.py", "heartbeat", f"--since={since}", f"--wait={PATIENCE}"]
    return subprocess.Popen(
        command, cwd=ROOT, env=dict(env), stdout=subprocess.DEVNULL, start_new_session=True
    )


def web_answers(port: int) -> bool:
    """Does the web server answer, with a data base that has every migration?"""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def ended(processes: Processes) -> bool:
    """Has one of them ended? It is said which."""
    for name, process in processes.items():
        if process.poll() is not None and (name != LISTENER or process.returncode):
            print(f"{name} has ended with code {process.returncode}", file=sys.stderr)
            return True
    return False


def watch(processes: Processes, seen: set[psutil.Process], port: int, env: Mapping[str, str]) -> int:
    """Say ``ready`` once, then wait until one of them ends; ``seen`` collects whom to end with them."""
    told, deadline = False, time.monotonic() + PATIENCE
    while True:
        if ended(processes):
            return 1
        if not told and processes[LISTENER].poll() == 0 and web_answers(port):
            told = True
            print(f"ready: {env['PUBLIC_BASE_URL']}", flush=True)
        if not told and time.monotonic() > deadline:
            print(f"not ready after {PATIENCE:.0f} seconds", file=sys.stderr)
            return 1
        seen |= family(processes)
        time.sleep(1.0 if told else 0.2)


def _raise_stop(number: int, frame: object) -> None:
    raise StopDemo


def on_signals(handler: Callable[[int, object], None] | signal.Handlers) -> None:
    """What Ctrl-C, a kill and a closed terminal do."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def prepare(env: Mapping[str, str]) -> int:
    """Data base, files, demo office, sign-ins."""
    command = [str(PYTHON), "-m", "tools.site", "--demo"]
    return subprocess.run(command, cwd=ROOT, env=dict(env), check=False).returncode


def main() -> int:
    """Prepare, start, watch, stop."""
    port = port_of(os.environ.get("PORT") or "8000")
    if port is None:
        print("PORT must be a number from 1 to 65535, such as 8000.", file=sys.stderr)
        return 1
    if not is_free(port):
        print(f"Port {port} is in use. Try: make demo PORT={port + 1}", file=sys.stderr)
        return 1
    env = environment(port)
    processes: Processes = {}
    seen: set[psutil.Process] = set()
    on_signals(_raise_stop)
    try:
        if code := prepare(env):
            return code
        begun = time.time()
        processes = start(port, env)
        processes[LISTENER] = listen(begun, env)
        return watch(processes, seen, port, env)
    except StopDemo:
        return 0
    finally:
        on_signals(signal.SIG_IGN)
        stop(processes, seen)


if __name__ == "__main__":
    sys.exit(main())
