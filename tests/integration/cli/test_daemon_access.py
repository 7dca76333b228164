import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.integration.cli.command import Ended, posmon
from tests.integration.cli.stub_daemon import StubDaemon

VARIABLE = "POSMON_TOKEN"
TOKEN = "posmon_0123456789_" + "x" * 43


@pytest.fixture
def guarded() -> Iterator[StubDaemon]:
    """Return a daemon that asks for a token."""
    with StubDaemon(token=TOKEN) as daemon:
        yield daemon


def ask(daemon: StubDaemon, *arguments: str, **env: str) -> Ended:
    """Run `posmon alerts` against a daemon."""
    return posmon("alerts", *arguments, env={"POSMON_URL": daemon.url} | env)


def test_the_token_comes_from_the_environment_or_a_file(guarded: StubDaemon, tmp_path: Path) -> None:
    """Both are taken, the file goes first, and neither shows."""
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n", encoding="utf-8")
    assert ask(guarded, POSMON_TOKEN=TOKEN).code != 3
    assert ask(guarded, "--token-file", str(path), **{VARIABLE: "wrong"}).code != 3
    assert ask(guarded, POSMON_TOKEN_FILE=str(path)).code != 3


def test_status_takes_a_token_too(guarded: StubDaemon) -> None:
    """Every command that asks a daemon has the same options."""
    asked = posmon("status", "-o", "json", env={"POSMON_URL": guarded.url, "POSMON_TOKEN": TOKEN})
    assert asked.out.startswith("{")


def test_without_a_token_it_cannot_tell(guarded: StubDaemon, tmp_path: Path) -> None:
    """Not being let in is no state of the terminals, and the way in is named."""
    for ended in (ask(guarded), ask(guarded, **{VARIABLE: "s3cret"})):
        assert ended.code == 3
        assert "answers 401: A token is needed. Put one into $POSMON_TOKEN" in ended.err
        assert "s3cret" not in ended.err
    missing = ask(guarded, "--token-file", str(tmp_path / "nothing"))
    assert (missing.code, "the token's file cannot be read" in missing.err) == (3, True)
    broken = ask(guarded, **{VARIABLE: "a\r\nHost: b"})
    assert (broken.code, "the token is not of posmon's form" in broken.err) == (3, True)


def test_a_token_is_not_sent_in_the_open() -> None:
    """Over plain http it goes to this machine itself only."""
    ended = posmon("alerts", "--url", "http://192.0.2.1:7676", env={"POSMON_TOKEN": TOKEN})
    assert ended.code == 3
    assert "a token is sent over https or within this machine only" in ended.err


def test_https_is_believed_by_its_authority(tmp_path: Path) -> None:
    """Whoever vouches for the daemon is named, or nobody is believed."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    with StubDaemon(token=TOKEN, tls=context) as daemon:
        good = ask(daemon, "--ca-file", str(tmp_path / "ca.pem"), POSMON_TOKEN=TOKEN)
        assert "cannot reach" not in good.err
        assert daemon.asked
        bad = ask(daemon, "--ca-file", str(tmp_path / "other.pem"), POSMON_TOKEN=TOKEN)
        none = ask(daemon, "--ca-file", str(tmp_path / "nothing"), POSMON_TOKEN=TOKEN)
    assert (bad.code, "name its authority with --ca-file" in bad.err) == (3, True)
    assert (none.code, "holds no certificates in PEM form" in none.err) == (3, True)
