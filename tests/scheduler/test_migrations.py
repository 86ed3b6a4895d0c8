"""What a migration does to rows that are there already."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from scheduler.models import RoomEvent
from tests import factories
from tests.factories import NOW


@pytest.mark.django_db(transaction=True)
def test_facts_that_were_told_twice_are_kept_once():
    """On the way back and forth again, with a row that only the older state allows."""
    worker = factories.caseworker(office := factories.office(), factories.service(office))
    factories.opening(worker)
    person = factories.appointment(worker).one("client")
    try:
        MigrationExecutor(connection).migrate([("scheduler", "0001_initial")])
        columns = "INSERT INTO scheduler_roomevent (office_id, participant_id, kind, at)"
        with connection.cursor() as cursor:
            for kind in ("joined", "joined", "left"):
                values = [office.pk, person.pk, kind, connection.ops.adapt_datetimefield_value(NOW)]
                cursor.execute(f"{columns} VALUES (%s, %s, %s, %s)", values)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert sorted(RoomEvent.objects.values_list("kind", "occupant")) == [("joined", ""), ("left", "")]
