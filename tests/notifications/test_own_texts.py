"""An office's own texts: strict when they are kept, harmless when they are broken anyway."""

import json
import logging
from datetime import timedelta
from itertools import cycle

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from notifications import delivery, gsm7, own_texts, samples, texts, to_staff, wordings
from notifications.models import Message, State, TemplateOverride
from notifications.own_texts import KINDS, LANGUAGES, MAIL, PARTS, SMS, SUBJECT, Problem
from scheduler import links
from scheduler.domain.wording import FORBIDDEN
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.models import Client, Event, Office
from scheduler.services import booking
from tests import factories
from tests.factories import NOW

STAFF = Actor("user", "1")
OWN_SMS = "{{ office_short }} {{ weekday }} {{date}} {{ time }} {{ link }} {{ word }}"
OWN_MAIL = "Hallo aus dem {{ office }}!\n\n{{ news }} <Wirklich>.\nWann: {{ when }}\n{{ link }}"


@pytest.fixture
def worker(transactional_db):
    office = factories.office(sms_sender_name="Kreis GG")
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    return worker


def keep(office, part, text, kind="confirmation", language="de"):
    return texts.keep(office=office, kind=kind, part=part, language=language, text=text, by=STAFF, now=NOW)


class TestRules:
    @pytest.mark.parametrize(
        "text",
        [
            "{% for a in b %}{% endfor %}",
            "{{ office.phone }}",
            "{{ office|upper }}",
            "{{ office[0] }}",
            "{{ office }",
            "{ office }",
            "{{{ office }}}",
            "{{ Office }}",
            "{# comment #}",
            "{{  office  }}",
            "{{ office\n}}",
            "}}",
        ],
    )
    def test_nothing_but_listed_names_stands_in_braces(self, text):
        found = own_texts.problems("confirmation", SUBJECT, text)
        assert {problem.code for problem in found} <= {"braces", "line_break"}
        assert Problem("braces") in found

    def test_unknown_names_are_named_once_each(self):
        found = own_texts.problems("confirmation", SUBJECT, "{{ name }} {{ office }} {{ link }} {{ name }}")
        assert found == [Problem("unknown_variable", "name"), Problem("unknown_variable", "link")]

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_sms_keeps_what_tells_it_from_fraud(self, kind):
        missing = [p.what for p in own_texts.problems(kind, SMS, "Hallo") if p.code == "missing_variable"]
        assert missing == {"code": ["code"], "cancelled": ["word"]}.get(kind, ["link", "word"])

    @pytest.mark.parametrize("word", FORBIDDEN)
    def test_forbidden_words_are_refused(self, word):
        assert Problem("forbidden_word", word) in own_texts.problems("code", SUBJECT, f"Ihre {word}en")

    @pytest.mark.parametrize("sign", ["\u200f", "\u061c", "\u200b"])
    def test_no_unseen_sign_hides_a_forbidden_word(self, sign):
        assert own_texts.problems("code", SUBJECT, f"Sank{sign}tion") == [
            Problem("forbidden_word", "Sanktion")
        ]

    def test_what_nobody_sees_and_what_is_too_long_is_refused(self):
        found = [
            own_texts.problems("code", SUBJECT, text) for text in ("a\u202eb", "a\x00", "a\nb", "a" * 121)
        ]
        assert [problem.code for (problem,) in found] == [
            "unprintable",
            "unprintable",
            "line_break",
            "too_long",
        ]
        assert own_texts.problems("code", SUBJECT, " \n ") == [Problem("empty")]

    def test_what_is_too_long_is_not_looked_through(self):
        found = own_texts.problems("confirmation", MAIL, "{{ name }} {" + "Sanktion" * PARTS[MAIL])
        assert found == [Problem("too_long")]

    def test_an_sms_has_four_segments_at_most_with_the_longest_names(self, settings):
        settings.PUBLIC_BASE_URL = "https://a.example"
        rest = 4 * gsm7.PART - 4 * len(f"{'x' * 80} ") - len(f"https://a.example/t/{'x' * 24} {'x' * 16}")
        text = "{{ office }} " * 4 + "{{ link }} {{ word }}"
        assert own_texts.problems("confirmation", SMS, text + "a" * rest) == []
        found = own_texts.problems("confirmation", SMS, text + "a" * (rest + 1))
        assert found == [Problem("too_many_segments", "5")]

    def test_what_costs_thirty_sms_is_refused(self):
        found = own_texts.problems("confirmation", SMS, "{{link}} " * 52 + "{{word}}")
        assert [problem.code for problem in found] == ["too_many_segments"]

    @pytest.mark.parametrize(
        "behind", ["{{ word }}", "{{word}}", "ab", "/x", "?a", "-", ".de", ")a", "»", "!?", "\u200b a"]
    )
    def test_what_would_become_part_of_the_link_is_refused(self, behind):
        for link in ("{{ link }}", "{{link}}"):
            found = own_texts.problems("confirmation", MAIL, f"{link}{behind}")
            assert found == [Problem("glued_link")]

    @pytest.mark.parametrize(
        "behind", ["", " {{ word }}", "\n{{ word }}", ".", ")", "!) Bis bald", "?", '">', ",\nIhr Amt"]
    )
    def test_a_link_that_ends_is_fine(self, behind):
        assert own_texts.problems("confirmation", MAIL, "({{ link }}" + behind) == []

    def test_what_a_value_holds_is_never_read_as_a_variable(self):
        assert own_texts.fill("{{ person }}", {"person": "{{ word }}", "word": "Ahorn"}) == "{{ word }}"

    @given(st.text(alphabet="{} %#|.abcoefi_\n\\", max_size=60))
    def test_what_is_accepted_can_be_filled_in(self, text):
        if not own_texts.problems("code", SUBJECT, text):
            values = dict.fromkeys(own_texts.variables("code", SUBJECT), "x")
            filled = own_texts.fill(text, values)
            assert "{" not in filled
            assert "}" not in filled


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_editor_begins_with_a_text_that_says_the_same(worker, kind, language):
    """The starter of every part is sound, and filled in it is the default to the letter."""
    office = worker.office
    with translation.override(language):
        context = {**wordings.of_office(office), **samples.context(office, kind, NOW)}
        own = {part: wordings.starter(office, kind, part, NOW) for part in PARTS}
        assert [own_texts.problems(kind, part, text) for part, text in own.items()] == [[], [], []]
        assert wordings.sms(kind, context, own) == wordings.sms(kind, context)
        mine, default = wordings.mail(kind, context, own), wordings.mail(kind, context)
        assert mine.subject == default.subject
        assert mine.text.split() == default.text.split()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_variable_of_an_sms_is_longer_than_is_reckoned_with(worker, language):
    office, sms = worker.office, own_texts.LONGEST
    with translation.override(language):
        for day, mode in zip(range(366), cycle(["video", "phone", "on_site"]), strict=False):
            context = samples.context(office, "confirmation", NOW + timedelta(days=day))
            context["start"] = context["start"].replace(hour=23)
            context["appointment"].mode = mode
            found = wordings.values({**wordings.of_office(office), **context})
            assert [name for name in sms if len(found[name]) > sms[name]] == []
    stored = {"office": Office.name, "phone": Office.phone, "word": Client.word}
    assert {name: column.field.max_length for name, column in stored.items()}.items() <= sms.items()
    assert sms["office_short"] == wordings.OFFICE_LENGTH
    used = {name for kind in KINDS for name in own_texts.variables(kind, SMS)}
    assert used == {*sms, "link"}


class TestSending:
    def test_an_own_mail_is_sent_with_what_must_follow_it(self, worker, post):
        keep(worker.office, SUBJECT, "Es klappt: {{ when }}")
        keep(worker.office, MAIL, OWN_MAIL)
        appointment = factories.appointment(worker)
        Message.objects.exclude(kind="confirmation").delete()
        delivery.deliver_due(lambda: NOW)
        (mail,) = post.parsed()
        assert mail["Subject"] == "Es klappt: Dienstag, 10. März, 9:00 Uhr"
        text = _lines(mail)
        assert text.startswith(f"Hallo aus dem {worker.office.name}!\n\nIhr Termin ist gebucht. <Wirklich>.")
        for needed in ("Ahorn", "freiwillig", worker.office.phone, "keine E-Mails mehr"):
            assert needed in text
        html = mail.get_body(("html",)).get_content()
        assert "&lt;Wirklich&gt;." in html
        assert html.count(f'<a href="{_link(appointment)}"') == 1
        for needed in ("Ahorn", "freiwillig", "keine E-Mails mehr"):
            assert needed in html

    def test_an_own_sms_is_sent(self, worker, settings, tmp_path):
        settings.SMS_CONSOLE_PATH = tmp_path
        keep(worker.office, SMS, OWN_SMS)
        appointment = factories.appointment(worker, _with_mobile(worker))
        delivery.deliver_due(lambda: NOW)
        assert _texts(tmp_path) == [f"Kreis GG Di 10.03. 09:00 {_link(appointment)} Ahorn"]

    def test_who_cancelled_is_told_truly_in_an_own_text(self, worker, post):
        keep(worker.office, MAIL, "{{ news }}", kind="cancelled")
        appointment = factories.appointment(worker)
        booking.cancel(appointment=appointment, by=Actor("client", "1"), now=NOW)
        Message.objects.exclude(kind="cancelled").delete()
        delivery.deliver_due(lambda: NOW)
        assert "Sie haben diesen Termin abgesagt." in _plain(post)

    def test_another_offices_text_and_another_language_stay_away(self, worker, post):
        keep(factories.office(), MAIL, OWN_MAIL)
        keep(worker.office, MAIL, OWN_MAIL, language="en")
        factories.appointment(worker)
        Message.objects.exclude(kind="confirmation").delete()
        delivery.deliver_due(lambda: NOW)
        assert _plain(post).startswith("Guten Tag,")

    @pytest.mark.parametrize("text", ["{% now %} {{ link }}", "{{ nonsense }} {{ link }}", "no link", ""])
    def test_a_broken_text_is_never_sent_and_the_operators_hear_of_it(self, worker, post, caplog, text):
        TemplateOverride.objects.create(
            office=worker.office, kind="confirmation", part=MAIL, language="de", text=text
        )
        factories.appointment(worker)
        Message.objects.exclude(kind="confirmation").delete()
        with caplog.at_level(logging.ERROR):
            delivery.deliver_due(lambda: NOW)
        assert _plain(post).startswith("Guten Tag,\n\nIhr Termin ist gebucht.")
        assert Message.objects.get().state == State.SENT
        assert "own text broken" in caplog.text

    def test_a_test_shows_mail_and_sms_to_who_asked_for_it(self, worker, post):
        keep(worker.office, SUBJECT, "Es klappt")
        user = factories.user(worker.office, administers=True)
        for _ in range(3):
            to_staff.send_test(user=user, kind="confirmation", language="de", now=NOW)
        delivery.deliver_due(lambda: NOW)
        (mail,) = post.parsed()
        assert (mail["To"], mail["Subject"]) == (user.email, "[Test] Es klappt")
        text = _lines(mail)
        assert "--- SMS ---\nKreis GG: Termin" in text
        assert samples.WORD in text


class TestKeeping:
    def test_keeping_and_restoring_leave_events(self, worker):
        what = {"office": worker.office, "kind": "code", "language": "de", "by": STAFF, "now": NOW}
        assert keep(worker.office, SUBJECT, "Code", kind="code")
        assert not keep(worker.office, SUBJECT, "Code", kind="code")
        assert keep(worker.office, SUBJECT, "Ihr Code", kind="code")
        assert texts.restore(**what, part=SUBJECT)
        assert not texts.restore(**what, part=SUBJECT)
        verbs = Event.objects.filter(verb__startswith="text.").values_list("verb", "payload")
        named = {"kind": "code", "part": "subject.txt", "language": "de"}
        assert list(verbs) == [("text.changed", named), ("text.changed", named), ("text.restored", named)]
        assert not TemplateOverride.objects.exists()

    def test_what_could_not_be_sent_is_not_kept(self, worker):
        with pytest.raises(Invalid) as refusal:
            keep(worker.office, SMS, "{{ link }}")
        assert refusal.value.problem == "missing_variable"
        assert not TemplateOverride.objects.exists()


def test_the_preview_counts_segments_and_price(worker, settings):
    own = {SMS: OWN_SMS + " a" * 60}
    shown = texts.preview(office=worker.office, kind="moved", language="de", own=own, now=NOW)
    assert shown.segments == gsm7.segments(shown.sms) == 2
    assert shown.price == 2 * settings.SMS_SEGMENT_PRICE


def _link(appointment):
    return links.url(appointment.one("client"))


def _with_mobile(worker):
    return factories.client(worker.office, email=None, mobile="+491712345678")


def _texts(folder):
    return [json.loads(path.read_text())["text"] for path in folder.glob("*.json")]


def _plain(post):
    (mail,) = post.parsed()
    return _lines(mail)


def _lines(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
