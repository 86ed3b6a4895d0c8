"""``manage.py demo_data``: an invented office to look around in. Touches no office that is not a demo."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from scheduler import clock
from scheduler.management import demo_today
from scheduler.management.demo import SLUG, Demo, Size
from scheduler.models import Appointment, Caseworker, Office, User


class Command(BaseCommand):
    help = "Make the demo office. A second run keeps it (unless --fresh) and gives its guest talks of today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--caseworkers", type=int, default=6)
        parser.add_argument("--appointments-per-caseworker", type=int, default=40)
        parser.add_argument("--weeks", type=int, default=12, help="weeks of the past")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--fresh", action="store_true", help="make the demo office anew")

    def handle(self, *args: Any, **options: Any) -> None:
        standing = Office.objects.filter(slug=SLUG).first()
        if standing and not standing.is_demo:
            raise CommandError(f"the office {SLUG} is not a demo and is not touched")
        if options["caseworkers"] < 1:
            raise CommandError("--caseworkers must be at least 1: somebody has to counsel")
        if standing and not options["fresh"]:
            demo_today.bring_up_to_date(standing, clock.now())
            self.stdout.write("the demo office is there already; its guest has talks to come")
            return
        if standing:
            _clear(standing)
        size = Size(options["caseworkers"], options["appointments_per_caseworker"], options["weeks"])
        office = Demo(size, options["seed"], clock.now()).make()
        self.stdout.write(f"{office.name}: {Appointment.objects.of(office).count()} appointments")


@transaction.atomic
def _clear(office: Office) -> None:
    """What protects other rows goes first."""
    for model in (Appointment, Caseworker, User):
        model.objects.filter(office=office).delete()
    office.delete()
