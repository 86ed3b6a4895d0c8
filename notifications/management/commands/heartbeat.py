"""``manage.py heartbeat``: exit code 0 while a queue worker is alive."""

import sys
import time
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications import heartbeat

LOOK_EVERY = 0.2


class Command(BaseCommand):
    help = "Exit code 0 while a queue worker is alive, 1 otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=float, default=0, help="heard of after this (seconds since 1970)")
        parser.add_argument("--wait", type=float, default=0, help="wait for so many seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        since = datetime.fromtimestamp(options["since"], UTC)
        until = time.monotonic() + options["wait"]
        while not heartbeat.alive(since):
            if time.monotonic() >= until:
                self.stderr.write("no queue worker has been heard of")
                sys.exit(1)
            time.sleep(LOOK_EVERY)
        self.stdout.write("alive")
