"""The fleet over TLS: a heartbeat server of https endpoints, its arguments COUNT and DIRECTORY.

It prints its ports as one JSON object, `VERSION-kept` and `VERSION-closed` for each version of TLS, and
beside them `plain-kept`; DIRECTORY gets the authority's certificate, ca.pem. Its key is of the kind most
public certificates have today, ECDSA on P-256; the chain is short, one certificate.
"""

import asyncio
import datetime as dt
import json
import signal
import ssl
import sys
from functools import partial
from pathlib import Path

import trustme
import uvloop

from bench.programs.heartbeat_server import Fleet, Terminal

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 17))
"""So many addresses stand in the certificate: local ports would soon be short with one."""


def settings(authority: trustme.CA, version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a server's settings for one version of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    not_before = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)  # noqa: TID251 - there is no clock to ask
    authority.issue_cert(*HOSTS, not_before=not_before).configure_cert(context)
    return context


async def _serve(count: int, directory: Path) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(directory / "ca.pem")
    served = Fleet(count)
    served.refresh()
    listeners: dict[str, tuple[ssl.SSLContext | None, str]] = {"plain-kept": (None, "kept")}
    for name, version in VERSIONS.items():
        secure = settings(authority, version)
        listeners |= {f"{name}-{end}": (secure, end) for end in ("kept", "closed")}
    ports = {}
    for name, (tls, end) in listeners.items():
        terminal = partial(Terminal, served, end)
        server = await loop.create_server(terminal, HOSTS[0], 0, ssl=tls, backlog=4096)
        ports[name] = server.sockets[0].getsockname()[1]
        for host in HOSTS[1:]:
            await loop.create_server(terminal, host, ports[name], ssl=tls, backlog=4096)
    print(json.dumps(ports), flush=True)
    await stopped.wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
