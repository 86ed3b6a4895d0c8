"""An office with one service and one caseworker, and a browser that speaks German."""

from datetime import timedelta

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


@pytest.fixture
def appointment(world):
    return factories.appointment(world[2], factories.client(world[0], mobile="+4915112345678"))


@pytest.fixture
def at(appointment, clock):
    """``at(-5)``: it is five minutes before the start."""
    return lambda minutes: clock.to(appointment.start + timedelta(minutes=minutes))
