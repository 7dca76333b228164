"""Whose certificate a terminal shows."""

from typing import Any

import pytest

from monitor.adapters.collectors.nexo.certificate import ANY_TERMINAL, terminal_named_in


def certificate(*names: str) -> dict[str, Any]:
    """Return a certificate with those common names, as the ssl module gives it."""
    return {"subject": ((("countryName", "NL"),), *((("commonName", name),) for name in names))}


@pytest.mark.parametrize("environment", ["live", "test"])
def test_a_terminal_is_named(environment: str) -> None:
    """By its POIID, or by the name that terminals share."""
    assert terminal_named_in(certificate(f"V400m-1.{environment}.terminal.adyen.com")) == "V400m-1"
    assert terminal_named_in(certificate(f"{ANY_TERMINAL}.{environment}.terminal.adyen.com")) == ANY_TERMINAL


@pytest.mark.parametrize(
    "found",
    [
        {},
        certificate(),
        certificate("V400m-1.live.terminal.adyen.com", "V400m-2.live.terminal.adyen.com"),
        certificate("V400m-1.live.terminal.adyen.com.example"),
        certificate("V400m-1.live.terminal.adyen.com\n"),
        certificate("V400m-1.live-terminal.adyen.com"),
        certificate("V400m-1\u0660.live.terminal.adyen.com"),
        certificate("*.live.terminal.adyen.com"),
        {"subject": (), "subjectAltName": (("DNS", "V400m-1.live.terminal.adyen.com"),)},
    ],
)
def test_any_other_certificate_is_of_no_terminal(found: dict[str, Any]) -> None:
    """Two names, none, or one of another form."""
    assert terminal_named_in(found) is None
