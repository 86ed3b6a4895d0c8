"""The real queue worker, as an office runs it, on the data base of the running test."""

import os
import random
import signal
import subprocess
import sys

import psutil
from django.conf import settings
from django.db import connection


class Workers:
    """Supervised clusters as an office runs them, and the means to kill what is inside."""

    def __init__(self, number: int, **environment: str) -> None:
        self.supervisors = [supervisor_process(**environment) for _ in range(number)]

    def kill_something(self, *, whole: bool) -> bool:
        """A whole cluster or one process of it; False where none is running just now."""
        clusters = [child for one in self.supervisors for child in psutil.Process(one.pid).children()]
        if not clusters:
            return False
        victim = random.choice(clusters)
        try:
            children = victim.children(recursive=True)
            if whole or not children:
                os.killpg(victim.pid, signal.SIGKILL)
            else:
                random.choice(children).kill()
        except (psutil.NoSuchProcess, ProcessLookupError):
            return False
        return True

    def end(self) -> None:
        """As Ctrl-C would."""
        for supervisor in self.supervisors:
            supervisor.send_signal(signal.SIGTERM)
        for supervisor in self.supervisors:
            supervisor.wait(60)


def supervisor_process(**environment: str) -> subprocess.Popen:
    """`manage.py worker` on the running test's data base."""
    everything = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "CHAOS_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_DATA_DIR": str(settings.DATA_DIR),
        **environment,
    }
    command = [sys.executable, "manage.py", "worker"]
    return subprocess.Popen(command, env=everything, cwd=settings.BASE_DIR, stderr=subprocess.DEVNULL)
