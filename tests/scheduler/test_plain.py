"""Statements that are written once answer what Django's own do."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from scheduler.models import Allocation, Appointment, Caseworker, Client, Schedule, User
from scheduler.models.access import ApiKey
from scheduler.models.plain import Change, Read, insert
from scheduler.queries import rows
from tests import factories
from tests.factories import NOW, utc


@pytest.fixture
def office(db):
    return factories.office()


def values_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_has_the_same_values_as_by_django(office):
    service = factories.service(office)
    assert values_of(rows.service(office, service.pk)) == values_of(type(service).objects.get(pk=service.pk))


def test_a_key_comes_with_its_office(office):
    key, _ = ApiKey.issue(office=office, name="Kiosk", scopes=["read"], now=NOW, addresses=["10.0.0.0/8"])
    found = rows.key(key.digest)
    assert values_of(found) == values_of(key)
    assert values_of(found.office) == values_of(office)


def test_a_caseworker_comes_with_calendar_and_user(office, django_assert_num_queries):
    who = factories.caseworker(office, factories.service(office))
    with django_assert_num_queries(1):
        found = rows.caseworker(office, who.pk)
        assert (found.schedule, found.user) == (who.schedule, who.user)


def test_a_caseworker_without_a_user_is_found(office):
    who = factories.caseworker(office, factories.service(office))
    Caseworker.objects.filter(pk=who.pk).update(user=None)
    assert rows.caseworker(office, who.pk).user is None


def test_a_row_of_another_office_is_not_found(office):
    stranger = factories.office(slug="anderswo")
    service, who = factories.service(office), factories.caseworker(office, factories.service(office))
    assert rows.service(stranger, service.pk) is None
    assert rows.caseworker(stranger, who.pk) is None


def test_a_client_is_found_by_address_and_name_in_any_case(office):
    known = factories.client(office, name="Kim Beispiel", email="Kim@post.example")
    assert rows.client_by_email(office, "kim beispiel", "kim@POST.example") == known
    assert rows.client_by_email(office, "Robin Beispiel", "kim@post.example") is None
    assert rows.client_by_email(factories.office(slug="anderswo"), "Kim Beispiel", "kim@post.example") is None


def test_an_outer_join_that_meets_nothing_answers_none(office):
    read = Read(
        "FROM scheduler_schedule AS s LEFT JOIN scheduler_user AS u ON u.id = s.id + 1000000 WHERE s.id = %s",
        s=Schedule,
        u=User,
    )
    schedule = factories.caseworker(office, factories.service(office)).schedule
    assert read(schedule.pk) == [(schedule, None)]


def test_inserted_rows_have_ids_and_can_be_saved(office):
    fresh = [Client(office=office, name=name, word="Ahorn", created_at=NOW) for name in ("Kim", "Robin")]
    assert insert(fresh) == 2
    fresh[1].name = "Robin Muster"
    fresh[1].save()
    stored = list(Client.objects.filter(pk__in=[row.pk for row in fresh]).order_by("pk"))
    assert [row.name for row in stored] == ["Kim", "Robin Muster"]


def test_what_a_constraint_refuses_is_refused(office):
    factories.client(office, external_reference="A1")
    twin = Client(office=office, name="Kim", word="Ahorn", created_at=NOW, external_reference="A1")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([twin])


def test_nothing_to_write_is_no_statement(office, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert([]) == 0
        assert Allocation.claim([]) is True


def test_a_change_writes_what_a_field_would_and_says_how_many(office):
    workers = [factories.caseworker(office, factories.service(office)) for _ in range(2)]
    talk, other = (factories.appointment(worker, special=True) for worker in workers)
    before = other.updated_at
    stamp = Change(
        "UPDATE scheduler_appointment SET updated_at = %s WHERE uid = %s", Appointment, "updated_at", "uid"
    )
    assert (stamp(utc("2026-03-01 08:00"), talk.uid), stamp(NOW, uuid4())) == (1, 0)
    talk.refresh_from_db()
    other.refresh_from_db()
    assert (talk.updated_at, other.updated_at) == (utc("2026-03-01 08:00"), before)
