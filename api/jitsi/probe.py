"""Asks a running room server, as a stranger would, whether it is there and strict; and us, as it would."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

from scheduler import clock, policies
from scheduler.conference import keys, try_out
from scheduler.conference.asking import Answer, ask
from scheduler.queries import hearing

BOSH = "http://jabber.org/protocol/httpbind"
AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
PATIENCE = 3
"""How often an answer is waited for that was not there at once: the room server may have to fetch our key."""
UNWANTED = {
    r"hosts\.anonymousdomain\s*=": "lets guests in without a token: set ENABLE_GUESTS=0",
    r"recordingService\s*=\s*\{[^}]*enabled:\s*true": "offers recording: set ENABLE_RECORDING=0",
    r"liveStreaming\s*=\s*\{[^}]*enabled:\s*true": "offers live streaming: set ENABLE_LIVESTREAMING=0",
    r"transcription\s*=\s*\{[^}]*enabled:\s*true": "offers transcription: set ENABLE_TRANSCRIPTIONS=0",
    r"analytics\.(?:amplitude\w*|google\w*|matomo\w*|scriptURLs)\s*=": "tells third parties who comes: "
    "unset AMPLITUDE_ID, GOOGLE_ANALYTICS_ID, MATOMO_ENDPOINT and ANALYTICS_SCRIPT_URLS",
}


@dataclass(frozen=True)
class Finding:
    """One sentence for the operator; ``ok`` is False where something must be done."""

    ok: bool
    text: str


def findings(address: str = "") -> Iterator[Finding]:
    """Everything that can be seen from outside; ``address`` stands for ``https://<JITSI_HOST>``."""
    if not settings.JITSI_PROVIDER:
        yield Finding(True, "JITSI_PROVIDER is empty: there is no room server, only the stand-in page.")
        return
    base = (address or f"https://{settings.JITSI_HOST}").rstrip("/")
    if settings.JITSI_PROVIDER == "jaas":
        yield _of_8x8(base)
        return
    yield from _of_config(base)
    yield from _of_bosh(base)
    yield from _of_keys()
    yield from _of_reservations()
    yield from _of_events()


def _of_8x8(base: str) -> Finding:
    answer = ask("GET", base)
    if answer.status == 0:
        return Finding(False, f"{base} does not answer ({answer.text}).")
    return Finding(True, f"{base} answers. 8x8 sets up its servers itself: nothing else can be looked at.")


def _of_config(base: str) -> Iterator[Finding]:
    answer = ask("GET", f"{base}/config.js")
    if answer.status != 200:
        yield Finding(False, f"{base}/config.js cannot be read ({_why(answer)}).")
        return
    yield Finding(True, f"{base}/config.js can be read.")
    text = re.sub(r"^\s*//.*$", "", answer.text, flags=re.MULTILINE)
    wrong = [said for pattern, said in UNWANTED.items() if re.search(rf"config\.{pattern}", text)]
    yield from (Finding(False, f"config.js {said}.") for said in wrong)
    if not wrong:
        yield Finding(True, "config.js offers no guests, recording, transcription or analytics.")
    yield from _of_domain(text)


def _of_domain(text: str) -> Iterator[Finding]:
    found = re.search(r"config\.hosts\.domain\s*=\s*['\"]([^'\"]+)", text)
    if found and found[1] != _subject():
        hint = "JITSI_SUBJECT must be the same, else every token is refused"
        yield Finding(False, f"The room server calls its domain {found[1]}, we call it {_subject()}: {hint}.")


def _subject() -> str:
    return settings.JITSI_SUBJECT or settings.JITSI_HOST


def _of_bosh(base: str) -> Iterator[Finding]:
    """Signs in without a token, which must fail, and with one of ours, which must not."""
    opened, answer = _sign_in(base)
    if "host-unknown" in opened.text:
        yield Finding(False, f"The room server does not know the domain {_subject()}: set JITSI_SUBJECT.")
    elif answer is None:
        yield Finding(False, f"{base}/http-bind (BOSH) does not answer as it should ({_why(opened)}).")
    else:
        yield Finding(True, f"{base}/http-bind (BOSH) answers.")
        yield _of_strangers(answer)
        yield _of_token(base)


def _of_strangers(answer: Answer) -> Finding:
    if "<success" in answer.text:
        hint = "set ENABLE_AUTH=1, AUTH_TYPE=jwt and JWT_ALLOW_EMPTY=0"
        return Finding(False, f"The room server lets people in without a token: {hint}.")
    if "<failure" in answer.text:
        return Finding(True, "Nobody comes in without a token.")
    return Finding(False, f"Whether a token is needed cannot be seen ({_why(answer)}).")


def _of_token(base: str) -> Finding:
    """A fresh one, for a room that nobody else is in."""
    ticket = try_out("jitsi_check", "en", clock.now())
    _, answer = _sign_in(base, {"room": ticket.room, "token": ticket.token})
    if answer and "<success" in answer.text:
        return Finding(True, "A token of ours is taken.")
    if answer and (refused := re.search(r"<text[^>]*>([^<]{1,200})", answer.text)):
        hint = "compare key or secret, issuer, audience and domain, and both clocks"
        return Finding(False, f"The room server refuses our tokens ({refused[1]}): {hint}.")
    return Finding(False, "Whether our tokens are taken cannot be seen: look into the room server's log.")


def _sign_in(base: str, query: Mapping[str, str] | None = None) -> tuple[Answer, Answer | None]:
    """What opening a session and signing in are answered (XEP-0206, RFC 6120 section 6); None without one."""
    address, number = f"{base}/http-bind?{urlencode(query or {})}".rstrip("?"), secrets.randbelow(10**9)
    opened = _bosh(address, number, "", f"to='{_subject()}' wait='5' hold='1' ver='1.6' xmpp:version='1.0'")
    session = re.search(r"\bsid=['\"]([^'\"]+)", opened.text)
    if opened.status != 200 or not session:
        return opened, None
    answer = _bosh(address, number + 1, AUTH, f"sid='{session[1]}'")
    for later in range(2, 2 + PATIENCE):
        if answer.status != 200 or re.search("<success|<failure|terminate", answer.text):
            break
        answer = _bosh(address, number + later, "", f"sid='{session[1]}'")
    return opened, answer


def _bosh(address: str, number: int, inside: str, attributes: str) -> Answer:
    start = f"<body xmlns='{BOSH}' xmlns:xmpp='urn:xmpp:xbosh' rid='{number}' {attributes}>"
    return ask("POST", address, f"{start}{inside}</body>", {"Content-Type": "text/xml"})


def _of_keys() -> Iterator[Finding]:
    for kid, pem in keys.served().items():
        address = f"{_own()}/keys/{hashlib.sha256(kid.encode()).hexdigest()}.pem"
        answer = ask("GET", address)
        if answer.status == 200 and answer.text == pem:
            yield Finding(
                True, f"Our key server has the key {kid}. On the room server this must print it, too:"
            )
            yield Finding(True, f"  curl -f {address}")
        else:
            yield Finding(
                False, f"Our key server does not give out the key {kid} ({_why(answer)}): {address}"
            )


def _of_reservations() -> Iterator[Finding]:
    if not settings.JITSI_CALLBACK_SECRET:
        hint = "rooms of moved and cancelled appointments open, and outcomes cannot be proposed"
        yield Finding(False, f"JITSI_CALLBACK_SECRET is empty: {hint}.")
        return
    headers = {"Authorization": f"Bearer {settings.JITSI_CALLBACK_SECRET}"}
    form = urlencode({"name": "nosuchroomofours", "start_time": "", "mail_owner": "jitsi_check"})
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    answer = ask("POST", f"{_own()}/conference", form, headers)
    if answer.status == 403 and '"message"' in answer.text:
        yield Finding(True, f"Our reservation API answers at {_own()}.")
    else:
        yield Finding(False, f"Our reservation API does not answer at {_own()} ({_why(answer)}).")


def _of_events() -> Iterator[Finding]:
    """Whether event_sync speaks to us shows only once somebody has gone in."""
    if not settings.JITSI_CALLBACK_SECRET:
        return
    days = policies.FACTS_KEPT.days
    if hearing.joined().exists():
        yield Finding(True, f"The room server told us within {days} days who came in.")
    elif hearing.went_in().exists():
        hint = "set up event_sync; until then nobody is proposed to have been absent"
        yield Finding(False, f"People went in within {days} days and no event was ever heard: {hint}.")
    else:
        yield Finding(
            True, f"Nobody went in within {days} days, and no event was heard: event_sync is untried."
        )


def _own() -> str:
    return f"{settings.PUBLIC_BASE_URL}/jitsi"


def _why(answer: Answer) -> str:
    return f"HTTP {answer.status}" if answer.status else answer.text
