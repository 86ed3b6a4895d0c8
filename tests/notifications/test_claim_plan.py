"""A million messages that were sent long ago cost nobody anything: the claim never looks at them."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications import delivery, recovery
from notifications.models import Message, State
from tests import factories
from tests.factories import NOW

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL for its plans"),
]
OLD, DUE, CLAIMS = 1_000_000, 60, 8
LIVE = {"messages_waiting", "messages_on_lease"}
FILL = """
    INSERT INTO notifications_message (id, dedup_key, office_id, sequence, address, kind, stage, channel,
        language, urgent, due_at, not_after, state, attempts, next_try_at, message_id, last_error,
        created_at, sent_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'old:' || lpad(n::text, 7, '0'), %s, 0, '', 'reminder',
        'day_before', 'email', 'de', n %% 10 = 0, at, at, 'sent', 1, at, '<' || n || '@old.example>', '',
        at, at
    FROM generate_series(1, %s) AS n, LATERAL (SELECT %s - n * interval '7 seconds' AS at) AS times
"""


@pytest.fixture
def million():
    """Old rows that were sent, new ones that are due. The table begins anew: all goes with the test."""
    office = factories.office()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message CASCADE")
        cursor.execute("SET LOCAL session_replication_role = replica")  # a million foreign keys, one office
        with indexes_made_afterwards(cursor):
            cursor.execute(FILL, [office.pk, OLD, NOW - timedelta(days=1)])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    Message.objects.bulk_create(due(office, number) for number in range(DUE))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_message")


@contextmanager
def indexes_made_afterwards(cursor):
    """In one go over all rows, by their own definitions: those of constraints stay."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'notifications_message' "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)"
    )
    found = dict(cursor.fetchall())
    assert found.keys() > LIVE
    cursor.execute("DROP INDEX " + ", ".join(f'"{name}"' for name in found))
    yield
    for definition in found.values():
        cursor.execute(definition)


def due(office, number):
    at = NOW - timedelta(seconds=number)
    fields = {"kind": "code", "channel": "email", "urgent": number % 2 == 0, "created_at": at}
    times = {"due_at": at, "next_try_at": at, "not_after": NOW + timedelta(hours=1)}
    return Message(office=office, dedup_key=f"due:{number}", **fields, **times)


def test_the_claim_touches_no_row_that_was_sent(million):
    for sql in statements_of_a_claim():
        rows, indexes = touched(sql)
        assert rows <= DUE, sql
        assert indexes <= LIVE, sql
    before = read()
    for _ in range(CLAIMS):
        claim()
    scanned, fetched = (now - then for now, then in zip(read(), before, strict=True))
    assert scanned == 0, "prepared statements are planned without values, a partial index is lost"
    assert fetched <= CLAIMS * DUE * 2
    assert Message.objects.filter(state=State.CLAIMED).count() == (CLAIMS + 1) * delivery.BATCH


def claim():
    recovery.recover(NOW, delivery.real_now())
    assert len(delivery.claim(NOW, delivery.real_now())) == delivery.BATCH


def statements_of_a_claim():
    """All that it asks of messages; what reads or changes the five by their keys is known as cheap."""
    with CaptureQueriesContext(connection) as seen:
        claim()
    found = [one["sql"] for one in seen if "notifications_message" in one["sql"]]
    chosen = [sql for sql in found if '"id" IN (' not in sql]
    assert (len(found), len(chosen)) == (4, 2)
    return chosen


def touched(sql):
    """How many messages a statement looks at, and by which indexes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (answer,) = cursor.fetchone()
        transaction.set_rollback(True)
    answer = json.loads(answer) if isinstance(answer, str) else answer
    scans = [node for node in nodes(answer[0]["Plan"]) if "Scan" in node["Node Type"]]
    return sum(map(looked_at, scans)), {
        node.get("Index Name", "none") for node in scans if node["Node Type"] != "Bitmap Heap Scan"
    }


def looked_at(node):
    passed_by = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return (node["Actual Rows"] + passed_by) * node["Actual Loops"]


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def read():
    """Messages read one after the other, and by an index, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables "
            "WHERE relname = 'notifications_message'"
        )
        return cursor.fetchone()
