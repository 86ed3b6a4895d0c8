"""Steps in front of the room, and what its page says."""

from scheduler import links


def mine(appointment, step="join/", role="client"):
    return f"/t/{links.token(appointment.one(role))}/{step}"


def look(browser, appointment, role="client", **query):
    answer = browser.get(mine(appointment, role=role), query)
    assert answer.status_code == 200
    return answer


def heading(answer):
    text = answer.content.decode()
    return text[text.index("<h1>") + 4 : text.index("</h1>")]


def own_server(settings, secret, address="none"):
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_ID, settings.JITSI_APP_SECRET = "sprechzeit", "s" * 40
    settings.JITSI_CALLBACK_SECRET, settings.JITSI_INTERNAL_URL = secret, address
