"""The same request many times at once: one appointment, and everybody is told it."""

import pytest

from scheduler.models import SCOPES, ApiKey, Appointment, Client
from tests import factories
from tests.factories import NOW
from tests.processes import together

RIVALS = 16


def ask(secret, body):
    """One process among many; answers status and uid."""
    from tests.api.conftest import Caller

    answer = Caller(secret).post("appointments", body, **{"Idempotency-Key": "the same"})
    return answer.status_code, answer.json().get("uid")


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_is_one_appointment(clock):
    clock.to(NOW)
    office = factories.office()
    service = factories.service(office)
    factories.opening(factories.caseworker(office, service))
    _, secret = ApiKey.issue(office=office, name="rival", scopes=list(SCOPES), now=NOW)
    body = {
        "service": str(service.pk),
        "start": "2026-03-10T08:00:00Z",
        "mode": "video",
        "client": {"name": "Kim Beispiel", "email": "kim@post.example"},
    }
    answers = together(ask, [(secret, body)] * RIVALS)
    assert sorted(status for status, _ in answers) == [200] * (RIVALS - 1) + [201]
    assert len({uid for _, uid in answers}) == 1
    assert (Appointment.objects.count(), Client.objects.count()) == (1, 1)
