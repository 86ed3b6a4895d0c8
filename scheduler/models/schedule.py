"""Calendars of actors: openings, changes of single dates, absences, busy times (RFC 7953, FHIR Schedule)."""

from typing import Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scheduler.domain.recurrence import Change, Opening, ways
from scheduler.models.office import Location, OfficeOwned, OfficeQuerySet, Service
from scheduler.models.people import Booth, Caseworker, Interpreter


class Schedule(OfficeOwned):
    """The calendar of exactly one actor (FHIR *Schedule*); all actors are searched and protected alike."""

    caseworker = models.OneToOneField(
        Caseworker, null=True, blank=True, on_delete=models.CASCADE, related_name="schedule"
    )
    interpreter = models.OneToOneField(
        Interpreter, null=True, blank=True, on_delete=models.CASCADE, related_name="schedule"
    )
    booth = models.OneToOneField(
        Booth, null=True, blank=True, on_delete=models.CASCADE, related_name="schedule"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(caseworker__isnull=False, interpreter__isnull=True, booth__isnull=True)
                    | Q(caseworker__isnull=True, interpreter__isnull=False, booth__isnull=True)
                    | Q(caseworker__isnull=True, interpreter__isnull=True, booth__isnull=False)
                ),
                name="schedule_belongs_to_exactly_one_actor",
            )
        ]

    def __str__(self) -> str:
        return str(self.caseworker or self.interpreter or self.booth)


class AvailableQuerySet(OfficeQuerySet):
    def published(self) -> Self:
        """Openings that clients may see."""
        return self.filter(status=Available.PUBLISHED)

    def serving(self, service: Service) -> Self:
        """Openings on which this service may be booked (no service named: all of them)."""
        return self.filter(Q(services=None) | Q(services=service))


class Available(OfficeOwned):
    """A recurring opening (Sprechzeit): minutes of the local day, on one weekday, every n-th ISO week.

    A one-off opening has the same first and last date. ``modes`` and ``services`` empty: not limited.
    """

    DRAFT, PUBLISHED = "draft", "published"
    STATES = [(DRAFT, _("Draft")), (PUBLISHED, _("Published"))]

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="openings")
    weekday = models.PositiveSmallIntegerField(help_text="Monday is 0.", validators=[MaxValueValidator(6)])
    opens = models.PositiveSmallIntegerField(help_text="Minute of the local day.")
    closes = models.PositiveSmallIntegerField(help_text="Minute of the local day, up to 1440.")
    every_weeks = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last date; empty: until further notice.")
    modes = models.JSONField(default=list)
    services = models.ManyToManyField(Service, blank=True, related_name="+")
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    home_office = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=STATES, default=DRAFT)
    created_at = models.DateTimeField()

    objects = AvailableQuerySet.as_manager()

    class Meta:
        ordering = ["weekday", "opens", "pk"]
        indexes = [models.Index(fields=["office", "status", "schedule"], name="openings_of_an_office")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=models.F("opens")), name="opening_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(closes__lte=1440), name="opening_ends_on_its_own_day"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_has_a_weekday"),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1), name="opening_recurs_at_least_every_week"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="opening_series_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"

    def as_opening(self, services: frozenset[int] = frozenset()) -> Opening:
        """The value that the pure core reckons with."""
        return Opening(
            key=self.pk,
            schedule=self.schedule_id,
            weekday=self.weekday,
            opens=self.opens,
            closes=self.closes,
            first=self.starts_on,
            last=self.ends_on,
            every=self.every_weeks,
            modes=ways(self.modes, home_office=self.home_office),
            services=services,
            location=self.location_id,
        )


class AvailableException(OfficeOwned):
    """One date of a series, cancelled or with other hours."""

    available = models.ForeignKey(Available, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField()
    cancelled = models.BooleanField(default=False)
    opens = models.PositiveSmallIntegerField(null=True, blank=True)
    closes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["available", "day"], name="one_change_per_opening_and_date"),
            models.CheckConstraint(
                condition=Q(cancelled=True)
                | Q(
                    opens__isnull=False, closes__isnull=False, closes__gt=models.F("opens"), closes__lte=1440
                ),
                name="changed_date_has_hours_that_make_sense",
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)

    def as_change(self) -> Change:
        """The value that the pure core reckons with."""
        return Change(self.available_id, self.day, self.cancelled, self.opens, self.closes)


class PeriodQuerySet(OfficeQuerySet):
    def overlapping(self, start: Any, end: Any) -> Self:
        """Periods that share at least an instant with ``[start, end)``."""
        return self.filter(start__lt=end, end__gt=start)


class Absence(OfficeOwned):
    """The actor is away; the reason is never finer than away, elsewhere or training."""

    KINDS = [("away", _("Away")), ("elsewhere", _("Elsewhere")), ("training", _("Training"))]

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="absences")
    start = models.DateTimeField()
    end = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=KINDS, default="away")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        indexes = [models.Index(fields=["schedule", "start"], include=["end"], name="absences_of_a_schedule")]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=models.F("start")), name="absence_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d} {self.kind}"


class BusyPeriod(OfficeOwned):
    """What another calendar says is busy: only the interval, never what for."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="busy_periods")
    source = models.CharField(max_length=40, default="push")
    start = models.DateTimeField()
    end = models.DateTimeField()

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        indexes = [models.Index(fields=["schedule", "start"], include=["end"], name="busy_of_a_schedule")]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="busy_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"


class OfferedDay(OfficeOwned):
    """Nightly snapshot of what a schedule offered on a past day: figures never change afterwards.

    ``service`` empty: every opening counted once, by the service on it that yields most minutes.
    ``spans`` are pairs of epoch seconds.
    """

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="offered_days")
    day = models.DateField()
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveIntegerField()
    spans = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "day", "service"],
                condition=Q(service__isnull=False),
                name="a_day_is_frozen_once_per_schedule_and_service",
            ),
            models.UniqueConstraint(
                fields=["schedule", "day"],
                condition=Q(service__isnull=True),
                name="a_day_is_frozen_once_per_schedule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.minutes}"
