"""``manage.py demo_signins``: where to go and how to get in. Only with DEMO=1."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from frontend.management import demo_accounts
from scheduler import clock, links
from scheduler.management.demo import SLUG
from scheduler.models import Office, Participant, User

PAGES = {"caseworker": "/desk/", "lead": "/lead/utilisation/", "admin": "/office/"}


class Command(BaseCommand):
    help = "Print the demo's addresses and sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        office = Office.objects.filter(slug=SLUG, is_demo=True).first()
        if not settings.DEMO or office is None:
            raise CommandError("only with DEMO=1 and after `manage.py demo_data`")
        base = settings.PUBLIC_BASE_URL
        self.stdout.write(f"Clients      {base}/{office.slug}/\nPost box     {base}/{office.slug}/post/")
        for label, participant in self._guests(office):
            self.stdout.write(f"{label} {links.url(participant)}/")
        for user in User.objects.filter(office=office, email__in=demo_accounts.EMAILS):
            demo_accounts.arrange(user)
            self._tell(base, user)

    def _guests(self, office: Office) -> list[tuple[str, Participant]]:
        rows = Participant.objects.of(office).filter(role="client", name="Kim Beispiel", revoked_at=None)
        coming = rows.filter(appointment__end__gt=clock.now(), appointment__status="booked")
        return [("My link     ", row) for row in coming.order_by("appointment__start")[:2]]

    def _tell(self, base: str, user: User) -> None:
        email = user.email
        self.stdout.write(
            f"{email.split('@')[0]:<12} {base}{PAGES[email.split('@')[0]]}  {email}  "
            f"password {demo_accounts.password(email)}  second factor {demo_accounts.secret(email)}  "
            f"now {demo_accounts.code(email)}"
        )
