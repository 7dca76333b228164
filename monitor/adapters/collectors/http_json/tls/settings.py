"""How posmon speaks TLS to terminals."""

import ssl
from pathlib import Path

from monitor.domain.errors import Fault, InvalidConfiguration


def client_tls(
    *, ca_file: Path | None = None, client_cert: Path | None = None, client_key: Path | None = None
) -> ssl.SSLContext:
    """Return the settings for every TLS connection to a terminal.

    Servers are verified, name included, against `ca_file` (PEM) or else the system's authorities;
    nothing below TLS 1.2 is spoken, nothing is negotiated twice, and no key is agreed upon in a finite
    field (DHE), where a terminal could make posmon compute for a fifth of a second. `client_cert` (PEM,
    with its chain) is shown to servers that ask; its key is in `client_key` or in the same file, and not
    encrypted.
    Reads the files; blocks.
    Raises InvalidConfiguration naming every file that cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    elliptic = (cipher["name"] for cipher in context.get_ciphers() if not cipher["name"].startswith("DHE-"))
    context.set_ciphers(":".join(elliptic))
    faults: list[Fault] = []
    try:
        if ca_file is None:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        else:
            context.load_verify_locations(cafile=ca_file)
    except (OSError, ValueError) as error:
        faults.append(_fault("polling.ca_file", ca_file, error))
    try:
        if client_cert is not None:
            # An empty password fails at once; without one OpenSSL would ask at the terminal.
            context.load_cert_chain(client_cert, client_key, password="")
        elif client_key is not None:
            faults.append(_fault("polling.client_key", client_key, None))
    except (OSError, ValueError) as error:
        faults.append(_fault("polling.client_cert", client_cert, error))
    if faults:
        raise InvalidConfiguration(faults)
    return context


def _fault(field: str, path: Path | None, error: Exception | None) -> Fault:
    if error is None:
        reason = "set without polling.client_cert"
    elif isinstance(error, ssl.SSLError):
        reason = "not usable PEM, or certificate and key do not belong together"
    elif isinstance(error, OSError):
        reason = error.strerror or "cannot be read"
    else:
        reason = "cannot be read"
    return Fault(source=str(path) if path else "configuration", field=field, reason=reason)
