"""``manage.py jitsi_check`` against a small room server: there, strict, and what is said where it is not."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from scheduler.models import RoomEvent
from tests import factories
from tests.factories import NOW
from tests.servers import running

CONFIG = """
config.hosts.domain = 'meet.jitsi';
// config.hosts.anonymousdomain = 'guest.meet.jitsi';
config.localRecording = { disable: true };
config.transcription = {
    enabled: false,
};
"""
REFUSED = "<body><failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-allowed/></failure></body>"
LET_IN = "<body><success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></body>"


class Room:
    """What it answers, and what it was asked."""

    def __init__(self):
        self.config, self.auth, self.bosh, self.asked = CONFIG, REFUSED, 200, []
        self.session, self.with_token = "<body sid='a1' wait='5'/>", [LET_IN]


@contextmanager
def serving(room):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer(200 if room.config and self.path == "/config.js" else 404, room.config)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            room.asked.append(body)
            self.answer(room.bosh, room.session if "to='" in body else self.signed_in())

        def signed_in(self):
            """The last answer stays."""
            if "token=" not in self.path:
                return room.auth
            return room.with_token.pop(0) if len(room.with_token) > 1 else room.with_token[0]

        def answer(self, status, text):
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def configured(settings, live_server, secret, key_pair, tmp_path):
    """Our side is served for real."""
    path = tmp_path / "room.pem"
    path.write_text(key_pair[0])
    settings.PUBLIC_BASE_URL = live_server.url
    settings.JITSI_PROVIDER, settings.JITSI_HOST, settings.JITSI_SUBJECT = (
        "self",
        "meet.example",
        "meet.jitsi",
    )
    settings.JITSI_APP_ID, settings.JITSI_KEY_ID = "sprechzeit", "2026-03"
    settings.JITSI_PRIVATE_KEY_FILE = str(path)


def caseworker():
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    return worker


def run(room):
    said = StringIO()
    with serving(room) as address:
        try:
            call_command("jitsi_check", "--address", address, stdout=said)
        except CommandError as error:
            return [line for line in said.getvalue().splitlines() if line.startswith("WRONG")], str(error)
    assert "WRONG" not in said.getvalue()
    return said.getvalue(), ""


@pytest.mark.django_db(transaction=True)
class TestOwnServer:
    def test_a_strict_room_server_and_our_side_are_fine(self, configured, room):
        said, error = run(room)
        assert error == ""
        for part in ("config.js can be read", "offers no guests", "(BOSH) answers", "without a token"):
            assert part in said
        for part in ("has the key 2026-03", "curl -f", "reservation API answers"):
            assert part in said
        assert "to='meet.jitsi'" in room.asked[0]
        assert "sid='a1'" in room.asked[1]

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("config.hosts.anonymousdomain = 'guest.meet.jitsi';", "ENABLE_GUESTS=0"),
            ("config.recordingService = {\n  // x\n  enabled: true,\n};", "ENABLE_RECORDING=0"),
            ("config.liveStreaming = { enabled: true };", "ENABLE_LIVESTREAMING=0"),
            ("config.transcription = {\n    enabled: true,\n};", "ENABLE_TRANSCRIPTIONS=0"),
            ("config.analytics.amplitudeAPPKey = 'x';", "AMPLITUDE_ID"),
            ("config.hosts.domain = 'meet.example';", "JITSI_SUBJECT"),
        ],
    )
    def test_what_is_not_strict_is_named_with_its_variable(self, configured, room, line, said):
        room.config = line if "hosts.domain" in line else CONFIG + line
        wrong, error = run(room)
        assert len(wrong) == 1
        assert said in wrong[0]
        assert error.startswith("1 to be put right")

    def test_a_server_that_needs_no_token_is_found_out(self, configured, room):
        room.auth = LET_IN
        assert "without a token" in run(room)[0][0]

    def test_a_token_of_ours_is_tried(self, configured, room):
        assert "A token of ours is taken" in run(room)[0]

    def test_an_answer_may_take_a_while(self, configured, room):
        room.with_token = ["<body/>", "<body/>", LET_IN]
        assert "A token of ours is taken" in run(room)[0]

    def test_why_our_tokens_are_refused_is_said(self, configured, room):
        room.with_token = [REFUSED.replace("<not-allowed/>", "<not-allowed/><text>Invalid signature</text>")]
        assert "refuses our tokens (Invalid signature): compare key" in run(room)[0][0]

    def test_no_answer_is_no_yes(self, configured, room):
        room.with_token = ["<body/>"]
        assert "Whether our tokens are taken cannot be seen" in run(room)[0][0]

    def test_a_domain_that_the_room_server_does_not_know_is_named(self, configured, room):
        room.session = "<body type='terminate' condition='host-unknown'/>"
        assert "does not know the domain meet.jitsi" in run(room)[0][0]

    def test_what_does_not_answer_is_named(self, configured, room):
        room.config, room.bosh = "", 502
        wrong, _ = run(room)
        assert "config.js cannot be read (HTTP 404)" in wrong[0]
        assert "(BOSH) does not answer as it should (HTTP 502)" in wrong[1]

    def test_a_server_that_is_not_there_is_named(self, configured):
        with pytest.raises(CommandError):
            call_command("jitsi_check", "--address", "http://127.0.0.1:9", stdout=StringIO())

    def test_without_a_secret_rooms_open_that_should_not(self, configured, room, settings):
        settings.JITSI_CALLBACK_SECRET = ""
        assert "JITSI_CALLBACK_SECRET is empty" in run(room)[0][0]

    def test_an_event_sync_that_was_never_heard_is_said(self, configured, room):
        worker = caseworker()
        client = factories.appointment(worker).one("client")
        assert "event_sync is untried" in run(room)[0]
        RoomEvent.objects.create(office=worker.office, participant=client, kind="token", at=NOW)
        wrong, error = run(room)
        assert "no event was ever heard: set up event_sync" in wrong[0]
        assert error.startswith("1 to be put right")
        factories.heard_somewhere(worker)
        assert "told us within 7 days who came in" in run(room)[0]

    def test_the_stand_in_of_before_is_not_taken_for_the_room_server(self, configured, room):
        worker = caseworker()
        client = factories.appointment(worker).one("client")
        for kind in ("token", "joined"):
            RoomEvent.objects.create(office=worker.office, participant=client, kind=kind, at=NOW)
        assert "event_sync is untried" in run(room)[0]

    def test_our_side_must_be_reachable(self, configured, room, settings):
        settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
        wrong, _ = run(room)
        assert "key server does not give out the key 2026-03" in wrong[0]
        assert "reservation API does not answer" in wrong[1]

    def test_no_secret_is_printed(self, configured, room, secret, key_pair):
        said, _ = run(room)
        assert secret not in said
        assert "BEGIN" not in said


def test_without_a_room_server_there_is_nothing_to_look_at(settings, room):
    settings.JITSI_PROVIDER = ""
    assert "only the stand-in" in run(room)[0]


def test_8x8_is_only_asked_whether_it_is_there(settings, room):
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "jaas", "8x8.vc"
    assert "8x8 sets up its servers itself" in run(room)[0]
    assert room.asked == []
