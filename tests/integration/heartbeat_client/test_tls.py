"""HTTPS: who is trusted, what is refused, and that nothing is ever downgraded."""

import asyncio
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, client_tls
from monitor.domain.errors import InvalidConfiguration
from monitor.domain.polling.poll_result import CertificatePeriod, Outcome, PollResult
from tests.integration.heartbeat_client.polling import MakeClient, poll, target_of
from tests.integration.heartbeat_client.scripted_server import (
    GOOD,
    HEAD,
    Visit,
    answers,
    saying_once,
    serving,
)
from tests.integration.heartbeat_client.tls_servers import (
    INCOMPLETE,
    LONG_AGO,
    NAME,
    UNKNOWN_ROOT,
    server_tls,
)


@contextmanager
def refusing(tls: ssl.SSLContext) -> Iterator[int]:
    """Serve one connection whose handshake fails, with the alert that says why; yield the port.

    The server of asyncio closes without sending its alert, so this one is a thread.
    """

    def refuse(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as peer:
            with suppress(OSError):
                peer.do_handshake()
            while socket.socket.recv(peer, 65536):
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse, args=[listener])
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


async def result_of(
    client: HttpHeartbeatClient, tls: ssl.SSLContext, *, host: str = NAME, timeout_s: float = 5.0
) -> PollResult:
    """Poll a good server with these settings under `host`."""
    async with serving(answers, tls=tls) as server:
        return await poll(client, target_of(server.url(host, "https"), timeout_s=timeout_s))


@pytest.mark.parametrize("host", [NAME, "127.0.0.1"])
async def test_a_trusted_server_is_polled(
    https_client: HttpHeartbeatClient, authority: trustme.CA, host: str
) -> None:
    """A certificate of the authority for the very name or address will do."""
    assert (await result_of(https_client, server_tls(authority, host), host=host)).outcome is Outcome.OK


async def test_a_tls_connection_is_kept(https_client: HttpHeartbeatClient, authority: trustme.CA) -> None:
    """The handshake, the dearest part of a poll, is made once."""
    async with serving(answers, tls=server_tls(authority, NAME)) as server:
        target = target_of(server.url(NAME, "https"))
        for _ in range(3):
            assert (await poll(https_client, target)).outcome is Outcome.OK
        assert server.visits == 1


ENDS = dt.datetime(2036, 3, 1, 12, tzinfo=dt.UTC)
SHOWN = CertificatePeriod(LONG_AGO.timestamp(), ENDS.timestamp())


async def test_the_certificate_is_told_of_once_a_connection(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """A kept connection shows nothing new, and no handshake is made for it."""
    async with serving(answers, tls=server_tls(authority, NAME, not_after=ENDS)) as server:
        target = target_of(server.url(NAME, "https"))
        polls = [await poll(https_client, target) for _ in range(3)]
        assert server.visits == 1
    assert [one.certificate for one in polls] == [SHOWN, None, None]


async def test_a_session_that_is_used_again_shows_its_certificate(
    make_client: MakeClient, ca_file: Path, authority: trustme.CA
) -> None:
    """Where connections are not kept, each poll tells."""
    client = make_client(
        tls=client_tls(ca_file=ca_file), lookup=lambda _host: ["127.0.0.1"], keep_alive="never"
    )
    async with serving(answers, tls=server_tls(authority, NAME, not_after=ENDS)) as server:
        target = target_of(server.url(NAME, "https"))
        polls = [await poll(client, target) for _ in range(3)]
        assert server.visits == 3
    assert [one.certificate for one in polls] == [SHOWN] * 3


async def test_the_name_is_sent_and_an_address_is_not(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """SNI (RFC 6066 section 3) carries the name of the endpoint, never an address."""
    names: list[str | None] = []
    for host in (NAME, "127.0.0.1"):
        tls = server_tls(authority, host)
        tls.sni_callback = lambda _socket, name, _context: names.append(name)
        assert (await result_of(https_client, tls, host=host)).outcome is Outcome.OK
    assert names == [NAME, None]


def expired(authority: trustme.CA) -> ssl.SSLContext:
    """Return a certificate of 2001."""
    return server_tls(authority, NAME, not_after=LONG_AGO + dt.timedelta(days=9))


def for_another_name(authority: trustme.CA) -> ssl.SSLContext:
    """Return a certificate for another name."""
    return server_tls(authority, "other.test")


def untrusted(_authority: trustme.CA) -> ssl.SSLContext:
    """Return a certificate of an unknown authority."""
    return server_tls(trustme.CA(), NAME)


def without_intermediate(authority: trustme.CA) -> ssl.SSLContext:
    """Return a certificate of an intermediate authority, without that authority's own."""
    certificate = authority.create_child_ca().issue_cert(NAME)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with certificate.private_key_pem.tempfile() as key, certificate.cert_chain_pems[0].tempfile() as leaf:
        context.load_cert_chain(leaf, key)
    return context


def with_unknown_root(_authority: trustme.CA) -> ssl.SSLContext:
    """Return a certificate that comes with the root of an unknown authority."""
    unknown = trustme.CA()
    certificate = unknown.issue_cert(NAME)
    chain = trustme.Blob(certificate.cert_chain_pems[0].bytes() + unknown.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with certificate.private_key_pem.tempfile() as key, chain.tempfile() as sent:
        context.load_cert_chain(sent, key)
    return context


def without_safe_versions(authority: trustme.CA) -> ssl.SSLContext:
    """Return a server that speaks nothing newer than TLS 1.1."""
    context = server_tls(authority, NAME)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match=r"TLSv1_1 is deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@pytest.mark.parametrize(
    ("make_tls", "detail"),
    [
        pytest.param(expired, "certificate expired", id="expired"),
        pytest.param(for_another_name, "certificate is for another host", id="wrong host"),
        pytest.param(untrusted, INCOMPLETE, id="untrusted"),
        pytest.param(without_intermediate, INCOMPLETE, id="intermediate certificate missing"),
        pytest.param(with_unknown_root, UNKNOWN_ROOT, id="root certificate not trusted"),
    ],
)
async def test_tls_expired_wrong_host_untrusted_is_never_downgraded(
    https_client: HttpHeartbeatClient,
    authority: trustme.CA,
    make_tls: Callable[[trustme.CA], ssl.SSLContext],
    detail: str,
) -> None:
    """A server that cannot be verified gets no request, over TLS or without."""
    async with serving(answers, tls=make_tls(authority)) as server:
        result = await poll(https_client, target_of(server.url(NAME, "https")))
        assert (result.outcome, result.detail) == (Outcome.TLS, detail)
        assert server.requests == []


async def test_tls_1_1_is_never_spoken(make_client: MakeClient, authority: trustme.CA, ca_file: Path) -> None:
    """A server that knows nothing safer gets no request."""
    client = make_client(tls=client_tls(ca_file=ca_file), lookup=lambda _host: ["127.0.0.1"])
    with refusing(without_safe_versions(authority)) as port:
        result = await poll(client, target_of(f"https://{NAME}:{port}/"))
    assert (result.outcome, result.detail) == (
        Outcome.TLS,
        "the terminal speaks no TLS version that is safe",
    )


async def test_a_certificate_for_another_address_is_refused(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """An address in the endpoint must stand in the certificate, too."""
    result = await result_of(https_client, server_tls(authority, "127.0.0.9"), host="127.0.0.1")
    assert (result.outcome, result.detail) == (Outcome.TLS, "certificate is for another address")


async def test_a_server_without_tls_is_told_apart(https_client: HttpHeartbeatClient) -> None:
    """Plain HTTP where HTTPS is expected is a TLS failure with a hint."""

    async def speaks_plainly(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await visit.gone()

    async with serving(speaks_plainly) as server:
        result = await poll(https_client, target_of(server.url(NAME, "https")))
    assert (result.outcome, result.detail) == (Outcome.TLS, "the terminal does not speak TLS")


async def test_a_server_that_hangs_in_the_handshake_times_out(https_client: HttpHeartbeatClient) -> None:
    """The total deadline covers the handshake."""

    async def hangs(visit: Visit) -> None:
        await visit.hang()

    async with serving(hangs) as server:
        result = await poll(https_client, target_of(server.url(NAME, "https"), timeout_s=0.3))
    assert (result.outcome, result.detail) == (Outcome.TIMEOUT, "no connection within 0.3 s")


async def test_a_server_that_closes_in_the_handshake_is_a_reset(https_client: HttpHeartbeatClient) -> None:
    """A close before TLS stands is the connection's fault, not the certificate's."""

    async def closes(_visit: Visit) -> None:
        pass

    async with serving(closes) as server:
        result = await poll(https_client, target_of(server.url(NAME, "https")))
    assert result.outcome is Outcome.RESET


@pytest.fixture
def strict_tls(authority: trustme.CA) -> ssl.SSLContext:
    """Return a server that requires client certificates of the authority."""
    tls = server_tls(authority, "127.0.0.1")
    tls.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(tls)
    return tls


@pytest.fixture
async def known_client(
    make_client: MakeClient, authority: trustme.CA, ca_file: Path, tmp_path: Path
) -> HttpHeartbeatClient:
    """Return a client that has such a certificate."""
    cert, key = tmp_path / "client.pem", tmp_path / "client.key"
    issued = authority.issue_cert("posmon.test")
    issued.cert_chain_pems[0].write_to_path(cert)
    issued.private_key_pem.write_to_path(key)
    return make_client(tls=client_tls(ca_file=ca_file, client_cert=cert, client_key=key))


@pytest.mark.parametrize(
    ("version", "detail"),
    [
        (ssl.TLSVersion.TLSv1_2, "the terminal refused the handshake"),
        (ssl.TLSVersion.TLSv1_3, "the terminal requires a client certificate"),
    ],
)
async def test_a_client_certificate_is_shown_on_demand(
    known_client: HttpHeartbeatClient,
    https_client: HttpHeartbeatClient,
    strict_tls: ssl.SSLContext,
    version: ssl.TLSVersion,
    detail: str,
) -> None:
    """A server that requires one lets posmon in with it and not without."""
    strict_tls.minimum_version = strict_tls.maximum_version = version
    assert (await result_of(known_client, strict_tls, host="127.0.0.1")).outcome is Outcome.OK
    with refusing(strict_tls) as port:
        result = await poll(https_client, target_of(f"https://127.0.0.1:{port}/"))
    assert (result.outcome, result.detail) == (Outcome.TLS, detail)


async def test_a_body_until_close_is_read_over_tls(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """A body without a length ends with the connection here as well."""
    script = saying_once(HEAD + b'\r\n{"terminal_id": "1"}')
    async with serving(script, tls=server_tls(authority, NAME)) as server:
        assert (await poll(https_client, target_of(server.url(NAME, "https")))).outcome is Outcome.OK


async def test_a_server_that_never_says_goodbye_does_not_hold_the_descriptor(
    make_client: MakeClient, authority: trustme.CA, ca_file: Path
) -> None:
    """Closing a TLS connection does not wait for the other side."""
    client = make_client(tls=client_tls(ca_file=ca_file), keep_alive="never")

    async def ignores_goodbye(visit: Visit) -> None:
        await visit.request()
        visit.pause_reading()
        await visit.send(GOOD)
        await visit.hang()

    async with serving(ignores_goodbye, tls=server_tls(authority, "127.0.0.1")) as server:
        url = server.url("127.0.0.1", "https")
        assert (await poll(client, target_of(url))).outcome is Outcome.OK
        async with asyncio.timeout(5):
            while client.sockets:  # noqa: ASYNC110 - nobody is told
                await asyncio.sleep(0.02)  # noqa: TID251 - real time must pass


def test_every_unusable_file_is_named(tmp_path: Path, authority: trustme.CA) -> None:
    """The faults name setting, file and reason, and quote nothing of the contents."""
    junk = tmp_path / "junk.pem"
    junk.write_text("not PEM")
    with pytest.raises(InvalidConfiguration) as refused:
        client_tls(ca_file=junk, client_cert=tmp_path / "absent.pem")
    assert str(refused.value).splitlines() == [
        f"{junk}: polling.ca_file: not usable PEM, or certificate and key do not belong together",
        f"{tmp_path}/absent.pem: polling.client_cert: No such file or directory",
    ]
    key = tmp_path / "key.pem"
    authority.issue_cert("a.test").private_key_pem.write_to_path(key)
    with pytest.raises(InvalidConfiguration, match=r"polling\.client_key: set without polling\.client_cert"):
        client_tls(client_key=key)
    cert = tmp_path / "cert.pem"
    authority.issue_cert("a.test").cert_chain_pems[0].write_to_path(cert)
    with pytest.raises(InvalidConfiguration, match="do not belong together"):
        client_tls(client_cert=cert, client_key=key)


def test_nothing_below_tls_1_2_is_offered() -> None:
    """The floor does not depend on how the system's OpenSSL is configured."""
    context = client_tls()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.options & ssl.OP_NO_RENEGOTIATION
