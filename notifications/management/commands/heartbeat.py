"""``manage.py heartbeat``: exit code 0 while a queue worker is alive."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from notifications import heartbeat


class Command(BaseCommand):
    help = "Exit code 0 while a queue worker is alive, 1 otherwise."

    def handle(self, *args: Any, **options: Any) -> None:
        if not heartbeat.alive():
            self.stderr.write("no queue worker has been heard of for 45 seconds")
            sys.exit(1)
        self.stdout.write("alive")
