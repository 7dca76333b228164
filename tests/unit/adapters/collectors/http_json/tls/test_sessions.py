import datetime as dt
import ssl

import pytest
import trustme

from monitor.adapters.collectors.http_json.tls.sessions import LIFETIME_S, TlsSessions
from tests.fakes import FakeClock
from tests.unit.adapters.collectors.http_json.tls.tls_server import (
    NAME,
    VERSIONS,
    TlsServer,
    client_settings,
    server_settings,
)

PLACE = (NAME, 443)
ENDS = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return an authority."""
    return trustme.CA()


class World:
    """A client with its sessions, and a server it comes back to."""

    def __init__(self, authority: trustme.CA, version: ssl.TLSVersion, *, most: int = 10) -> None:
        self.clock = FakeClock()
        self.sessions = TlsSessions(clock=self.clock, most=most)
        self.authority = authority
        self.version = version
        self.client = client_settings(authority)
        self.server = server_settings(authority, version=version)

    def forget_keys(self) -> None:
        """Let the server forget by which keys it knows its tickets."""
        self.server = server_settings(self.authority, version=self.version)

    def visit(self, place: tuple[str, int] = PLACE) -> bool:
        """Make a connection, use it and end it; return whether it was resumed."""
        server, incoming, outgoing = TlsServer(self.server), ssl.MemoryBIO(), ssl.MemoryBIO()
        session = self.sessions.find(place)
        tls = self.client.wrap_bio(incoming, outgoing, server_hostname=NAME, session=session)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                server.write(outgoing.read())
                incoming.write(server.answer())
        server.write(outgoing.read())
        incoming.write(server.answer(b"heartbeat"))
        assert tls.read(100) == b"heartbeat"
        offered, verified_at = session is not None, self.clock.monotonic()
        self.sessions.learn(place, tls, offered=offered, verified_at=verified_at)
        return bool(tls.session_reused)


@pytest.fixture(params=VERSIONS, ids=lambda version: version.name)
def world(request: pytest.FixtureRequest, authority: trustme.CA) -> World:
    """Return a world for each version of TLS."""
    return World(authority, request.param)


def test_the_third_visit_is_resumed_and_all_after_it(world: World) -> None:
    """One handshake says nothing, the second that connections are not kept: its session serves."""
    assert [world.visit() for _ in range(6)] == [False, False, True, True, True, True]


def test_another_name_or_port_has_sessions_of_its_own(world: World) -> None:
    """A session stands for one name's certificate."""
    for _ in range(3):
        world.visit()
    assert world.sessions.find(PLACE) is not None
    assert world.sessions.find(("other.test", 443)) is None
    assert world.sessions.find((NAME, 444)) is None


def test_a_certificate_is_verified_again_after_an_hour(world: World) -> None:
    """However often a session has served, it ends LIFETIME_S after the verification it stands for."""
    for _ in range(3):
        world.visit()
    world.clock.turn(LIFETIME_S - 1)
    assert world.sessions.find(PLACE) is not None
    world.clock.turn(1)
    assert world.sessions.find(PLACE) is None


def test_a_session_is_not_taken_from_a_connection_that_is_old(world: World) -> None:
    """What was verified an hour ago vouches for nothing."""
    server = TlsServer(world.server)
    tls = world.client.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=NAME)
    del server
    world.sessions.learn(PLACE, tls, offered=False, verified_at=world.clock.monotonic() - LIFETIME_S)
    assert len(world.sessions) == 0


def test_a_session_does_not_outlive_its_certificate(world: World) -> None:
    """At the certificate's end, by the wall clock, it is not offered any more."""
    world.server = server_settings(world.authority, version=world.version, not_after=ENDS)
    world.clock.set_wall(ENDS.timestamp() - 60)
    for _ in range(2):
        world.visit()
    world.clock.turn(59)
    assert world.sessions.find(PLACE) is not None
    world.clock.turn(1)
    assert world.sessions.find(PLACE) is None


def test_a_server_that_forgot_is_asked_for_a_new_session(world: World) -> None:
    """After a restart or a change of its keys one full handshake brings the next session."""
    for _ in range(3):
        world.visit()
    world.forget_keys()
    assert [world.visit() for _ in range(3)] == [False, True, True]


def test_a_server_that_never_resumes_is_offered_nothing_for_a_while(world: World) -> None:
    """A session that was declined at once is not replaced: taking and offering it costs, too."""
    offered = []
    for _ in range(5):
        world.forget_keys()
        world.visit()
        offered.append(world.sessions.find(PLACE) is not None)
    assert offered == [False, True, False, False, False]
    world.clock.turn(LIFETIME_S)
    assert [world.visit() for _ in range(3)] == [False, False, True]


def test_a_server_without_sessions_is_not_asked_each_time(authority: trustme.CA) -> None:
    """Where there is no ticket there is nothing to keep."""
    world = World(authority, ssl.TLSVersion.TLSv1_3)
    world.server.num_tickets = 0
    assert not any(world.visit() for _ in range(4))
    assert world.sessions.find(PLACE) is None


def test_one_of_several_connections_at_once_is_not_taken_for_declined(world: World) -> None:
    """A full handshake that offered nothing says nothing about the session."""
    for _ in range(2):
        world.visit()
    session = world.sessions.find(PLACE)
    client = World(world.authority, world.version)
    client.visit()
    tls = world.client.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=NAME)
    world.sessions.learn(PLACE, tls, offered=False, verified_at=world.clock.monotonic())
    assert world.sessions.find(PLACE) is session
    assert world.visit()


def test_there_are_no_more_than_allowed_and_the_first_stay(authority: trustme.CA) -> None:
    """With more places than room, taking turns would leave everybody without."""
    world = World(authority, ssl.TLSVersion.TLSv1_3, most=2)
    places = [(NAME, port) for port in (1, 2, 3)]
    for _ in range(2):
        for place in places:
            world.visit(place)
    assert [world.visit(place) for place in places] == [True, True, False]
    assert len(world.sessions) == 2
    world.clock.turn(LIFETIME_S)
    assert [world.visit(places[2]) for _ in range(3)] == [False, False, True]


def test_closed_it_knows_and_learns_nothing(world: World) -> None:
    """Neither what it had nor what comes is kept."""
    for _ in range(3):
        world.visit()
    world.sessions.close()
    assert world.sessions.find(PLACE) is None
    assert not any(world.visit() for _ in range(3))
    assert len(world.sessions) == 0
