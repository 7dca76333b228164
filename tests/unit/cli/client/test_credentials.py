import ssl
from pathlib import Path

import pytest

from monitor.cli.client.credentials import LARGEST_TOKEN_FILE, Credentials, read_access
from monitor.cli.client.url import read_url
from monitor.cli.errors.exit_code import CannotTell

TOKEN = "posmon_0000000001_secret"  # noqa: S105 - made up


def test_a_file_goes_before_the_variable(tmp_path: Path) -> None:
    """The line break at its end is no part of the token."""
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n", encoding="utf-8")
    assert read_access("other", path, None) == Credentials(TOKEN)
    assert read_access(TOKEN, None, None) == Credentials(TOKEN)
    assert read_access(None, None, None) == Credentials()


@pytest.mark.parametrize("token", ["a b", "a\x00b", "töken", "a\nb"])
def test_what_no_header_field_can_carry_is_no_token(token: str) -> None:
    """The message does not repeat it."""
    with pytest.raises(CannotTell) as refused:
        read_access(token, None, None)
    assert refused.value.message == "the token is not of posmon's form"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Also one that is far too large for a token."""
    large = tmp_path / "large"
    large.write_text("x" * (LARGEST_TOKEN_FILE + 1), encoding="utf-8")
    for path in (tmp_path / "missing", large):
        with pytest.raises(CannotTell, match=f"{path.name}: the token's file"):
            read_access(None, path, None)


@pytest.mark.parametrize(
    ("url", "is_sent"),
    [
        ("https://posmon.example", True),
        ("http://127.0.0.1:7676", True),
        ("http://localhost", True),
        ("http://[::1]", True),
        ("http://posmon.example", False),
        ("http://192.0.2.1", False),
        ("http://localhost.example", False),
    ],
)
def test_a_token_goes_where_nobody_reads_it_on_the_way(url: str, *, is_sent: bool) -> None:
    """Over TLS, or within this machine; elsewhere the command ends before it is sent."""
    credentials, daemon = Credentials(TOKEN), read_url(url)
    if is_sent:
        assert credentials.header_fields(daemon) == {"Authorization": f"Bearer {TOKEN}"}
    else:
        with pytest.raises(CannotTell, match="over https or within this machine only"):
            credentials.header_fields(daemon)
    assert Credentials().header_fields(daemon) == {}


def test_a_file_of_authorities_must_hold_some(tmp_path: Path) -> None:
    """Without one, those of the system are believed."""
    assert Credentials().tls().verify_mode is ssl.CERT_REQUIRED
    path = tmp_path / "ca.pem"
    path.write_text("nothing", encoding="utf-8")
    with pytest.raises(CannotTell, match=r"ca\.pem: holds no certificates"):
        Credentials(ca_file=path).tls()
