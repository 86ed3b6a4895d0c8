"""Those who sign in."""

from scheduler.models import Caseworker, Office, Team, User


def make_staff(office: Office, workers: list[Caseworker]) -> None:
    """A caseworker, a lead, an administrator; passwords are set where the sign-ins are printed."""
    first = workers[0]
    first.user = User.objects.create_user("caseworker@demo.example", office=office, name=first.display_name)
    first.save(update_fields=["user"])
    lead = User.objects.create_user("lead@demo.example", office=office, name="Herr Leitstern")
    for team in Team.objects.of(office):
        team.leads.add(lead)
    User.objects.create_user("admin@demo.example", office=office, name="Frau Ordnungssinn", administers=True)
