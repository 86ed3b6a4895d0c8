"""Addresses of staff."""

from django.contrib.auth.decorators import login_required
from django.urls import path

from frontend.views.desk import absences, appointment, book, callbacks, clients, openings, today, week
from frontend.views.lead import utilisation
from frontend.views.office import overview

_pages = [
    ("desk/", today.today, "desk_today"),
    ("desk/week/", week.week, "desk_week"),
    ("desk/openings/new/", openings.new, "desk_opening_new"),
    ("desk/openings/<int:pk>/", openings.change, "desk_opening"),
    ("desk/absences/new/", absences.new, "desk_absence_new"),
    ("desk/absences/<int:pk>/lift/", absences.lift, "desk_absence_lift"),
    ("desk/appointments/<uuid:uid>/", appointment.show, "desk_appointment"),
    ("desk/appointments/<uuid:uid>/step/<str:name>/", appointment.step, "desk_step"),
    ("desk/appointments/<uuid:uid>/move/", appointment.move, "desk_move"),
    ("desk/appointments/<uuid:uid>/join/", appointment.join, "desk_join"),
    ("desk/book/", book.book, "desk_book"),
    ("desk/clients/", clients.search, "desk_clients"),
    ("desk/clients/<int:pk>/", clients.card, "desk_client"),
    ("desk/clients/<int:pk>/reason/", clients.reason, "desk_reason"),
    ("desk/call-backs/<int:pk>/done/", callbacks.done, "desk_callback_done"),
    ("lead/utilisation/", utilisation.show, "lead_utilisation"),
    ("office/", overview.show, "office_overview"),
]

urlpatterns = [path(route, login_required(view), name=name) for route, view, name in _pages]
