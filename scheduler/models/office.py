"""The Dienststelle and what it offers: locations, teams, services, closing days."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class OfficeQuerySet(models.QuerySet[Any]):
    """Query sets of everything that belongs to one office start here."""

    def of(self, office: "Office | int | None") -> Self:
        """Only the rows of this office: the first filter of every query."""
        return self.filter(office=office)


class OfficeOwned(models.Model):
    """A row that belongs to exactly one office; other offices never see it."""

    office = models.ForeignKey("scheduler.Office", on_delete=models.CASCADE, related_name="+")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        abstract = True


class Office(models.Model):
    """A Dienststelle with its address, languages and policies. One installation serves many."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    zone = models.CharField(max_length=40, default="Europe/Berlin")
    region = models.CharField(max_length=10, default="DE-HE", help_text="Holiday region, ISO 3166-2.")
    languages = models.JSONField(default=list, help_text="Language tags offered; empty: German and English.")
    phone = models.CharField(max_length=30, blank=True)
    dial_in_number = models.CharField(
        max_length=30,
        blank=True,
        default="",
        db_default="",
        help_text="To join a talk by phone, if at all.",
    )
    dial_in_pin = models.CharField(max_length=20, blank=True, default="", db_default="")
    mail_sender_name = models.CharField(max_length=60, blank=True)
    sms_sender_name = models.CharField(max_length=11, blank=True)
    is_demo = models.BooleanField(default=False)
    imprint = models.TextField(blank=True)

    door_opens_minutes = models.PositiveSmallIntegerField(default=15)
    door_closes_minutes = models.PositiveSmallIntegerField(default=30)
    hold_minutes = models.PositiveSmallIntegerField(default=20)
    holds_per_address = models.PositiveSmallIntegerField(default=5)
    holds_in_all = models.PositiveSmallIntegerField(default=200)
    codes_per_day = models.PositiveIntegerField(default=500, help_text="Budget against SMS pumping.")
    release_delay_minutes = models.PositiveSmallIntegerField(default=0)
    link_days = models.PositiveSmallIntegerField(default=30, help_text="Links live so long after the end.")
    quiet_from = models.PositiveSmallIntegerField(default=20 * 60, help_text="Minutes of the local day.")
    quiet_until = models.PositiveSmallIntegerField(default=8 * 60, help_text="Minutes of the local day.")
    client_kept_days = models.PositiveSmallIntegerField(default=90)
    events_kept_days = models.PositiveSmallIntegerField(default=365)
    told_by_task = models.JSONField(
        default=list,
        help_text="Channels by which clients are told without consent, as an official task.",
    )
    staff_may_see_initials = models.BooleanField(default=False)
    figures_per_caseworker_agreed_on = models.DateField(
        null=True, blank=True, help_text="Date of the Dienstvereinbarung; empty: no figures per person."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def offered_languages(self) -> list[str]:
        """Language tags in the office's order; the first is the default."""
        return self.languages or ["de", "en"]


class Location(OfficeOwned):
    """A site of the office."""

    name = models.CharField(max_length=80)
    address = models.TextField(blank=True)
    directions = models.TextField(blank=True)
    step_free = models.BooleanField(default=False)
    phone = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Service(OfficeOwned):
    """What the counselling is about ("Anliegen"). Durations in minutes."""

    MODES = ("video", "phone", "on_site")

    slug = models.SlugField()
    names = models.JSONField(default=dict, help_text="Name per language tag; German is the fallback.")
    descriptions = models.JSONField(default=dict)
    duration_minutes = models.PositiveSmallIntegerField(
        default=45, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    buffer_minutes = models.PositiveSmallIntegerField(default=15, validators=[MaxValueValidator(240)])
    step_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Grid; empty: duration + buffer.",
        validators=[MinValueValidator(5)],
    )
    modes = models.JSONField(default=list, help_text="Empty: video, phone and on site.")
    notice_minutes = models.PositiveIntegerField(default=1440)
    horizon_days = models.PositiveSmallIntegerField(default=42)
    cancel_until_minutes = models.PositiveIntegerField(default=1440)
    public = models.BooleanField(default=True)
    max_future = models.PositiveSmallIntegerField(default=2, help_text="Future appointments per client.")
    reminder_plan = models.JSONField(default=list, help_text="Stages and channels; empty: the default plan.")
    interpreter_possible = models.BooleanField(default=True)
    case_data = models.BooleanField(default=False, help_text="Then open booking needs a personal link.")
    waiting_goal_days = models.PositiveSmallIntegerField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["office", "slug"], name="service_slug_is_unique_in_its_office"),
            models.CheckConstraint(
                condition=models.Q(duration_minutes__gte=5), name="service_lasts_at_least_five_minutes"
            ),
            models.CheckConstraint(
                condition=models.Q(step_minutes__isnull=True) | models.Q(step_minutes__gte=5),
                name="service_step_is_at_least_five_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.name_in("de")

    @property
    def step(self) -> int:
        """Minutes between two starts on the grid."""
        return self.step_minutes or self.duration_minutes + self.buffer_minutes

    @property
    def offered_modes(self) -> list[str]:
        """Modes, video first where it is offered."""
        return [mode for mode in self.MODES if not self.modes or mode in self.modes]

    def name_in(self, language: str) -> str:
        """The name in this language, else in German, else the slug."""
        return self.names.get(language) or self.names.get("de") or self.slug

    def description_in(self, language: str) -> str:
        """The description in this language, else in German."""
        return self.descriptions.get(language) or self.descriptions.get("de") or ""


class Team(OfficeOwned):
    """Caseworkers with common services and leads."""

    name = models.CharField(max_length=80)
    leads = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="leads_teams", blank=True)
    services = models.ManyToManyField(Service, related_name="teams", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ClosingDay(OfficeOwned):
    """A day or part of a day on which the office is closed, or a bank holiday lifted (``lifted``)."""

    day = models.DateField()
    name = models.CharField(max_length=80, blank=True)
    opens = models.PositiveSmallIntegerField(default=0, help_text="Closed from this minute of the local day.")
    closes = models.PositiveSmallIntegerField(default=1440, help_text="Closed until this minute.")
    lifted = models.BooleanField(default=False, help_text="The bank holiday of this date does not count.")

    class Meta:
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="closing_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
