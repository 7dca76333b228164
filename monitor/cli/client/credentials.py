"""Credentials for a daemon: a token, and the certificate authorities to believe."""

import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import CannotTell
from monitor.config.text_file import Unreadable, read_text

LARGEST_TOKEN_FILE = 4096


class Credentials(NamedTuple):
    """A token, "" for none, and the file of authorities believed in place of the system's."""

    token: str = ""
    ca_file: Path | None = None

    def header_fields(self, url: DaemonUrl) -> dict[str, str]:
        """Return the fields that present the token; raises CannotTell where it would be read on the way."""
        if not self.token:
            return {}
        if not url.secure and not _is_here(url.host):
            raise CannotTell(f"a token is sent over https or within this machine only, not to {url}")
        return {"Authorization": f"Bearer {self.token}"}

    def tls(self) -> ssl.SSLContext:
        """Return the TLS settings; raises CannotTell when the file of authorities cannot be used."""
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise CannotTell(f"{self.ca_file}: holds no certificates in PEM form") from error


def read_access(token: str | None, token_file: Path | None, ca_file: Path | None) -> Credentials:
    """Return the credentials of options and environment, a file before the variable; raises CannotTell."""
    if token_file is not None:
        try:
            token = read_text(token_file, max_bytes=LARGEST_TOKEN_FILE).strip()
        except Unreadable as error:
            raise CannotTell(f"{token_file}: the token's file {error.reason}") from error
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise CannotTell("the token is not of posmon's form")
    return Credentials(token or "", ca_file)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
