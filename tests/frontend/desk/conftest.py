"""A caseworker at her desk, signed in with a second factor; a second office next door."""

import pytest
from django.test import Client as Browser

from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in


@pytest.fixture
def world(clock, db):
    clock.to(NOW)
    office = factories.office(slug="amt")
    service = factories.service(office)
    worker = factories.caseworker(office, service)
    factories.opening(worker)
    return office, service, worker


@pytest.fixture
def desk(world) -> Browser:
    return sign_in(world[2].user)
