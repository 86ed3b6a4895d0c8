"""What signing in leaves behind ends."""

from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from config import sign_ins

pytestmark = pytest.mark.django_db


def test_sessions_and_tries_to_sign_in_end_on_real_time():
    for seconds in (-60, 600):
        store = SessionStore()
        store.set_expiry(datetime.now(UTC) + timedelta(seconds=seconds))
        store.save()
    for days in (6, 8):
        attempt = AccessAttempt.objects.create(
            username="kim@amt.example", ip_address=f"192.0.2.{days}", failures_since_start=1
        )
        long_ago = datetime.now(UTC) - timedelta(days=days)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=long_ago)
    sign_ins.forget()
    sign_ins.forget()
    assert Session.objects.count() == 1
    assert AccessAttempt.objects.count() == 1
