"""An office with one service and one caseworker, and a browser that speaks German."""

import pytest
from django.test import Client as Browser

from tests import factories
from tests.factories import NOW


@pytest.fixture
def world(clock, db):
    clock.to(NOW)
    office = factories.office(slug="amt")
    service = factories.service(office)
    worker = factories.caseworker(office, service)
    factories.opening(worker)
    return office, service, worker


@pytest.fixture
def browser():
    return Browser(headers={"accept-language": "de"})
