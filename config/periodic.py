"""Every periodic job: name, dotted path, cadence (``minute``, or ``daily HH:MM`` in UTC)."""

TABLE = (
    ("deliver what is due", "config.jobs.deliver_due", "minute"),
    ("ask what became of SMS", "config.jobs.look_up_due", "minute"),
    ("read what came back", "config.jobs.read_mailbox", "minute"),
    ("tell staff what is left to do", "config.jobs.plan_digests", "daily 04:30"),
    ("freeze yesterday's figures", "config.jobs.freeze_figures", "daily 01:10"),
    ("end what has had its time", "config.jobs.end_what_has_had_its_time", "daily 01:40"),
)
