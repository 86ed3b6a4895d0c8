"""A kept connection is asked for free, and one whose server went away is noticed all the same."""

import psycopg
import pytest
from django.db import close_old_connections, connection

from scheduler.models import Office


def end_from_elsewhere() -> None:
    """The server ends our connection, as at a restart."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with psycopg.connect(**administration(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def administration() -> dict[str, object]:
    known = connection.settings_dict
    return {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
        "dbname": known["NAME"],
    }


@pytest.mark.django_db(transaction=True)
def test_a_living_connection_costs_no_statement(django_assert_num_queries):
    connection.ensure_connection()
    with django_assert_num_queries(0):
        assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_not_used_again():
    connection.ensure_connection()
    end_from_elsewhere()
    assert not connection.is_usable()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_next_request_after_a_restart_of_the_server_gets_a_new_connection():
    connection.ensure_connection()
    end_from_elsewhere()
    close_old_connections()  # what Django does when a request begins
    assert Office.objects.count() == 0


def test_without_a_connection_there_is_nothing_to_use(db):
    fresh = connection.copy()
    assert not fresh.is_usable()
