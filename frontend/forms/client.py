"""What clients type. Every refusal says what is wrong and what to do."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language_info, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from frontend.forms.refusing import refusing
from frontend.forms.widgets import CodeInput, PhoneInput
from scheduler.models import Appointment, Interpreter, Office, Service
from scheduler.models.appointment import MODES
from scheduler.services import identity, people

SIGNED = "gsg"
CODE_DIGITS = 6


TOO_LONG = gettext_lazy("This is too long.")


def said(required: str) -> dict[str, Any]:
    """What is said where nothing, too much or something odd was typed; ``required`` is an English text."""
    asked = gettext_lazy(required)
    return {"required": asked, "invalid_choice": asked, "max_length": TOO_LONG}


class HowForm(forms.Form):
    """Video, phone or on site; with an interpreter or without."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Video, phone or on site?"),
        widget=forms.RadioSelect,
        error_messages=said(gettext_noop("Please choose how you would like to talk.")),
    )
    interpreter = forms.ChoiceField(
        label=gettext_lazy("Do you need an interpreter?"), required=False, widget=forms.Select
    )

    def __init__(self, *args: Any, office: Office, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["mode"], [(mode, dict(MODES)[mode]) for mode in service.offered_modes])
        languages = _interpreted(office) if service.interpreter_possible else []
        _offer(self.fields["interpreter"], [("", _("No")), *((tag, language_name(tag)) for tag in languages)])
        if not languages:
            del self.fields["interpreter"]


def _offer(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _interpreted(office: Office) -> list[str]:
    rows = Interpreter.objects.of(office).filter(active=True).values_list("languages", flat=True)
    return sorted({tag for languages in rows for tag in languages})


def language_name(tag: str) -> str:
    """A language as its own speakers call it; nothing for none."""
    if tag == SIGNED:
        return _("German sign language")
    try:
        return str(get_language_info(tag)["name_local"])
    except KeyError:
        return tag


def language_in_words(tag: str) -> str:
    """A language as the reader calls it, for staff; nothing for none."""
    if tag == SIGNED:
        return language_name(tag)
    try:
        return str(get_language_info(tag)["name_translated"])
    except KeyError:
        return tag


class StartForm(forms.Form):
    """One free time, as the page or an address names it."""

    start = forms.CharField(max_length=30, error_messages={"required": gettext_lazy("Please choose a time.")})

    def clean_start(self) -> datetime:
        try:
            start = datetime.fromisoformat(self.cleaned_data["start"])
        except ValueError:
            raise forms.ValidationError(_("Please choose a time.")) from None
        if start.tzinfo is None or not 2000 < start.year < 2100 or start.second or start.microsecond:
            raise forms.ValidationError(_("Please choose a time."))
        return start.astimezone(UTC)


class ContactForm(forms.Form):
    """Name and one way to reach her."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=people.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=said(gettext_noop("Please tell us your name.")),
    )
    contact = forms.CharField(
        label=gettext_lazy("Your e-mail address or mobile number"),
        help_text=gettext_lazy("We send you a code. Later we remind you of your appointment."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        error_messages=said(gettext_noop("Please give an e-mail address or a mobile number.")),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("You may write to me about this appointment."),
        error_messages={
            "required": gettext_lazy("Without your consent we cannot send you a code. Or call us.")
        },
    )

    phone = forms.CharField(
        label=gettext_lazy("Your phone number for the talk"),
        help_text=gettext_lazy("We call you on this number. Leave it empty for the mobile number above."),
        required=False,
        max_length=40,
        widget=PhoneInput,
        error_messages={"max_length": TOO_LONG},
    )
    field_order = ("name", "contact", "phone", "consent")

    def __init__(self, *args: Any, by_phone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_phone:
            del self.fields["phone"]

    def clean_name(self) -> str:
        return refusing(people.clean_name, self.cleaned_data["name"])

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        if not typed and "@" in self.cleaned_data.get("contact", ""):
            raise forms.ValidationError(_("On which number may we call you?"))
        return refusing(identity.normal_phone, typed) if typed else ""

    def clean_contact(self) -> str:
        text = self.cleaned_data["contact"]
        return refusing(identity.normal_email if "@" in text else identity.normal_mobile, text)


class CodeForm(forms.Form):
    """The six digits."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy("Six digits from our message"),
        max_length=20,
        widget=CodeInput,
        error_messages=said(gettext_noop("Please type the six digits.")),
    )

    def clean_code(self) -> str:
        """What cannot be a code costs no try."""
        digits = identity.digits(self.cleaned_data["code"])
        if len(digits) != CODE_DIGITS:
            raise forms.ValidationError(_("Please type the six digits."))
        return digits


class CancelForm(forms.Form):
    """Why, if she likes to say so."""

    REASONS = ("hindered", "no_time", "not_needed", "other")

    reason = forms.ChoiceField(
        label=gettext_lazy("Would you like to tell us why?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages=said(gettext_noop("Please choose one of the reasons, or none.")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = dict(Appointment.REASONS)
        reasons = [(reason, texts[reason]) for reason in self.REASONS]
        _offer(self.fields["reason"], [("", _("I prefer not to say")), *reasons])


class CallbackForm(forms.Form):
    """Please call me."""

    WINDOWS = (
        ("morning", gettext_lazy("In the morning")),
        ("afternoon", gettext_lazy("In the afternoon")),
        ("any", gettext_lazy("At any time")),
    )

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=people.NAME_LENGTH,
        error_messages=said(gettext_noop("Please tell us your name.")),
    )
    phone = forms.CharField(
        label=gettext_lazy("Your phone number"),
        max_length=40,
        widget=PhoneInput,
        error_messages=said(gettext_noop("On which number may we call you?")),
    )
    window = forms.ChoiceField(
        label=gettext_lazy("When may we call you?"), choices=WINDOWS, widget=forms.RadioSelect
    )

    def clean_name(self) -> str:
        return refusing(people.clean_name, self.cleaned_data["name"])

    def clean_phone(self) -> str:
        return refusing(identity.normal_phone, self.cleaned_data["phone"])
