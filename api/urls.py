"""Addresses of API v1."""

from django.urls import path, re_path
from django.views.generic import TemplateView

from api import describe  # noqa: F401 - registers how keys are described
from api.views import appointments, base, clients, holds, lists, reports, schema, slots

one = "appointments/<uuid:uid>"
urlpatterns = [
    path("schema", schema.SchemaView.as_view(), name="schema"),
    path("docs", TemplateView.as_view(template_name="api/docs.html")),
    path("services", lists.ServicesView.as_view()),
    path("caseworkers", lists.CaseworkersView.as_view()),
    path("teams", lists.TeamsView.as_view()),
    path("locations", lists.LocationsView.as_view()),
    path("slots", slots.SlotsView.as_view()),
    path("holds", holds.HoldsView.as_view()),
    path("holds/<uuid:pk>", holds.HoldView.as_view()),
    path("appointments", appointments.AppointmentsView.as_view()),
    path(one, appointments.AppointmentView.as_view()),
    path(f"{one}/cancel", appointments.CancelView.as_view()),
    path(f"{one}/reschedule", appointments.RescheduleView.as_view()),
    path(f"{one}/mode", appointments.ModeView.as_view()),
    path(f"{one}/outcome", appointments.OutcomeView.as_view()),
    path(f"{one}/handover", appointments.HandoverView.as_view()),
    path(f"{one}/join", appointments.JoinView.as_view()),
    path("clients", clients.ClientsView.as_view()),
    path("clients/<str:pk>", clients.ClientView.as_view()),
    path("utilisation", reports.UtilisationView.as_view()),
    path("calendars/<str:pk>/freebusy", reports.FreeBusyView.as_view()),
    re_path("", base.NoSuchAddress.as_view()),
]
