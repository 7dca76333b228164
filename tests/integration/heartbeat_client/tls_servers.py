"""Servers that speak TLS, with certificates of an authority of the test's own."""

import datetime as dt
import ssl

import trustme

NAME = "terminal.test"
INCOMPLETE = (
    "certificate not trusted: the terminal does not send its intermediate certificate,"
    " or posmon does not trust its issuer"
)
UNKNOWN_ROOT = "certificate not trusted: its root certificate is not among those that posmon trusts"
LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)


def server_tls(
    authority: trustme.CA,
    *names: str,
    not_after: dt.datetime | None = None,
    version: ssl.TLSVersion | None = None,
) -> ssl.SSLContext:
    """Return the settings of a server with a certificate for `names`, by default of every version."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, not_before=LONG_AGO, not_after=not_after).configure_cert(context)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context
