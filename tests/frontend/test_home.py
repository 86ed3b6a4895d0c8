"""The first address: the only office's own page, or a list to choose from."""

from django.test import Client as Browser

from tests import factories


def test_where_there_is_one_office_its_page_is_the_first_one(db):
    factories.office(slug="amt", name="Jobcenter Hier")
    answer = Browser().get("/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="/amt/topic/"' in text
    assert "Jobcenter Hier" in text


def test_where_there_are_several_they_are_listed(db):
    for slug in ("hier", "dort"):
        factories.office(slug=slug)
    text = Browser().get("/").content.decode()
    assert 'href="/hier/"' in text
    assert 'href="/dort/"' in text
