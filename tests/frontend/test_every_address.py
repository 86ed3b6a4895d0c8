"""Every address that names something: another office's thing is not there, whoever asks, however."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from notifications.models import Message
from scheduler import links
from scheduler.events import SYSTEM
from scheduler.models import Available, CallbackRequest, Service
from scheduler.services import booking, publishing
from tests import factories
from tests.factories import NOW, utc
from tests.frontend.signing_in import sign_in

STAFF = ("desk/", "lead/", "office/")
WORDS = {"verb": "retry", "channel": "email", "kind": "reminder", "language": "de"}
NAMES_NOTHING = {"office_text", "office_text_restore", "office_channel_lift"}
"""Their words are the same in every office; each sees and changes its own texts and channels."""


def addresses(found=None, before="") -> Iterator[tuple[str, str, dict[str, object]]]:
    """(name, route, converters) of all pages."""
    for one in found if found is not None else get_resolver("frontend.urls").url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield one.name or "", route, one.pattern.converters


def names(route: str) -> list[str]:
    return [part.strip("<>").rpartition(":")[2] for part in route.split("/") if part.startswith("<")]


STAFF_ADDRESSES = [
    (name, route) for name, route, _ in addresses() if route.startswith(STAFF) and "<" in route
]


@pytest.fixture
def office(clock, db):
    clock.to(NOW)
    office = factories.office(slug="amt")
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    worker.user.administers = True
    worker.user.save()
    worker.team.leads.add(worker.user)
    return worker


@pytest.fixture
def theirs(office):
    """What another office has, by the beginning of the address that names it."""
    elsewhere = factories.office(slug="nebenan")
    worker = factories.caseworker(elsewhere, factories.service(elsewhere))
    factories.opening(worker)
    client = factories.client(elsewhere, caseworker=worker)
    appointment = factories.appointment(worker, client)
    span = {"start": utc("2026-03-11 08:00"), "end": utc("2026-03-11 12:00")}
    absence, _ = publishing.set_absence(schedule=worker.schedule, kind="away", by=SYSTEM, now=NOW, **span)
    call = CallbackRequest.objects.create(office=elsewhere, name="Kim", phone="+491761", created_at=NOW)
    alex = booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    return {
        "desk/appointments/": {"uid": appointment.uid, "person": alex.public_id},
        "desk/clients/": {"pk": client.pk},
        "desk/absences/": {"pk": absence.pk},
        "desk/openings/": {"pk": Available.objects.get(office=elsewhere).pk},
        "desk/call-backs/": {"pk": call.pk},
        "lead/messages/": {"pk": Message.objects.filter(office=elsewhere).first().pk},
        "office/messages/": {"pk": Message.objects.filter(office=elsewhere).first().pk},
        "office/services/": {"pk": Service.objects.get(office=elsewhere).pk},
    }


def filled(route: str, values: dict[str, object]) -> str:
    known = {**WORDS, **values}
    parts = [
        str(known[part.strip("<>").rpartition(":")[2]]) if part.startswith("<") else part
        for part in route.split("/")
    ]
    return "/" + "/".join(parts)


def values_of(route: str, theirs: dict[str, dict[str, object]]) -> dict[str, object]:
    """An address of a kind that is not known here yet is an error: it must be thought of."""
    return next(values for begin, values in theirs.items() if route.startswith(begin))


@pytest.mark.parametrize(("name", "route"), STAFF_ADDRESSES, ids=lambda value: value)
def test_another_offices_thing_is_not_there_for_staff(office, theirs, name, route):
    if name in NAMES_NOTHING:
        assert not {"pk", "uid", "person"} & set(names(route))
        return
    desk, address = sign_in(office.user), filled(route, values_of(route, theirs))
    assert refused(desk, address), address


def refused(browser, address) -> bool:
    """404, or only one of reading and pressing is known there: reading a button leads to the page above."""
    asked, posted = browser.get(address), browser.post(address)
    if asked.status_code == 302:
        return posted.status_code == 404 and address.startswith(asked.headers["Location"])
    return asked.status_code == 404 and posted.status_code in {404, 405}


@pytest.mark.parametrize(
    ("name", "route"),
    [(name, route) for name, route, _ in addresses() if route.startswith("t/<")],
    ids=lambda value: value,
)
def test_a_forged_link_opens_no_page(office, name, route):
    own = factories.appointment(office)
    good = links.token(own.one("client"))
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    values = {"uid": uuid.uuid4(), "person": uuid.uuid4(), "link": forged}
    address = filled(route, values)
    assert name == "" or refused(Browser(), address), address


@pytest.mark.parametrize(
    ("name", "route"),
    [(name, route) for name, route, _ in addresses() if route.startswith("<slug:office>/")],
    ids=lambda value: value,
)
def test_an_office_that_does_not_exist_has_no_page(office, name, route):
    address = filled(route, {"office": "nirgends"})
    assert refused(Browser(), address), address


def test_reading_the_address_of_a_button_leads_to_a_page(office, theirs):
    desk = sign_in(office.user)
    own = factories.appointment(office)
    message = Message.objects.filter(office=office.office).first()
    call = CallbackRequest.objects.create(office=office.office, name="Kim", phone="+491761", created_at=NOW)
    for address, page in (
        (f"/desk/appointments/{own.uid}/outcome/", f"/desk/appointments/{own.uid}/"),
        (f"/desk/call-backs/{call.pk}/done/", "/desk/"),
        (f"/office/messages/{message.pk}/retry/", "/office/messages/"),
    ):
        assert desk.get(address, follow=True).redirect_chain == [(page, 302)]
