"""The steps of a visitor, as requests."""

from scheduler.models import ContactProof
from scheduler.services import identity

NINE = "2026-03-10T08:00:00Z"


def choose(browser, service, start=NINE, mode="video"):
    browser.post("/amt/topic/", {"service": service.pk})
    browser.post("/amt/how/", {"mode": mode})
    return browser.post("/amt/when/", {"start": start})


def give(browser, name="Kim Beispiel", contact="kim@post.example", **more):
    return browser.post("/amt/contact/", {"name": name, "contact": contact, "consent": "on", **more})


def prove(browser, **typed):
    give(browser, **typed)
    proof = ContactProof.objects.latest("created_at")
    return browser.post("/amt/code/", {"code": identity.code_of(proof)})


def book(browser, service, **fields):
    choose(browser, service)
    prove(browser, **fields)
    return browser.post("/amt/check/")
