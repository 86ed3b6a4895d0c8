"""Fill the peer's empty data base by the plan; prints what its driver must know (runs in its venv)."""

import json
from datetime import timedelta

import django

django.setup()

from appointment.models import Appointment, AppointmentRequest, Config, Service, StaffMember, WorkingHours  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from tests.load import plan  # noqa: E402

CLIENTS = 100
HOURS = {"start_time": plan.clock(0), "end_time": plan.clock(plan.TIMES_A_DAY)}
User = get_user_model()


def office() -> Service:
    """The package's only configuration row and one service of half an hour."""
    Config.objects.create(
        slot_duration=plan.MINUTES,
        lead_time=HOURS["start_time"],
        finish_time=HOURS["end_time"],
        appointment_buffer_time=0,
        website_name="Office",
    )
    return Service.objects.create(name="Counselling", duration=timedelta(minutes=plan.MINUTES), price=0)


def staff(service: Service, count: int) -> list[StaffMember]:
    """Staff members who work Mondays to Fridays (day 1 to 5 in the package's count)."""
    return [_member(service, number) for number in range(count)]


def _member(service: Service, number: int) -> StaffMember:
    user = User.objects.create(username=f"staff{number}", email=f"staff{number}@example.org")
    member = StaffMember.objects.create(
        user=user, slot_duration=plan.MINUTES, lead_time=HOURS["start_time"], finish_time=HOURS["end_time"]
    )
    member.services_offered.add(service)
    WorkingHours.objects.bulk_create(
        WorkingHours(staff_member=member, day_of_week=weekday, **HOURS) for weekday in range(1, 6)
    )
    return member


def clients() -> list[User]:
    """Clients with an account, since a stranger's booking would cost the package a proof by mail on top."""
    names = [f"client{number}" for number in range(CLIENTS)]
    rows = [User(username=name, email=f"{name}@example.org", first_name=name) for name in names]
    for row in rows:
        row.set_unusable_password()
    return User.objects.bulk_create(rows)


def cookie(user: User) -> str:
    """The key of a session in which this user is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def fill(service: Service, member: StaffMember, client: User, times: list) -> None:
    """Store appointments at these times."""
    requests = AppointmentRequest.objects.bulk_create(
        _request(service, member, one, number) for number, one in enumerate(times)
    )
    Appointment.objects.bulk_create(
        Appointment(client=client, appointment_request=row, phone="+4930123456", id_request=f"a{row.pk}")
        for row in requests
    )


def _request(service: Service, member: StaffMember, one: tuple, number: int) -> AppointmentRequest:
    day, index = one
    return AppointmentRequest(
        date=day,
        start_time=plan.clock(index),
        end_time=plan.clock(index + 1),
        service=service,
        staff_member=member,
        id_request=f"r{member.pk}-{number}",
    )


def main() -> None:
    frame, filling = plan.Filling.told()
    with transaction.atomic():
        service, people = office(), clients()
        members = staff(service, filling.caseworkers)
        for number, member in enumerate(members):
            fill(service, member, people[0], filling.taken(frame, number))
        cookies = [cookie(user) for user in people]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(json.dumps({"service": service.pk, "staff": [row.pk for row in members], "cookies": cookies}))


main()
