"""Whether certificate files can be used, asked before anything depends on them."""

import ssl
from pathlib import Path


def authorities_fault(path: Path) -> str | None:
    """Return why `path` is no file of certificate authorities in PEM, None when it is one."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError:
        return "holds no certificates in PEM form"
    return None


def identity_fault(certificate: Path, key: Path) -> str | None:
    """Return why a certificate (chain) and its key cannot be used, None when they can."""
    try:
        # Without a password OpenSSL would ask for one on the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password="")
    except OSError:
        return "certificate and key are not PEM, not a pair, or the key needs a password"
    return None
