"""What comes in, field by field."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from scheduler.domain import languages
from scheduler.errors import Invalid
from scheduler.models import Appointment
from scheduler.services import identity, people


class Start(serializers.DateTimeField):
    """An instant with its offset, within this century."""

    def to_internal_value(self, value: Any) -> datetime:
        found = super().to_internal_value(value)
        if not 2000 <= found.year < 2100:
            self.fail("invalid", format="RFC 3339")
        return found

    def enforce_timezone(self, value: datetime) -> datetime:
        """A time without an offset could be meant in the office's zone: nobody guesses."""
        if value.tzinfo is None:
            self.fail("invalid", format="RFC 3339 with an offset")
        return super().enforce_timezone(value)


class Text(serializers.CharField):
    """A string, not a number that could be written as one."""

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Email(serializers.EmailField):
    """An address as we keep it: in lower case, and no longer than the data base has room for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 254, **options})

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return identity.normal_email(text[: self.max_length + 1])
        except Invalid:
            self.fail("invalid")


class Language(Text):
    """A language tag."""

    default_error_messages = {"unknown": "This is no language tag, such as de, en or ar."}

    def to_internal_value(self, data: object) -> str:
        tag = super().to_internal_value(data)
        if not languages.is_known(tag):
            self.fail("unknown")
        return tag


class Contacts(serializers.Serializer):
    """How somebody is reached."""

    email = Email(required=False, allow_null=True)
    mobile = Text(max_length=40, required=False, allow_null=True)

    def validate_mobile(self, value: str | None) -> str | None:
        return identity.normal_mobile(value) if value else None


class HoldIn(serializers.Serializer):
    service = serializers.CharField(max_length=20)
    start = Start()
    mode = serializers.ChoiceField(["video", "phone", "on_site"])
    caseworker = serializers.CharField(max_length=20, required=False)
    interpreter = Text(max_length=12, required=False, default="")


class ClientIn(Contacts):
    id = serializers.CharField(max_length=20, required=False)
    name = Text(max_length=people.NAME_LENGTH, required=False)
    language = Language(max_length=12, required=False, default="de")
    external_reference = Text(max_length=64, required=False, allow_null=True)

    def validate(self, attrs: dict) -> dict:
        if not attrs.get("id") and not attrs.get("name"):
            raise serializers.ValidationError({"name": "Name or id is needed."}, code="required")
        return attrs


class AppointmentIn(HoldIn):
    client = ClientIn()
    hold = serializers.UUIDField(required=False)
    location = serializers.CharField(max_length=20, required=False)
    note = Text(max_length=500, required=False, default="", allow_blank=True)
    special = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict) -> dict:
        if attrs.get("location") and attrs["mode"] != "on_site":
            raise serializers.ValidationError(
                {"location": "Only talks on site have a place."}, code="invalid"
            )
        return attrs


class CancelIn(serializers.Serializer):
    by = serializers.ChoiceField(["client", "office"])
    reason = serializers.ChoiceField([code for code, _ in Appointment.REASONS], required=False, default="")


class RescheduleIn(serializers.Serializer):
    start = Start()
    caseworker = serializers.CharField(max_length=20, required=False)


class ModeIn(serializers.Serializer):
    mode = serializers.ChoiceField(["video", "phone", "on_site"])


class OutcomeIn(serializers.Serializer):
    status = serializers.CharField(max_length=20)


class HandoverIn(serializers.Serializer):
    caseworker = serializers.CharField(max_length=20)


class JoinIn(serializers.Serializer):
    locals()["as"] = serializers.ChoiceField(["caseworker", "client"])


class ClientPatch(Contacts):
    """What is named is changed, the rest stays; ``null`` and fields that do not exist answer 400."""

    name = Text(max_length=people.NAME_LENGTH, required=False)
    language = Language(max_length=12, required=False)
    email = Email(required=False)
    mobile = Text(max_length=40, required=False)

    def validate(self, attrs: dict) -> dict:
        odd = sorted(set(self.initial_data) - set(self.fields))
        if odd:
            raise serializers.ValidationError(dict.fromkeys(odd, "There is no such field."), code="unknown")
        return attrs
