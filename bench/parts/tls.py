"""What TLS to terminals costs: kept connections, whole handshakes, resumed ones, and their memory.

CPU time is the daemon's, whole, for each poll; memory is a daemon's whose terminals are kept over TLS less
that of one with as many kept in plain.
"""

import gc
import json
import os
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import trustme

from bench import fleet
from bench.daemon import Daemon, launched
from bench.figures import Figure, Target, ratio
from bench.notebook import Notebook
from bench.plan import Plan
from bench.processes import NotMeasured, cpu_us_per_poll, python, rss_bytes, running
from bench.programs import tls_server

KEPT, KEPT_RATE = 2_000, 1_000.0
FRESH, FRESH_RATE = 400, 200.0
"""Terminals, and polls of them a second: no more handshakes than client and server get through here."""
WINDOW_S = 5.0
SETTLED_WITHIN_S = 60.0
SESSIONS = 2_000

KEPT_HTTP, HTTPS_KEPT = "http, kept", "https, TLS 1.3, kept"
Ports = Mapping[str, int]


@contextmanager
def _served(directory: Path) -> Iterator[Ports]:
    """Run the fleet over TLS; yield its ports by name."""
    command = python("bench.programs.tls_server", KEPT, directory)
    with running(command, log=directory / "tls_server.log", speaks=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())


@contextmanager
def _polling(
    ports: Ports, name: str, *, directory: Path, count: int, interval_s: float, most_tls: int = KEPT
) -> Iterator[Daemon]:
    """Run posmon over `count` terminals on the port called `name`; the context begins when it has settled."""
    scheme = "http" if name.startswith("plain") else "https"
    rows = (
        fleet.row(index, f"{scheme}://{host}:{ports[name]}{fleet.path(index)}")
        for index in range(count)
        for host in [tls_server.HOSTS[index % len(tls_server.HOSTS)]]
    )
    settings = {"polling": {"ca_file": str(directory / "ca.pem"), "kept_tls_connections": most_tls}}
    with launched([fleet.HEADER, *rows], under=directory, interval_s=interval_s, settings=settings) as posmon:
        _settle(posmon, count if name.endswith("kept") else 0, polls=3 * count)
        yield posmon


def _settle(posmon: Daemon, kept: int, *, polls: int) -> None:
    """Wait until all connections are kept that are to be, and for so many polls.

    A session is taken from the second handshake with a terminal and used from the third on.
    """
    until = time.perf_counter() + SETTLED_WITHIN_S
    while posmon.series("posmon_connections_kept")[""] < kept or posmon.polls() < polls:
        if time.perf_counter() > until:
            raise NotMeasured(f"not every terminal was polled three times within {SETTLED_WITHIN_S:.0f} s")
        time.sleep(0.5)


def _cpu_us(posmon: Daemon, rate: float) -> float:
    """Measure one window, in which all polls must be good; while a fleet is met first, some may not be."""
    bad = _bad_polls(posmon)
    used = cpu_us_per_poll([posmon.pid], posmon.polls, window_s=WINDOW_S, rate=rate)
    if bad := _bad_polls(posmon) - bad:
        raise NotMeasured(f"{bad:.0f} polls were not good")
    return used


def _bad_polls(posmon: Daemon) -> float:
    results = posmon.series("posmon_polls_total")
    return sum(count for labels, count in results.items() if '"ok"' not in labels)


def _sides(ports: Ports, directory: Path) -> dict[str, Callable[[], float]]:
    def kept(name: str) -> float:
        interval_s = KEPT / KEPT_RATE
        with _polling(ports, name, directory=directory, count=KEPT, interval_s=interval_s) as posmon:
            return _cpu_us(posmon, KEPT_RATE)

    def fresh(name: str, sessions: int) -> float:
        interval_s = FRESH / FRESH_RATE
        with _polling(
            ports, name, directory=directory, count=FRESH, interval_s=interval_s, most_tls=sessions
        ) as posmon:
            return _cpu_us(posmon, FRESH_RATE)

    sides: dict[str, Callable[[], float]] = {KEPT_HTTP: partial(kept, "plain-kept")}
    for version in tls_server.VERSIONS:
        sides[f"https, TLS {version}, kept"] = partial(kept, f"{version}-kept")
        sides[f"https, TLS {version}, full handshake"] = partial(fresh, f"{version}-closed", 0)
        sides[f"https, TLS {version}, resumed"] = partial(fresh, f"{version}-closed", FRESH)
    return sides


def _connection_bytes(ports: Ports, version: str, directory: Path) -> float:
    """Return what a kept TLS connection takes beyond a plain one."""
    with ExitStack() as stack:
        plain, secure = [
            stack.enter_context(_polling(ports, name, directory=directory, count=KEPT, interval_s=4))
            for name in ("plain-kept", f"{version}-kept")
        ]
        return (secure.rss_bytes() - plain.rss_bytes()) / KEPT


def _session_bytes() -> float:
    """Return what a remembered session takes; measured once, for memory set free would be used again."""
    authority = trustme.CA()
    server = tls_server.settings(authority, ssl.TLSVersion.TLSv1_3)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(client)
    for _ in range(SESSIONS // 10):
        _session(client, server)
    gc.collect()
    before = rss_bytes(os.getpid())
    kept = [_session(client, server) for _ in range(SESSIONS)]
    gc.collect()
    return (rss_bytes(os.getpid()) - before) / len(kept)


def _session(client: ssl.SSLContext, server: ssl.SSLContext) -> ssl.SSLSession | None:
    """Shake hands in memory; return what the client could use again."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(back, there, server_hostname=tls_server.HOSTS[0])
    answering = server.wrap_bio(there, back, server_side=True)
    for step in (asking.do_handshake, answering.do_handshake) * 2:
        try:
            step()
        except ssl.SSLWantReadError:
            continue
    answering.write(b"heartbeat")
    asking.read(100)
    return asking.session


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure side after side, round after round."""
    notebook = Notebook()
    memory = {version: f"memory of a kept connection, TLS {version}" for version in tls_server.VERSIONS}
    session = "memory of a session"
    with _served(directory) as ports:
        sides = _sides(ports, directory)
        for _ in range(plan.large_repetitions):
            for name, side in sides.items():
                notebook.take(name, side)
        for version, name in memory.items():
            notebook.take(name, partial(_connection_bytes, ports, version, directory))
        notebook.take(session, _session_bytes)
    cost = {name: notebook.figure(name, "us") for name in sides}
    return [
        *cost.values(),
        *(
            ratio(f"{name} / {KEPT_HTTP}", cost[name], cost[KEPT_HTTP], target=Target(value=2.5))
            for name in cost
            if name.startswith("https") and name.endswith("kept")
        ),
        *(notebook.figure(name, "B") for name in (*memory.values(), session)),
    ]
