"""Form fields, errors, times and pictures that all pages share."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from frontend.forms.widgets import CodeInput, DateInput
from frontend.templatetags import charts, moments
from scheduler.models import Office

BERLIN = Office(slug="office", name="Jobcenter", zone="Europe/Berlin")


class Sample(forms.Form):
    email = forms.EmailField(label="E-Mail", help_text="For the confirmation.")
    mode = forms.ChoiceField(label="How?", choices=[("video", "Video")], widget=forms.RadioSelect)
    code = forms.CharField(label="Code", widget=CodeInput)
    day = forms.DateField(label="Day", widget=DateInput)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="Yes")


class Elements(HTMLParser):
    """All elements with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def with_id(self, identifier: str) -> dict[str, str | None]:
        return next(attributes for _, attributes in self.found if attributes.get("id") == identifier)

    def ids(self) -> set[str | None]:
        return {attributes["id"] for _, attributes in self.found if "id" in attributes}


def render(source: str, **context: object) -> Elements:
    return Elements(Template("{% load ui charts moments %}" + source).render(Context(context)))


def render_fields(form: forms.Form) -> Elements:
    return render("{% for bound in form %}{% field bound %}{% endfor %}", form=form)


def test_every_field_has_a_label():
    elements = render_fields(Sample())
    labelled = {attributes["for"] for tag, attributes in elements.found if tag == "label"}
    assert {"id_email", "id_mode_0", "id_code", "id_day", "id_note", "id_agreed"} == labelled


def test_hint_and_error_are_announced_with_the_field():
    elements = render_fields(Sample({"email": "nonsense"}))
    email = elements.with_id("id_email")
    assert email["aria-describedby"] == "id_email-hint id_email-error"
    assert {"id_email-hint", "id_email-error"} <= elements.ids()
    assert email["aria-invalid"] == "true"


def test_input_is_kept_after_an_error():
    assert render_fields(Sample({"email": "nonsense"})).with_id("id_email")["value"] == "nonsense"


def test_error_summary_leads_to_every_wrong_field():
    form = Sample({"email": "a@b.example", "note": "x"})
    elements = render("{% error_summary form %}", form=form)
    links = {attributes["href"] for tag, attributes in elements.found if tag == "a"}
    assert links == {"#id_mode_0", "#id_code", "#id_day", "#id_agreed"}
    assert links <= {f"#{found}" for found in render_fields(form).ids()}


def test_no_summary_without_errors():
    assert render("{% error_summary form %}", form=Sample()).found == []


def test_one_time_code_may_be_proposed_by_the_phone():
    code = render_fields(Sample()).with_id("id_code")
    assert (code["autocomplete"], code["inputmode"]) == ("one-time-code", "numeric")


def test_date_picker_gets_an_iso_date():
    form = Sample(initial={"day": date(2026, 11, 24)})
    assert render_fields(form).with_id("id_day")["value"] == "2026-11-24"


@pytest.mark.parametrize(("buttons", "tag"), [(False, "input"), (True, "button")])
def test_free_times_are_sent_in_utc(buttons, tag):
    start = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    days = [(date(2026, 11, 24), [SimpleNamespace(start=start)])]
    elements = render("{% slot_days days buttons=buttons %}", days=days, buttons=buttons, office=BERLIN)
    sent = [attributes for found, attributes in elements.found if found == tag]
    assert [(item["name"], item["value"]) for item in sent] == [("start", "2026-11-24T08:00:00Z")]


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2:30"),
        (datetime(2026, 11, 24, 8, 5, tzinfo=UTC), "9:05"),
    ],
)
def test_times_are_shown_in_the_offices_zone(instant, shown):
    assert moments.clock(instant, BERLIN) == shown


def test_a_late_evening_in_utc_is_the_next_day_in_the_office():
    assert "25" in moments.day(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), BERLIN)


@pytest.mark.parametrize(
    ("share", "shade"),
    [
        (None, ""),
        (0, ""),
        (0.01, "sz-heat__1"),
        (0.2, "sz-heat__2"),
        (0.99, "sz-heat__5"),
        (1.4, "sz-heat__5"),
    ],
)
def test_shades_of_the_heat_map(share, shade):
    assert charts.heat(share) == shade


def test_bars_share_one_scale():
    rows = [{"label": "A", "offered": 100, "booked": 50}, {"label": "B", "offered": 50, "booked": 50}]
    first, second = charts.bar_chart(rows, "Offered")["bars"]
    assert (first.offered, first.booked) == (charts.WIDTH, charts.WIDTH // 2)
    assert (second.offered, second.booked) == (charts.WIDTH // 2, charts.WIDTH // 2)


def test_nothing_offered_draws_bars_of_no_length():
    assert [bar.offered for bar in charts.bar_chart([{"label": "A"}], "Offered")["bars"]] == [0]


@pytest.mark.parametrize(
    "number", ["+49 6152 000000", "+49 (6152) 000-000", "+49 (0)6152 000000", "+496152000000"]
)
def test_a_number_to_call_holds_digits_alone(number):
    page = Template('{% load ui %}<a href="tel:{{ number|tel }}">').render(Context({"number": number}))
    assert page == '<a href="tel:+496152000000">'


def test_every_number_to_call_goes_through_the_filter():
    pages = Path("frontend/templates").rglob("*.html")
    assert [page.name for page in pages if re.search(r"tel:{{ [^}|]* }}", page.read_text())] == []


def test_whole_days_are_named_without_hours():
    midnight = [datetime(2026, 3, day, 23, tzinfo=UTC) for day in (9, 10, 11)]
    with translation.override("de"):
        assert moments.period(*midnight[:2], BERLIN) == "Dienstag, 10. März 2026, ganztägig"
        two_days = "Dienstag, 10. März 2026 – Mittwoch, 11. März 2026, ganztägig"
        assert moments.period(midnight[0], midnight[2], BERLIN) == two_days
        noon = datetime(2026, 3, 10, 11, tzinfo=UTC)
        hours = "Dienstag, 10. März 2026, 0:00 Uhr – Dienstag, 10. März 2026, 12:00 Uhr"
        assert moments.period(midnight[0], noon, BERLIN) == hours
