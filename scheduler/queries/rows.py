"""The single rows that every search and booking needs, by statements that are written once."""

from scheduler.models import ApiKey, Caseworker, Client, Office, Schedule, Service, User
from scheduler.models.plain import Read

_KEY = Read(
    "FROM scheduler_apikey AS k JOIN scheduler_office AS o ON o.id = k.office_id WHERE k.digest = %s",
    k=ApiKey,
    o=Office,
)
_SERVICE = Read("FROM scheduler_service AS s WHERE s.id = %s AND s.office_id = %s", s=Service)
_CASEWORKER = Read(
    """FROM scheduler_caseworker AS c JOIN scheduler_schedule AS s ON s.caseworker_id = c.id
    LEFT JOIN scheduler_user AS u ON u.id = c.user_id WHERE c.id = %s AND c.office_id = %s""",
    c=Caseworker,
    s=Schedule,
    u=User,
)
_BY_EMAIL = Read(
    """FROM scheduler_client AS c WHERE c.office_id = %s AND UPPER(c.email) = UPPER(%s)
    AND UPPER(c.name) = UPPER(%s)""",
    c=Client,
)
"""In no order: asked for the first by id, PostgreSQL likes to walk through all clients."""


def key(digest: str) -> ApiKey | None:
    """The key with this digest, with its office."""
    found = _KEY.first(digest)
    if found is None:
        return None
    row, row.office = found
    return row


def service(office: Office, pk: int) -> Service | None:
    """A service of this office."""
    found = _SERVICE.first(pk, office.pk)
    return found[0] if found else None


def caseworker(office: Office, pk: int) -> Caseworker | None:
    """A caseworker of this office with her calendar and her user."""
    found = _CASEWORKER.first(pk, office.pk)
    if found is None:
        return None
    row, row.schedule, row.user = found
    return row


def client_by_email(office: Office, name: str, email: str) -> Client | None:
    """The client with this address and this name, whatever the case of the letters; of several the first."""
    found: list[Client] = [row for (row,) in _BY_EMAIL(office.pk, email, name)]
    return min(found, key=lambda client: client.pk, default=None)
