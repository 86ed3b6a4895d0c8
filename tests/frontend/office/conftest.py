"""An office with its administrator, a caseworker, her lead; a second office next door."""

from dataclasses import dataclass

import pytest
from django.test import Client as Browser

from scheduler.models import Caseworker, Office, User
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in


@dataclass
class Cast:
    office: Office
    worker: Caseworker
    administrator: User
    lead: User
    stranger: User
    """Administers the office next door and leads a team there."""


@pytest.fixture
def cast(clock, db) -> Cast:
    clock.to(NOW)
    office, next_door = factories.office(), factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    lead, stranger = factories.user(office), factories.user(next_door, administers=True)
    worker.team.leads.add(lead)
    factories.team(next_door).leads.add(stranger)
    return Cast(office, worker, factories.user(office, administers=True), lead, stranger)


@pytest.fixture
def administrator(cast) -> Browser:
    return sign_in(cast.administrator)
