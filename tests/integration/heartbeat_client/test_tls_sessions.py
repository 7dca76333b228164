"""TLS sessions on real connections: used again when that is safe, and never in place of a refusal."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, client_tls
from monitor.adapters.system import SystemClock
from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import Outcome
from tests.fakes import until
from tests.integration.heartbeat_client.polling import MakeClient, poll, target_of
from tests.integration.heartbeat_client.scripted_server import GOOD, HEAD, Script, Visit, saying, serving
from tests.integration.heartbeat_client.tls_servers import INCOMPLETE, NAME, server_tls

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
BODY = b'{"terminal_id": "1"}'


def noting(resumed: list[bool], answer: bytes = GOOD) -> Script:
    """Return the script of a terminal that answers once, closes, and notes whether TLS was resumed."""

    async def script(visit: Visit) -> None:
        resumed.append(visit.is_resumed)
        await visit.request()
        await visit.send(answer)

    return script


async def outcomes(client: HttpHeartbeatClient, url: str, polls: int) -> list[tuple[Outcome, str]]:
    """Poll one after the other."""
    target = target_of(url)
    results = [await poll(client, target) for _ in range(polls)]
    return [(result.outcome, result.detail) for result in results]


GOOD_POLL = (Outcome.OK, "")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "answer",
    [GOOD, HEAD + b"Connection: close\r\n\r\n" + BODY, b"HTTP/1.0 200 OK\r\n" + HEAD[17:] + b"\r\n" + BODY],
    ids=["keeps", "closes", "HTTP/1.0"],
)
async def test_a_terminal_that_does_not_keep_connections_is_met_by_its_session(
    https_client: HttpHeartbeatClient, authority: trustme.CA, version: ssl.TLSVersion, answer: bytes
) -> None:
    """However it closes, from the third connection on the server itself finds a session resumed."""
    resumed: list[bool] = []
    async with serving(noting(resumed, answer), tls=server_tls(authority, NAME, version=version)) as server:
        assert await outcomes(https_client, server.url(NAME, "https"), 5) == [GOOD_POLL] * 5
    assert resumed == [False, False, True, True, True]


async def test_no_session_is_taken_where_none_may_be_kept(
    make_client: MakeClient, authority: trustme.CA, ca_file: Path
) -> None:
    """With no room for TLS between polls every handshake is a full one."""
    client = make_client(tls=client_tls(ca_file=ca_file), max_kept_tls=0)
    resumed: list[bool] = []
    async with serving(noting(resumed), tls=server_tls(authority, "127.0.0.1")) as server:
        assert await outcomes(client, server.url(scheme="https"), 4) == [GOOD_POLL] * 4
    assert not any(resumed)


async def test_a_session_serves_no_other_name(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """A name the certificate is not for is refused, though its server was met under a good one."""
    async with serving(noting([]), tls=server_tls(authority, NAME)) as server:
        assert await outcomes(https_client, server.url(NAME, "https"), 3) == [GOOD_POLL] * 3
        refused = (Outcome.TLS, "certificate is for another host")
        assert await outcomes(https_client, server.url("other.test", "https"), 2) == [refused] * 2
        assert await outcomes(https_client, server.url(NAME, "https"), 1) == [GOOD_POLL]


class FutureClock(SystemClock):
    """The machine's clock, set `ahead_s` by the wall."""

    ahead_s = 0.0

    def now(self) -> Instant:
        """Return the present, as the wall clock would have it."""
        now = super().now()
        return Instant(now.monotonic, now.wall + self.ahead_s)


async def test_a_session_ends_with_its_certificate(
    make_client: MakeClient, authority: trustme.CA, ca_file: Path
) -> None:
    """When the certificate is over, its session is not offered: it is verified again, and refused."""
    clock = FutureClock()
    client = make_client(tls=client_tls(ca_file=ca_file), clock=clock)
    soon = dt.datetime.fromtimestamp(clock.now().wall, dt.UTC) + dt.timedelta(days=1)
    tls = server_tls(authority, "127.0.0.1", not_after=soon)
    resumed: list[bool] = []
    async with serving(noting(resumed), tls=tls) as server:
        clock.ahead_s = 86_400 + 60
        assert await outcomes(client, server.url(scheme="https"), 4) == [GOOD_POLL] * 4
    assert resumed == [False] * 4  # OpenSSL goes by the real wall clock, and finds nothing to refuse


def wrong_name(authority: trustme.CA) -> ssl.SSLContext:
    """Return a certificate for another name."""
    return server_tls(authority, "other.test")


def expired(authority: trustme.CA) -> ssl.SSLContext:
    """Return a certificate of 2001."""
    return server_tls(authority, NAME, not_after=dt.datetime(2001, 2, 1, tzinfo=dt.UTC))


def self_signed(_authority: trustme.CA) -> ssl.SSLContext:
    """Return a certificate of an authority nobody knows."""
    return server_tls(trustme.CA(), NAME)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("impostor", "detail"),
    [
        (wrong_name, "certificate is for another host"),
        (expired, "certificate expired"),
        (self_signed, INCOMPLETE),
    ],
)
async def test_who_takes_a_terminals_place_is_refused(
    https_client: HttpHeartbeatClient,
    authority: trustme.CA,
    impostor: Callable[[trustme.CA], ssl.SSLContext],
    detail: str,
    version: ssl.TLSVersion,
) -> None:
    """A session offered to a stranger leads to a full handshake, verified like the first."""
    async with serving(noting([]), tls=server_tls(authority, NAME, version=version)) as server:
        url = server.url(NAME, "https")
        assert await outcomes(https_client, url, 3) == [GOOD_POLL] * 3
    async with serving(noting([]), tls=impostor(authority), port=server.port) as other:
        assert await outcomes(https_client, url, 2) == [(Outcome.TLS, detail)] * 2
        assert other.requests == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_server_that_changes_its_keys_is_met_anew(
    https_client: HttpHeartbeatClient, authority: trustme.CA, version: ssl.TLSVersion
) -> None:
    """Its old tickets are declined, which costs one full handshake and no poll; then new ones serve."""
    resumed: list[bool] = []
    port = 0
    for _ in range(2):
        tls = server_tls(authority, NAME, version=version)
        async with serving(noting(resumed), tls=tls, port=port) as server:
            port = server.port
            assert await outcomes(https_client, server.url(NAME, "https"), 3) == [GOOD_POLL] * 3
    assert resumed == [False, False, True, False, True, True]


@pytest.mark.parametrize("script", [noting([]), saying(GOOD)], ids=["session", "kept connection"])
async def test_other_authorities_are_asked_at_once(
    https_client: HttpHeartbeatClient, authority: trustme.CA, tmp_path: Path, script: Script
) -> None:
    """After a change of trust neither a session nor a kept connection of the old trust carries a poll."""
    trustme.CA().cert_pem.write_to_path(tmp_path / "others.pem")
    async with serving(script, tls=server_tls(authority, NAME)) as server:
        url = server.url(NAME, "https")
        target = target_of(url)
        for _ in range(3):
            assert (await poll(https_client, target)).outcome is Outcome.OK
        https_client.trust(client_tls(ca_file=tmp_path / "others.pem"))
        asked = len(server.requests)
        result = await poll(https_client, target)
        assert result.outcome is Outcome.TLS
        assert result.detail.startswith("certificate not trusted: ")
        assert len(server.requests) == asked


async def test_a_poll_under_way_leaves_no_connection_of_the_old_trust(
    https_client: HttpHeartbeatClient, authority: trustme.CA, ca_file: Path
) -> None:
    """What it leaves behind was opened under the old settings: the next poll shakes hands by the new ones."""
    go_on = asyncio.Event()

    async def waits(visit: Visit) -> None:
        while True:
            await visit.request()
            await go_on.wait()
            await visit.send(GOOD)

    async with serving(waits, tls=server_tls(authority, NAME)) as server:
        target = target_of(server.url(NAME, "https"))
        polled = asyncio.ensure_future(poll(https_client, target))
        await until(lambda: len(server.requests) == 1)
        https_client.trust(client_tls(ca_file=ca_file))
        go_on.set()
        assert (await polled).outcome is Outcome.OK
        for _ in range(2):
            assert (await poll(https_client, target)).outcome is Outcome.OK
        assert server.visits == 2


async def test_a_client_certificate_stands_in_the_session(
    make_client: MakeClient, authority: trustme.CA, ca_file: Path, tmp_path: Path
) -> None:
    """A server that requires one lets a resumed connection in as well."""
    authority.issue_cert("posmon.test").private_key_and_cert_chain_pem.write_to_path(tmp_path / "us.pem")
    client = make_client(tls=client_tls(ca_file=ca_file, client_cert=tmp_path / "us.pem"))
    tls = server_tls(authority, "127.0.0.1")
    tls.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(tls)
    resumed: list[bool] = []
    async with serving(noting(resumed), tls=tls) as server:
        assert await outcomes(client, server.url(scheme="https"), 4) == [GOOD_POLL] * 4
    assert resumed == [False, False, True, True]


async def test_under_new_settings_sessions_begin_anew(
    https_client: HttpHeartbeatClient, authority: trustme.CA, ca_file: Path
) -> None:
    """The first connection after a change of trust is verified, and later ones are resumed as before."""
    resumed: list[bool] = []
    async with serving(noting(resumed), tls=server_tls(authority, NAME)) as server:
        url = server.url(NAME, "https")
        assert await outcomes(https_client, url, 3) == [GOOD_POLL] * 3
        https_client.trust(client_tls(ca_file=ca_file))
        assert await outcomes(https_client, url, 3) == [GOOD_POLL] * 3
    assert resumed == [False, False, True] * 2
