"""Addresses of pages: staff first, then personal links, then the offices' own."""

from django.urls import include, path

from frontend.views import check_code, demo, phone, start
from frontend.views.client import (
    callback,
    changing,
    check,
    company,
    contact,
    following,
    joining,
    mine,
    papers,
    stopping,
    trying,
    when,
    wishes,
)

app_name = "frontend"

mine_urls = [
    path("", mine.show, name="my"),
    path("confirm/", changing.confirm, name="my_confirm"),
    path("move/", changing.move, name="my_move"),
    path("cancel/", changing.cancel, name="my_cancel"),
    path("mode/", changing.switch_mode, name="my_mode"),
    path("termin.ics", mine.calendar, name="my_calendar"),
    path("company/", company.people, name="my_company"),
    path("company/<uuid:person>/remove/", company.remove, name="my_company_remove"),
    path("messages/", stopping.choose, name="my_messages"),
    path("messages/<slug:channel>/", stopping.code, name="my_messages_code"),
    path("next/<uuid:uid>/accept/", following.accept, name="my_next_accept"),
    path("next/<uuid:uid>/decline/", following.decline, name="my_next_decline"),
    path("confirmation.pdf", papers.confirmation, name="my_confirmation"),
    path("join/", joining.join, name="join"),
    path("here/", joining.here, name="here"),
    path("test/", trying.by_link, name="trial"),
    path("leave/", joining.leave, name="leave"),
    path("not-working/", joining.not_working, name="not_working"),
]

office_urls = [
    path("", start.office, name="office"),
    path("topic/", wishes.topic, name="topic"),
    path("how/", wishes.how, name="how"),
    path("when/", when.when, name="when"),
    path("contact/", contact.contact, name="contact"),
    path("extend/", contact.extend, name="extend"),
    path("code/", contact.code, name="code"),
    path("check/", check.check, name="check"),
    path("done/", check.done, name="done"),
    path("call-back/", callback.ask, name="callback"),
    path("check-code/", check_code.check, name="check_code"),
    path("post/", demo.post, name="demo_post"),
    path("help/", start.text, {"name": "help"}, name="help"),
    path("imprint/", start.text, {"name": "imprint"}, name="imprint"),
    path("privacy/", start.text, {"name": "privacy"}, name="privacy"),
    path("accessibility/", start.text, {"name": "accessibility"}, name="accessibility"),
]

urlpatterns = [
    path("", start.home, name="home"),
    path("language/", start.language, name="language"),
    path("", include("frontend.urls_staff")),
    path("t/<str:link>/", include(mine_urls)),
    path("t/<str:link>", mine.short),
    path("phone/<str:token>/", phone.enter, name="phone"),
    path("phone/<str:token>/leave/", phone.leave, name="phone_leave"),
    path("<slug:office>/", include(office_urls)),
]
