"""The command that makes keys."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from scheduler.models import ApiKey
from scheduler.models.access import digest_of
from tests import factories

pytestmark = pytest.mark.django_db


def made(office, **options):
    out = StringIO()
    call_command("create_api_key", office=office, name="case system", stdout=out, **options)
    return out.getvalue().strip()


def test_the_key_stands_alone_and_is_stored_hashed():
    secret = made(factories.office().slug, scopes="read,book", addresses="10.0.0.0/8", days=30)
    key = ApiKey.objects.get(digest=digest_of(secret))
    assert (key.scopes, key.addresses) == (["read", "book"], ["10.0.0.0/8"])
    assert (key.expires_at - key.created_at).days == 30


@pytest.mark.parametrize("options", [
    {"scopes": "read,everything"}, {"scopes": ""}, {"addresses": "10.0.0.1/8"}, {"addresses": "home"},
    {"days": 0},
])  # fmt: skip
def test_nonsense_makes_no_key(options):
    office = factories.office()
    with pytest.raises(CommandError):
        made(office.slug, **options)
    assert not ApiKey.objects.exists()


def test_an_unknown_office_is_named():
    with pytest.raises(CommandError, match="nowhere"):
        made("nowhere")
