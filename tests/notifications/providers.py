"""Real HTTP servers in the place of SMS providers: they hold requests to the provider's description.

Twilio's Messages resource (twilio-oai, April 2026): ``POST /2010-04-01/Accounts/{Sid}/Messages.json`` takes a
form with ``To`` and either ``From`` or ``MessagingServiceSid`` and at least ``Body``; basic authentication by
account and token; 201 with ``sid``. ``GET`` of the same address lists with ``To`` and ``DateSent`` bounds.
"""

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers import running

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "twilio's token in the tests"
ALLOWED = {
    *("To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod", "Attempt"),
    *("ApplicationSid", "MaxPrice", "ProvideFeedback", "ContentRetention", "SmartEncoded", "SendAt"),
}


class Provider:
    """``answers`` come first, one a request: a status, (status, body) or a fault; ``findings`` for look-ups.

    Faults are hang, late, drip, close, close_after. Hang and late say nothing for a while; late takes the SMS
    only then.
    """

    pause = late = 3.0

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.answers: list[Any] = []
        self.findings: list[Any] = []
        self.lock, self.address = threading.Lock(), ""

    def next_answer(self) -> Any:
        """What is answered to this request; None: what the provider would."""
        with self.lock:
            return self.answers.pop(0) if self.answers else None

    def next_finding(self) -> Any:
        """What is answered to a look-up; None: what the provider would."""
        with self.lock:
            return self.findings.pop(0) if self.findings else None

    def take(self, message: dict[str, Any]) -> str:
        """Keep an SMS; answers its id."""
        with self.lock:
            self.taken.append(message)
            return f"SM{len(self.taken):032x}"


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *args: object) -> None:
        """Quiet."""

    def answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def read(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def planned(self, planned: Any, take: Any) -> None:
        """Misbehave as planned; ``take`` keeps the message where it is taken all the same."""
        if planned == "hang":
            take()
            time.sleep(self.provider.pause)
        elif planned == "late":
            time.sleep(self.provider.late)
            take()
        elif planned == "drip":
            take()
            self._drip()
        elif planned == "close":
            self.connection.close()
        elif planned == "close_after":
            take()
            self.connection.close()
        else:
            status, body, *more = planned if isinstance(planned, tuple) else (planned, {})
            self.answer(status, body, more[0] if more else None)

    def _drip(self) -> None:
        """An answer that never ends, a byte at a time."""
        self.wfile.write(b"HTTP/1.1 201 Created\r\nX-Slow: ")
        with suppress(OSError):
            for _ in range(int(self.provider.pause * 10)):
                time.sleep(0.1)
                self.wfile.write(b"x")
        self.close_connection = True


class _Twilio(_Handler):
    def do_POST(self) -> None:
        form = {name: values[0] for name, values in parse_qs(self.read()).items()}
        planned = self.provider.next_answer()
        if planned is not None:
            self.planned(planned, lambda: self.provider.take(form))
            return
        if fault := self._fault(form):
            self.provider.faults.append(fault)
            self.answer(400, {"code": 21602, "message": fault, "status": 400})
            return
        self.answer(201, {"sid": self.provider.take(form), "status": "queued", "body": form["Body"]})

    def do_GET(self) -> None:
        planned = self.provider.next_finding()
        if planned is not None:
            self.planned(planned, lambda: None)
            return
        to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
        found = [
            {
                "sid": f"SM{number:032x}",
                "to": one["To"],
                "body": one["Body"],
                "status": one.get("status"),
                "direction": "outbound-api",
            }
            for number, one in enumerate(self.provider.taken, 1)
            if one["To"] == to
        ]
        self.answer(200, {"messages": found, "next_page_uri": None, "page": 0, "page_size": 50})

    def _fault(self, form: dict[str, str]) -> str:
        right = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if urlsplit(self.path).path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return f"no such resource: {self.path}"
        if self.headers.get("Authorization") != f"Basic {right}":
            return "not authenticated"
        if unknown := set(form) - ALLOWED:
            return f"unknown parameters: {unknown}"
        if not re.fullmatch(r"\+[1-9]\d{6,14}", form.get("To", "")):
            return "To is no E.164 number"
        if ("From" in form) == ("MessagingServiceSid" in form) or not form.get("Body"):
            return "exactly one sender and a body are needed"
        if not 1 <= int(form.get("ValidityPeriod", 1)) <= 36_000:
            return "ValidityPeriod is out of range"
        return ""


class _Gateway(_Handler):
    def do_POST(self) -> None:
        text = self.read()
        if len(text.encode()) < int(self.headers.get("Content-Length", 0)):
            return  # whoever asked has died meanwhile
        body, planned = json.loads(text), self.provider.next_answer()
        if planned is not None:
            self.planned(planned, lambda: self.provider.take(body))
        elif self.headers.get("Authorization") != "Bearer gateway token":
            self.answer(401, {})
        else:
            self.answer(202, {"messageId": self.provider.take(body)})

    def do_GET(self) -> None:
        if (planned := self.provider.next_finding()) is not None:
            self.planned(planned, lambda: None)
            return
        reference = self.path.rsplit("/", 1)[-1]
        for number, one in enumerate(self.provider.taken, 1):
            if one["reference"] == reference:
                self.answer(200, {"messageId": f"SM{number:032x}"})
                return
        self.answer(404, {})


@contextmanager
def serve(kind: str, provider: Provider | None = None) -> Iterator[Provider]:
    """A server of this kind (twilio or gateway) on a free port of this machine."""
    provider = provider or Provider()
    base = {"twilio": _Twilio, "gateway": _Gateway}[kind]
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (base,), {"provider": provider}))
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    with running(server):
        yield provider
