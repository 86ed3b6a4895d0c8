"""``manage.py create_api_key``: prints the key, alone, this once."""

from datetime import timedelta
from ipaddress import ip_network
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
        parser.add_argument("--addresses", default="", help="networks it may come from, such as 10.0.0.0/8")
        parser.add_argument("--days", type=int, help="ends after so many days; without it never")

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = [scope.strip() for scope in options["scopes"].split(",")]
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown:
            raise CommandError(f"unknown scopes: {', '.join(unknown)}")
        office = Office.objects.filter(slug=options["office"]).first()
        if office is None:
            raise CommandError(f"there is no office {options['office']}")
        now, days = clock.now(), options["days"]
        if days is not None and not 1 <= days <= 3650:
            raise CommandError("--days must lie between 1 and 3650")
        _, secret = ApiKey.issue(
            office=office,
            name=options["name"][:80],
            scopes=scopes,
            now=now,
            addresses=_networks(options["addresses"]),
            expires_at=now + timedelta(days=days) if days else None,
        )
        self.stdout.write(secret)


def _networks(text: str) -> list[str]:
    try:
        return [str(ip_network(part.strip())) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise CommandError(f"--addresses: {error}") from None
