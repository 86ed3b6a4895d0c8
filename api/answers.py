"""What answers look like, for the OpenAPI description; ``tests/api/test_description.py`` holds them to it."""

from rest_framework import serializers
from rest_framework.serializers import Serializer


class Named(Serializer):
    id = serializers.CharField()
    name = serializers.CharField()


class ServiceOut(Named):
    slug = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    buffer_minutes = serializers.IntegerField(help_text="Kept free after each talk.")
    step_minutes = serializers.IntegerField(help_text="Distance of starts within an opening.")
    modes = serializers.ListField(child=serializers.CharField(), help_text="video, phone, on_site.")
    min_notice_minutes = serializers.IntegerField()
    max_horizon_days = serializers.IntegerField()
    cancel_until_minutes = serializers.IntegerField(help_text="Later counts as late; it is never refused.")


class CaseworkerOut(Named):
    languages = serializers.ListField(child=serializers.CharField(), help_text="BCP 47.")
    services = serializers.ListField(child=serializers.CharField())


class TeamOut(Named):
    services = serializers.ListField(child=serializers.CharField())


class LocationOut(Named):
    address = serializers.CharField()
    step_free = serializers.BooleanField()


class SlotOut(Serializer):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    caseworkers = serializers.ListField(child=serializers.CharField())


class SlotsOut(Serializer):
    slots = SlotOut(many=True)
    next_after = serializers.DateTimeField(allow_null=True, help_text="Set where `limit` cut the list.")


class HoldOut(Serializer):
    id = serializers.UUIDField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    caseworker = serializers.CharField()
    expires_at = serializers.DateTimeField()


class Contact(Serializer):
    email = serializers.EmailField(allow_null=True)
    mobile = serializers.CharField(allow_null=True)


class ClientOut(Named, Contact):
    language = serializers.CharField()
    external_reference = serializers.CharField(allow_null=True)
    differing_contact = Contact(help_text="What a later booking said otherwise; staff confirm it.")


class ClientsOut(Serializer):
    results = ClientOut(many=True)
    next = serializers.URLField(allow_null=True)


class Whom(Named):
    external_reference = serializers.CharField(allow_null=True)


class Cancelled(Serializer):
    by = serializers.ChoiceField(["client", "office"])
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_null=True)
    late = serializers.BooleanField()


class Links(Serializer):
    client = serializers.URLField(allow_null=True, help_text="For keys with `join` and `book` only.")
    self = serializers.CharField()


class AppointmentOut(Serializer):
    uid = serializers.UUIDField()
    sequence = serializers.IntegerField()
    status = serializers.ChoiceField(
        ["booked", "cancelled", "fulfilled", "noshow", "technical_failure", "office_failed"]
    )
    special = serializers.BooleanField()
    service = serializers.CharField()
    mode = serializers.ChoiceField(["video", "phone", "on_site"])
    location = serializers.CharField(allow_null=True)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField(allow_null=True)
    caseworker = Named()
    client = Whom(allow_null=True)
    language = serializers.CharField()
    cancelled = Cancelled(allow_null=True)
    links = Links()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ChangedOut(AppointmentOut):
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What staff overrode: outside_openings, off_grid, …"
    )


class AppointmentsOut(Serializer):
    results = AppointmentOut(many=True)
    next = serializers.URLField(allow_null=True)


class PassOut(Serializer):
    url = serializers.URLField(help_text="Opens the room for this person; never store or send it.")
    room = serializers.CharField()
    expires_at = serializers.DateTimeField()


class FiguresOut(Serializer):
    offered_minutes = serializers.IntegerField()
    booked_minutes = serializers.IntegerField()
    people = serializers.DictField(child=serializers.IntegerField(), help_text="Counts, to the nearest five.")
    rates = serializers.DictField(
        child=serializers.FloatField(allow_null=True), help_text="Null on fewer than twenty cases."
    )


class PartOut(FiguresOut):
    label = serializers.CharField()


class UtilisationOut(Serializer):
    to = serializers.DateField()
    figures = FiguresOut()
    rows = PartOut(many=True)
    locals()["from"] = serializers.DateField()


def page_of(row: type[Serializer]) -> Serializer:
    """A page of a list: ``results`` and ``next``."""
    fields = {"results": row(many=True), "next": serializers.URLField(allow_null=True)}
    return type(row.__name__.removesuffix("Out") + "Page", (Serializer,), fields)()
