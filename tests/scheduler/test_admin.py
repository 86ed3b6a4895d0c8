"""Operators see everything and change nothing."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from scheduler.models import ApiKey, Appointment, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    request = RequestFactory().get("/operators/")
    request.user = User.objects.create_superuser("operator@amt.example", "correct horse battery staple")
    return request


def test_nobody_adds_changes_or_deletes(asked):
    for model, site in admin.site._registry.items():
        if model._meta.app_label == "scheduler":
            assert site.has_view_permission(asked)
            allowed = (
                site.has_add_permission(asked),
                site.has_change_permission(asked),
                site.has_delete_permission(asked),
            )
            assert allowed == (False, False, False)


def test_only_superusers_look(asked):
    asked.user = factories.user(factories.office(), is_staff=True)
    assert not admin.site._registry[Appointment].has_view_permission(asked)


def test_what_opens_something_is_not_shown(asked):
    assert "digest" not in admin.site._registry[ApiKey].get_fields(asked)
    assert "room" not in admin.site._registry[Appointment].get_fields(asked)
    assert "password" not in admin.site._registry[User].get_fields(asked)
    assert "start" in admin.site._registry[Appointment].get_list_display(asked)
