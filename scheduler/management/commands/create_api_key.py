"""``manage.py create_api_key``: prints the key, alone, this once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scheduler import clock
from scheduler.models import SCOPES, ApiKey, Office


class Command(BaseCommand):
    help = "Make a key for the API; it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--office", required=True, help="slug of the office")
        parser.add_argument("--name", required=True, help="what uses it")
        parser.add_argument("--scopes", default="read", help=f"of {', '.join(SCOPES)}, separated by commas")

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = [scope.strip() for scope in options["scopes"].split(",")]
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown:
            raise CommandError(f"unknown scopes: {', '.join(unknown)}")
        office = Office.objects.filter(slug=options["office"]).first()
        if office is None:
            raise CommandError(f"there is no office {options['office']}")
        _, secret = ApiKey.issue(office=office, name=options["name"], scopes=scopes, now=clock.now())
        self.stdout.write(secret)
