"""``manage.py lift_stop sms``: the provider takes our messages again, for all offices."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications import stops
from notifications.models import Message


class Command(BaseCommand):
    help = "Send again by a channel that a provider had refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("channel", choices=[name for name, _ in Message.CHANNELS])

    def handle(self, *args: Any, **options: Any) -> None:
        stood_still = options["channel"] in stops.stopped()
        stops.lift(channel=options["channel"])
        self.stdout.write("goes on" if stood_still else "did not stand still")
