"""What has had its time ends by night, and only that."""

from datetime import timedelta

import pytest

from scheduler.events import SYSTEM
from scheduler.models import CallbackRequest
from scheduler.services import retention
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def wish_for_a_call(office, days_ago, done_days_ago=None, **fields):
    done = None if done_days_ago is None else NOW - timedelta(days=done_days_ago)
    values = {
        "name": "Kim",
        "phone": "+4915112345678",
        "created_at": NOW - timedelta(days=days_ago),
        **fields,
    }
    return CallbackRequest.objects.create(office=office, done_at=done, **values)


def test_a_wish_for_a_call_ends_after_the_call_or_when_it_is_past_helping():
    office = factories.office()
    kept = [wish_for_a_call(office, 89), wish_for_a_call(office, 200, 29)]
    for old in ((91, None), (40, 31)):
        wish_for_a_call(office, *old)
    retention.nightly(NOW)
    retention.nightly(NOW)
    assert list(CallbackRequest.objects.order_by("-created_at")) == kept


def test_erasing_a_client_erases_her_wish_for_a_call_and_nobody_elses():
    office = factories.office()
    client = factories.client(office, mobile="+4915112345678")
    wish_for_a_call(office, 1)
    others = {
        wish_for_a_call(office, 1, phone="+4915187654321"),
        wish_for_a_call(factories.office(), 1),
    }
    retention.erase_client(client=client, by=SYSTEM, now=NOW)
    assert set(CallbackRequest.objects.all()) == others
