import json
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.config.loading import load_settings
from monitor.domain.errors import InvalidConfiguration


def identity(folder: Path, name: str = "posmon.test") -> dict[str, str]:
    """Write a certificate and its key, and return them as settings."""
    issued = trustme.CA().issue_cert(name)
    issued.private_key_pem.write_to_path(folder / "web.key")
    issued.cert_chain_pems[0].write_to_path(folder / "web.pem")
    return {"cert_file": "web.pem", "key_file": "web.key"}


def faults(folder: Path, **web: Any) -> list[str]:
    """Return what is said of a section `web`."""
    path = folder / "posmon.yaml"
    path.write_text(json.dumps({"web": web}), encoding="utf-8")
    try:
        load_settings(path, {})
    except InvalidConfiguration as error:
        return [f"{fault.field}: {fault.reason}" for fault in error.faults]
    return []


BEYOND = ("0.0.0.0:7676", "192.0.2.1:7676", "[::]:7676", "posmon.example.com:7676")


@pytest.mark.parametrize("listen", BEYOND)
def test_beyond_loopback_tls_and_tokens_are_needed(listen: str, tmp_path: Path) -> None:
    """What is missing is told by its setting; with both posmon may listen anywhere."""
    tls = identity(tmp_path)
    said = "web.listen: listening beyond loopback needs"
    wanted = "TLS (web.tls.cert_file and web.tls.key_file)"
    assert faults(tmp_path, listen=listen) == [
        f"{said} {wanted} and authentication (web.tokens_file) as well"
    ]
    assert faults(tmp_path, listen=listen, tls=tls) == [f"{said} authentication (web.tokens_file) as well"]
    assert faults(tmp_path, listen=listen, tokens_file="tokens") == [f"{said} {wanted} as well"]
    assert faults(tmp_path, listen=listen, tokens_file="tokens", tls=tls) == []


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "127.8.8.8:7676", "localhost:7676", "[::1]:7676"])
def test_on_loopback_nothing_is_needed(listen: str, tmp_path: Path) -> None:
    """A machine of its own needs no ceremony."""
    assert faults(tmp_path, listen=listen) == []


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    """The pair is tried before anything depends on it."""
    tls = identity(tmp_path)
    trustme.CA().issue_cert("x").private_key_pem.write_to_path(tmp_path / "web.key")
    assert faults(tmp_path, tls=tls) == [
        "web.tls.cert_file: certificate and key are not PEM, not a pair, or the key needs a password"
    ]
