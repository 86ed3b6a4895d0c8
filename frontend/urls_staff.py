"""Addresses of staff."""

from django.urls import URLPattern, URLResolver, include, path

from frontend.views.client import trying
from frontend.views.desk import (
    absences,
    appointment,
    book,
    changing,
    clients,
    company,
    mails,
    openings,
    papers,
    phone,
    today,
    waiting,
    week,
)
from frontend.views.lead import messages as team_messages
from frontend.views.lead import utilisation
from frontend.views.office import basis, messages, overview, reminders, texts

appointment_urls: list[URLPattern | URLResolver] = [
    path("", appointment.show, name="desk_appointment"),
    path("outcome/", appointment.outcome, name="desk_outcome"),
    path("identity/", appointment.identity, name="desk_identity"),
    path("called/", appointment.called, name="desk_called"),
    path("join/", appointment.join, name="desk_join"),
    path("waiting/", waiting.show, name="desk_waiting"),
    path("say/", waiting.say, name="desk_say"),
    path("call-instead/", waiting.call_instead, name="desk_call_instead"),
    path("follow-up/", changing.follow_up, name="desk_follow_up"),
    path("mode/", changing.switch_mode, name="desk_mode"),
    path("move/", changing.move, name="desk_move"),
    path("hand-over/", changing.hand_over, name="desk_hand_over"),
    path("cancel/", changing.cancel, name="desk_cancel"),
    path("confirmation.pdf", papers.confirmation, name="desk_confirmation"),
    path("phone/", phone.show, name="desk_phone"),
    path("people/", company.people, name="desk_people"),
    *(
        path(f"people/<uuid:person>/{verb}/", company.change, {"verb": verb}, name=f"desk_person_{verb}")
        for verb in company.VERBS
    ),
]

desk_urls: list[URLPattern | URLResolver] = [
    path("", today.show, name="desk_today"),
    path("test-room/", trying.at_the_desk, name="trial_desk"),
    path("now/", today.now_only, name="desk_now"),
    path("call-backs/<int:pk>/done/", today.callback_done, name="desk_callback_done"),
    path("week/", week.show, name="desk_week"),
    path("openings/new/", openings.new, name="desk_opening_new"),
    path("openings/<int:pk>/", openings.change, name="desk_opening_change"),
    path("openings/<int:pk>/publish/", openings.publish, name="desk_opening_publish"),
    path("openings/<int:pk>/date/", openings.one_date, name="desk_opening_date"),
    path("openings/<int:pk>/date/restore/", openings.restore_date, name="desk_opening_restore"),
    path("openings/<int:pk>/withdraw/", openings.withdraw, name="desk_opening_withdraw"),
    path("absences/new/", absences.new, name="desk_absence_new"),
    path("absences/<int:pk>/", absences.show, name="desk_absence"),
    path("absences/<int:pk>/lift/", absences.lift, name="desk_absence_lift"),
    path("appointments/<uuid:uid>/", include(appointment_urls)),
    path("book/", book.book, name="desk_book"),
    path("mails/", mails.choose, name="desk_mails"),
    path("clients/", clients.search, name="desk_clients"),
    path("clients/new/", clients.new, name="desk_client_new"),
    path("clients/<int:pk>/", clients.card, name="desk_client"),
    path("clients/<int:pk>/reason/", clients.reason, name="desk_client_reason"),
    path("clients/<int:pk>/contact/", clients.contact, name="desk_client_contact"),
    path("clients/<int:pk>/take/", clients.take, name="desk_client_take"),
]

office_urls: list[URLPattern | URLResolver] = [
    path("", overview.show, name="office_overview"),
    path("services/<int:pk>/reminders/", reminders.edit, name="office_reminders"),
    path("messages/", messages.show, name="office_messages"),
    path("messages/channels/<slug:channel>/lift/", messages.lift, name="office_channel_lift"),
    path("messages/basis/", basis.edit, name="office_basis"),
    path("messages/texts/", texts.index, name="office_texts"),
    path("messages/texts/<slug:kind>/<slug:language>/", texts.edit, name="office_text"),
    path("messages/texts/<slug:kind>/<slug:language>/restore/", texts.restore, name="office_text_restore"),
    path("messages/<uuid:pk>/<slug:verb>/", messages.do, name="office_message_do"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", include(desk_urls)),
    path("lead/utilisation/", utilisation.show, name="lead_utilisation"),
    path("lead/messages/", team_messages.show, name="lead_messages"),
    path("lead/messages/<uuid:pk>/<slug:verb>/", team_messages.do, name="lead_message_do"),
    path("office/", include(office_urls)),
]
