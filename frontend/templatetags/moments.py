"""Dates and times as people read them, in templates."""

from django import template

from frontend.moments import clock, day, hour, moment, period, short_day, stamp

register = template.Library()

for shown in (clock, day, hour, moment, short_day, stamp):
    register.filter(shown)
register.simple_tag(period)
