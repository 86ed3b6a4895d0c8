"""How things look in answers: plain dicts, ids as strings, times in UTC."""

from typing import Any

from api.times import stamp
from scheduler import links
from scheduler.models import ApiKey, Appointment, Caseworker, Client, Hold, Location, Service, Team


def service(row: Service, language: str) -> dict[str, Any]:
    """A service, its name in the caller's language."""
    return {
        "id": str(row.pk),
        "slug": row.slug,
        "name": row.name_in(language),
        "duration_minutes": row.duration_minutes,
        "buffer_minutes": row.buffer_minutes,
        "step_minutes": row.step,
        "modes": row.offered_modes,
        "min_notice_minutes": row.notice_minutes,
        "max_horizon_days": row.horizon_days,
        "cancel_until_minutes": row.cancel_until_minutes,
    }


def caseworker(row: Caseworker) -> dict[str, Any]:
    """A caseworker; ``services`` are ids."""
    services = [str(one.pk) for one in row.services.all()]
    return {"id": str(row.pk), "name": row.display_name, "languages": row.languages, "services": services}


def team(row: Team) -> dict[str, Any]:
    """A team; ``services`` are ids."""
    return {"id": str(row.pk), "name": row.name, "services": [str(one.pk) for one in row.services.all()]}


def location(row: Location) -> dict[str, Any]:
    """A site."""
    return {"id": str(row.pk), "name": row.name, "address": row.address, "step_free": row.step_free}


def hold(row: Hold) -> dict[str, Any]:
    """A hold with its end."""
    return {
        "id": str(row.pk),
        "start": stamp(row.start),
        "end": stamp(row.end),
        "caseworker": str(row.caseworker_id),
        "expires_at": stamp(row.expires_at),
    }


def client(row: Client) -> dict[str, Any]:
    """A client as the case system may see her."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "email": row.email,
        "mobile": row.mobile,
        "language": row.language,
        "external_reference": row.external_reference,
        "differing_contact": {"email": row.offered_email, "mobile": row.offered_mobile},
    }


def appointment(row: Appointment, key: ApiKey) -> dict[str, Any]:
    """An appointment. Nothing in it can be read as a missed duty."""
    people = {person.role: person for person in row.participants.all() if person.revoked_at is None}
    return {
        "uid": str(row.uid),
        "sequence": row.sequence,
        "status": str(row.status),
        "special": row.special,
        "service": str(row.service_id),
        "mode": row.mode,
        "location": str(row.location_id) if row.location_id else None,
        "start": stamp(row.start),
        "end": stamp(row.end),
        "arrived_at": stamp(people["client"].arrived_at) if "client" in people else None,
        "caseworker": {"id": str(row.caseworker_id), "name": row.caseworker.display_name},
        "client": _client_of(row.client),
        "language": row.language,
        "cancelled": _cancelled(row),
        "links": {
            "client": links.url(people["client"]) if _may_see_link(key, row) and "client" in people else None,
            "self": f"/api/v1/appointments/{row.uid}",
        },
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }


def _client_of(row: Client | None) -> dict[str, Any] | None:
    if row is None or row.protected:
        return None
    return {"id": str(row.pk), "name": row.name, "external_reference": row.external_reference}


def _cancelled(row: Appointment) -> dict[str, Any] | None:
    if row.cancelled_at is None:
        return None
    by, reason = row.cancelled_by, row.cancel_reason or None
    return {"by": by, "at": stamp(row.cancelled_at), "reason": reason, "late": row.cancelled_late}


def _may_see_link(key: ApiKey, row: Appointment) -> bool:
    protected = row.client is not None and row.client.protected
    return {"join", "book"} <= set(key.scopes) and not protected
