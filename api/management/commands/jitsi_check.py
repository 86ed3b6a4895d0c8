"""``manage.py jitsi_check``: is the room server there, is it strict, does it reach us? In words."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api.jitsi import probe


class Command(BaseCommand):
    help = "Look at the room server and at what it needs of us; ends with 1 where something must be done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--address", default="", help="where it is reached from here, if not https://JITSI_HOST"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for finding in probe.findings(options["address"]):
            self.stdout.write(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.text}")
            wrong += not finding.ok
        if wrong:
            raise CommandError(f"{wrong} to be put right: docs/operations.md, Video")
