"""A caseworker with free Tuesday mornings, and a talk of hers."""

import pytest

from tests import factories


@pytest.fixture
def worker():
    office = factories.office()
    who = factories.caseworker(office, factories.service(office))
    factories.opening(who)
    return who


@pytest.fixture
def appointment(worker):
    """Tuesday at nine, with somebody who can be reached by mail and by phone."""
    return factories.appointment(worker, factories.client(worker.office, mobile="+4915112345678"))
