"""By which channels somebody may be told: contact, consent, choice, safe-contact flag."""

from django.db.models import prefetch_related_objects

from scheduler.models import Client, Participant


def channels_of(person: Participant, kind: str) -> list[str]:
    """By which channels this person may be told this kind: contact, consent, choice, safe-contact flag."""
    if person.role == "caseworker":
        user = person.caseworker.user if person.caseworker else None
        return ["email"] if user and user.is_active and kind not in user.muted_kinds else []
    if person.role in {"interpreter", "companion"}:
        return ["email"] if person.email else []
    return client_channels(person.client) if person.role == "client" and person.client else []


def client_channels(client: Client) -> list[str]:
    """Channels with contact, consent and her choice; none with the safe-contact flag."""
    if client.no_messages or client.channel == "none":
        return []
    if "consents" not in getattr(client, "_prefetched_objects_cache", {}):
        prefetch_related_objects([client], "consents")
    contacts, allowed = (("email", client.email), ("sms", client.mobile)), client.open_channels
    open_to = [channel for channel, address in contacts if address and channel in allowed]
    chosen = [channel for channel in open_to if client.channel in (channel, "both")]
    return chosen or open_to
