// Reads invitations with ical.js, as Thunderbird does: a JSON list of texts in, a JSON list of what they say out.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  calendar.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));
  const events = calendar.getAllSubcomponents("vevent");
  const event = new ICAL.Event(events[0]);
  return {
    events: events.length,
    method: calendar.getFirstPropertyValue("method"),
    uid: event.uid,
    sequence: event.sequence,
    status: events[0].getFirstPropertyValue("status"),
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    local: event.startDate.toString(),
    zone: event.startDate.zone.tzid,
    organizer: event.organizer,
    attendees: event.attendees.map((one) => one.getFirstValue()),
  };
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
