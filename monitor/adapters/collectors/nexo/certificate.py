"""Whose certificate a terminal of Adyen shows (Adyen, "Validate the terminal certificate").

Its common name is made of the terminal's POIID and leads nowhere in the DNS: it takes the place of a host
name.
"""

import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.adapters.collectors.http_json import client_tls

Certificate = Mapping[str, Any]
"""What `ssl.SSLSocket.getpeercert` returns of a certificate that was verified."""

ANY_TERMINAL = "legacy-terminal-certificate"
"""The name that terminals share which have no certificate of their own."""

_TERMINAL = re.compile(
    rf"([A-Za-z0-9]+-[A-Za-z0-9]+|{ANY_TERMINAL})\.(?:live|test)\.terminal\.adyen\.com", re.ASCII
)


def fleet_tls(ca_file: Path) -> ssl.SSLContext:
    """Return the settings of TLS to terminals that `ca_file` (PEM) vouches for; no host name is compared.

    Reads the file; blocks. Raises InvalidConfiguration when it cannot be used.
    """
    tls = client_tls(ca_file=ca_file)
    tls.check_hostname = False
    return tls


def terminal_named_in(certificate: Certificate) -> str | None:
    """Return the POIID in a certificate, ANY_TERMINAL for a shared one, None for one of no terminal."""
    names = [
        value
        for attributes in certificate.get("subject", ())
        for name, value in attributes
        if name == "commonName"
    ]
    found = _TERMINAL.fullmatch(names[0]) if len(names) == 1 else None
    return found[1] if found is not None else None
