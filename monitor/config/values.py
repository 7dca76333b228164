"""The kinds of values a setting can have: how each is written, read and bounded.

Readers get what YAML gave (text, numbers, ...) and raise ValueError with a phrase for people that
quotes nothing: the text may hold a secret.
"""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, SecretStr, Strict

from monitor.config.durations import format_duration, parse_duration
from monitor.domain.inventory.address_policy import IpNetwork
from monitor.domain.inventory.endpoint import BadEndpoint, parse_endpoint

_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.IGNORECASE
)
_SHORT_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}", re.ASCII | re.IGNORECASE)
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
_BROKERS = frozenset({"mqtt", "mqtts"})
_LAST_PORT = 65535
_SHORTEST_S = 0.1


class HostPort(NamedTuple):
    """A host (name or address without brackets) and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def text(written: object) -> str:
    """Return text without surrounding space and without control characters."""
    if not isinstance(written, str):
        raise ValueError("write text" + ("; quote it" if isinstance(written, int | float) else ""))  # noqa: TRY004
    if not written.isprintable():
        raise ValueError("contains a control character or a line break")
    return written.strip()


def host_port(written: object) -> HostPort:
    """Return the parts of `host:port` or `[address]:port`."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:\s]+)):([0-9]{1,5})", str(written), re.ASCII)
    if match is None:
        raise ValueError("write host:port, an IPv6 address in brackets: 127.0.0.1:7676, [::1]:7676")
    if int(match[3]) > _LAST_PORT:
        raise ValueError(f"a port is at most {_LAST_PORT}")
    if match[1]:
        try:
            return HostPort(str(ip_address(match[1])), int(match[3]))
        except ValueError:
            raise ValueError("what stands in brackets is no IPv6 address") from None
    return HostPort(_host(match[2]), int(match[3]))


def _host(written: str) -> str:
    try:
        return str(ip_address(written))
    except ValueError:
        # What ends in a number would be an address (of an old form) to the resolver.
        if _NAME.fullmatch(written) and not written.rpartition(".")[2].isdigit():
            return written.lower()
    raise ValueError("not a host name or address")


def destination(written: object) -> HostPort:
    """Return the parts of `host:port` for something to connect to."""
    place = host_port(written)
    if place.port == 0:
        raise ValueError("port 0 cannot be connected to")
    return place


def listen_address(written: object) -> HostPort:
    """Return where to listen; port 0 lets the system choose. What lies beyond loopback needs more."""
    return host_port(written)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself, for this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def network(written: object) -> IpNetwork:
    """Return a network from CIDR notation; one address alone is a network of one."""
    try:
        return ip_network(text(written))
    except ValueError:
        pass
    try:
        wider = ip_network(text(written), strict=False)
    except ValueError:
        raise ValueError("not a network; write it as 10.0.0.0/8 or 2001:db8::/32") from None
    raise ValueError(f"an address inside a network, not the network; did you mean '{wider}'?")


def base_url(written: object) -> str:
    """Return an http or https URL without query and final slash, to which paths are appended."""
    try:
        parse_endpoint(text(written))
    except BadEndpoint as error:
        reason = str(error)
        hint = "; credentials belong in basic_auth" if "user information" in reason else ""
        raise ValueError(f"not a URL such as http://127.0.0.1:9093: {reason}{hint}") from None
    if urlsplit(text(written)).query or text(written).endswith("?"):
        raise ValueError("a query has no place here")
    return text(written).rstrip("/")


def service_url(written: object) -> str:
    """Return a base URL as `base_url` does, or a broker's: mqtt://HOST[:PORT] or mqtts://HOST[:PORT]."""
    url = text(written)
    scheme, separator, rest = url.partition("://")
    if separator and scheme.lower() in _BROKERS:
        if rest.strip("/") != rest.rstrip("/") or "/" in rest.rstrip("/"):
            raise ValueError("a broker's URL has no path; what to subscribe to stands in topics")
        base_url(f"http://{rest}")
        return f"{scheme.lower()}://{rest.rstrip('/')}"
    return base_url(written)


def label_name(written: object) -> str:
    """Return a Prometheus label name; names beginning with two underscores are Prometheus' own."""
    name = text(written)
    if not _LABEL_NAME.fullmatch(name) or name.startswith("__"):
        raise ValueError("not a label name (letters, digits and _, not beginning with a digit or __)")
    return name


def local_path(written: object) -> Path:
    """Return a path; relative ones were resolved where they were written."""
    if isinstance(written, Path):
        return written
    if not text(written):
        raise ValueError("write the path of a file")
    return Path(text(written))


def existing_file(written: object) -> Path:
    """Return the path of a file that is there."""
    path = local_path(written)
    if not path.is_file():
        raise ValueError("no such file")
    return path


def mail_address(written: object) -> str:
    """Return a mail address."""
    address = text(written)
    if not _MAILBOX.fullmatch(address):
        raise ValueError("not a mail address such as oncall@example.com")
    return address


def short_name(written: object) -> str:
    """Return a name by which other places refer to something."""
    name = text(written)
    if not _SHORT_NAME.fullmatch(name):
        raise ValueError("a name is at most 63 letters, digits, '.', '-' and '_'")
    return name


def zone_name(written: object) -> str:
    """Return the name of a time zone of the IANA database."""
    name = text(written)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone of the IANA database, such as Asia/Shanghai") from None
    return name


def secret(written: object) -> SecretStr:
    """Return a secret; it neither shows in `repr` nor in messages."""
    plain = written.get_secret_value() if isinstance(written, SecretStr) else text(written)
    if not plain:
        raise ValueError("is empty")
    if not plain.isprintable():
        raise ValueError("contains a control character or a line break")
    return SecretStr(plain)


class IsPath:
    """Marks a setting whose relative paths count from where they are written."""


class AtReload:
    """Marks a setting, or a section with all its settings, that a reload changes in a running daemon.

    Every setting without the mark needs a restart. The mark promises that the reload applies it.
    """


class IsSecret:
    """Marks a setting that may be read from a file (`NAME_file`, `{file: ...}`) or credential."""


class HoldsSecrets(IsSecret):
    """Marks a setting that is a mapping of secrets, each of which may be read from a file."""


def _repeated(written: object) -> float:
    seconds = parse_duration(written)
    if seconds < _SHORTEST_S:
        raise ValueError(f"must be at least {format_duration(_SHORTEST_S)}")
    return seconds


Duration = Annotated[float, BeforeValidator(parse_duration)]
Pace = Annotated[float, BeforeValidator(_repeated)]
"""A duration of at least 100 ms, for what is done again and again."""

Text = Annotated[str, BeforeValidator(text)]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Share = Annotated[float, Strict(), Field(ge=0, le=1)]
Listen = Annotated[HostPort, BeforeValidator(listen_address)]
Destination = Annotated[HostPort, BeforeValidator(destination)]
AllowedNetwork = Annotated[IpNetwork, BeforeValidator(network)]
BaseUrl = Annotated[str, BeforeValidator(base_url)]
ServiceUrl = Annotated[str, BeforeValidator(service_url)]
LabelName = Annotated[str, BeforeValidator(label_name)]
LocalPath = Annotated[Path, BeforeValidator(local_path), IsPath()]
ExistingFile = Annotated[Path, BeforeValidator(existing_file), IsPath()]
Secret = Annotated[SecretStr, BeforeValidator(secret), IsSecret()]
Secrets = Annotated[dict[str, Annotated[SecretStr, BeforeValidator(secret)]], HoldsSecrets()]
