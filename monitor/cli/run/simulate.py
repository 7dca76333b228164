"""`posmon simulate`."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import ssl
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import click
import uvloop

from monitor.adapters.system import SystemClock
from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.output.program_name import called
from monitor.cli.output.progress_bar import at_work
from monitor.cli.output.text import inert
from monitor.cli.run.publishing import publishing_of, publishing_options, source_of
from monitor.simulator.faults import FAULTS
from monitor.simulator.fleet import MOST_TERMINALS
from monitor.simulator.inventory_file import write_inventory
from monitor.simulator.loopback import LoopbackAddress, read_address
from monitor.simulator.mqtt_publisher import BrokerAway, Publishing
from monitor.simulator.scenario import Scenario
from monitor.simulator.scenario_file import demo_scenario, load_scenario
from monitor.simulator.simulated_fleet import FLEET_KINDS, HTTP, MQTT, NEXO, SimulatedFleet

_FILE = click.Path(path_type=Path, dir_okay=False)


class Order(NamedTuple):
    """The options of the command line."""

    terminals: int | None
    seed: int
    scenario: Scenario | None
    listen: LoopbackAddress
    tls: ssl.SSLContext | None
    inventory_out: Path | None
    ready_file: Path | None
    transactions_per_day: int
    kind: str
    publishing: Publishing | None


@click.command(
    epilog="""\b
Examples:
  posmon simulate --terminals 100 --inventory-out fleet.csv
  posmon simulate --scenario demo --listen 127.0.0.1:8080
  posmon simulate --terminals 2000 --scenario config/scenarios/wear-and-tear.yaml
  posmon simulate --kind mqtt --broker mqtt://127.0.0.1:1883
  posmon simulate --list-faults
"""
)
@click.option(
    "-n",
    "--terminals",
    type=click.IntRange(1, MOST_TERMINALS),
    help="How many; 10 unless the scenario lists its sites.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same fleet.")
@click.option(
    "--transactions-per-day",
    type=click.IntRange(0, 100_000),
    default=200,
    show_default=True,
    help="Customers of each terminal, whose transactions it reports; 0: none.",
)
@click.option("--scenario", metavar="FILE", help="The incidents, with time and place; `demo` is built in.")
@click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:0",
    show_default=True,
    help="A loopback address; port 0 takes a free one.",
)
@click.option("--inventory-out", type=_FILE, help="Write the matching inventory (CSV) there.")
@click.option("--ready-file", type=_FILE, help="Write url, pid and inventory (JSON) there once all answer.")
@click.option(
    "--kind",
    type=click.Choice(FLEET_KINDS),
    default=HTTP,
    show_default=True,
    help="How the terminals speak: posmon's heartbeat over HTTP, ZVT, ESC/POS, nexo, MQTT or a cloud's.",
)
@publishing_options()
@click.option("--ca-out", type=_FILE, help="Write there (PEM) who vouches for terminals of kind nexo.")
@click.option("--tls-cert", type=_FILE, help="Serve HTTPS with this certificate chain (PEM).")
@click.option("--tls-key", type=_FILE, help="Its private key (PEM), if not in the same file.")
@click.option("--list-faults", is_flag=True, help="List the faults a scenario can name, and exit.")
def simulate(
    *,
    terminals: int | None,
    seed: int,
    transactions_per_day: int,
    kind: str,
    scenario: str | None,
    listen: str,
    inventory_out: Path | None,
    ready_file: Path | None,
    ca_out: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    list_faults: bool,
    **publishing: Any,  # noqa: ANN401 - click's
) -> None:
    """Simulate a fleet of terminals that answer heartbeats on this machine.

    Without a scenario all of them are well: batteries drain and charge, signals wander, paper is used
    up. Nothing listens beyond loopback. Ends with exit code 0 on Ctrl-C or SIGTERM.
    """
    if list_faults:
        click.echo(_fault_list())
        return
    plan = _scenario(scenario)
    if plan is not None and plan.sites and terminals is not None:
        raise click.ClickException(f"--terminals: {plan.source} lists its sites, and so their number")
    _refuse_twice(kind, plan)
    _vouch(_kinds(kind, plan), ca_out)
    order = Order(
        terminals=terminals,
        seed=seed,
        scenario=plan,
        listen=_address(listen),
        tls=_tls(tls_cert, tls_key),
        inventory_out=inventory_out,
        ready_file=ready_file,
        transactions_per_day=transactions_per_day,
        kind=kind,
        publishing=publishing_of(_kinds(kind, plan), **publishing),
    )
    _allow_many_connections()
    try:
        with faults_shown():
            uvloop.run(_serve(order))
    except BrokerAway as error:
        raise click.ClickException(f"--broker: {error}") from error
    except OSError as error:
        raise click.ClickException(f"{listen}: {os.strerror(error.errno or 0)}") from error


def _address(written: str) -> LoopbackAddress:
    try:
        return read_address(written)
    except ValueError as error:
        raise click.ClickException(f"--listen {inert(written)}: {error}") from error


def _scenario(name: str | None) -> Scenario | None:
    if name == "demo":
        return demo_scenario()
    with faults_shown():
        return load_scenario(Path(name)) if name else None


def _refuse_twice(kind: str, plan: Scenario | None) -> None:
    """Refuse a fleet beside the first that speaks like it: a source would have two addresses."""
    if plan is not None and kind in {fleet.kind for fleet in plan.beside}:
        raise click.ClickException(f"--kind {kind}: {plan.source} has another fleet of that kind")


def _vouch(kinds: Collection[str | None], path: Path | None) -> None:
    """Write who vouches for terminals of kind nexo, and say how posmon asks them."""
    if NEXO not in kinds:
        if path is not None:
            raise click.ClickException("--ca-out: there are no terminals of kind nexo")
        return
    if path is None:
        raise click.ClickException("--kind nexo: needs --ca-out FILE, which posmon trusts the terminals by")
    from monitor.simulator.nexo_terminal import KEY_IDENTIFIER, KEY_VERSION, PASSPHRASE, authority

    with _failures_of(path):
        path.write_bytes(authority().pem)
    place = json.dumps(inert(str(path.resolve())), ensure_ascii=False)
    click.echo(
        "To ask terminals of kind nexo, write in posmon.yaml, below polling:\n"
        f"    nexo: {{key_identifier: {KEY_IDENTIFIER}, key_version: {KEY_VERSION}, "
        f"passphrase: {PASSPHRASE}, ca_file: {place}}}\n"
    )


def _kinds(kind: str, plan: Scenario | None) -> set[str]:
    return {kind, *((fleet.kind or HTTP) for fleet in (plan.beside if plan else ()))}


def _tls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        if key is not None:
            raise click.ClickException("--tls-key: needs --tls-cert too")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # An encrypted key would otherwise ask for its passphrase on the terminal.
        context.load_cert_chain(certificate, key, password="")
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror if type(error) is FileNotFoundError else "no certificate and key that match"
        raise click.ClickException(f"--tls-cert: {inert(str(certificate))}: {reason}") from error
    return context


def _allow_many_connections() -> None:
    """Raise the soft limit of file descriptors as far as this user may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _serve(order: Order) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with contextlib.AsyncExitStack() as stack:
        with at_work("Starting the terminals"):
            first = await stack.enter_async_context(_fleet_of(order))
            fleets = [first, *[await stack.enter_async_context(fleet) for fleet in _fleets_beside(order)]]
            _write_files(order, fleets)
        click.echo(_greeting(fleets, order.inventory_out, order.publishing))
        await stopped.wait()
    click.echo(_farewell(fleets))


def _fleet_of(order: Order) -> SimulatedFleet:
    return SimulatedFleet(
        clock=SystemClock(),
        terminals=order.terminals,
        seed=order.seed,
        scenario=order.scenario,
        host=order.listen.host,
        port=order.listen.port,
        tls=order.tls,
        transactions_per_day=order.transactions_per_day,
        kind=order.kind,
        publishing=order.publishing if order.kind == MQTT else None,
    )


def _fleets_beside(order: Order) -> Iterator[SimulatedFleet]:
    """Yield the scenario's further fleets, each on ports that the system chooses."""
    for number, beside in enumerate(order.scenario.beside if order.scenario else (), 1):
        yield SimulatedFleet(
            clock=SystemClock(),
            seed=order.seed + number,
            scenario=beside,
            host=order.listen.host,
            transactions_per_day=order.transactions_per_day,
            kind=beside.kind or HTTP,
            publishing=order.publishing if beside.kind == MQTT else None,
        )


def _write_files(order: Order, fleets: Sequence[SimulatedFleet]) -> None:
    if order.inventory_out is not None:
        with _failures_of(order.inventory_out):
            rows = chain.from_iterable(fleet.inventory_rows() for fleet in fleets)
            write_inventory(order.inventory_out, rows)
    if order.ready_file is not None:
        with _failures_of(order.ready_file):
            _write_ready_file(order.ready_file, fleets, order.inventory_out)


@contextlib.contextmanager
def _failures_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{inert(str(path))}: {error.strerror}") from error


def _write_ready_file(path: Path, fleets: Sequence[SimulatedFleet], inventory: Path | None) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    ready = {
        "url": fleets[0].url,
        "beside": {fleet.kind: fleet.url for fleet in fleets[1:]},
        "pid": os.getpid(),
        "inventory": str(inventory.resolve()) if inventory else None,
    }
    try:
        unfinished.write_text(json.dumps(ready) + "\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _greeting(fleets: Sequence[SimulatedFleet], inventory: Path | None, publishing: Publishing | None) -> str:
    example = next(fleets[0].inventory_rows())
    lines = [
        *chain.from_iterable(
            (f"{fleet.size} terminals in {len(fleet.sites)} sites answer at", f"    {fleet.pattern}")
            for fleet in fleets
        ),
        "",
        f"Ask one:       {called()} probe {example.endpoint}",
    ]
    if inventory is None:
        lines.append("Monitor all:   start again with --inventory-out fleet.csv")
    else:
        lines += [
            f"Monitor all:   {called()} run --config posmon.yaml, with this in posmon.yaml:",
            f"    inventory: {{path: {json.dumps(inert(str(inventory.resolve())), ensure_ascii=False)}}}",
            "    polling: {allowed_networks: [127.0.0.0/8, '::1/128']}",
        ]
        if publishing is not None:
            lines.append(f"    sources: [{source_of(publishing)}]")
    return "\n".join([*lines, "", "Ctrl-C ends it."])


def _farewell(fleets: Sequence[SimulatedFleet]) -> str:
    polls = sum(fleet.total_polls for fleet in fleets)
    cost = f", {process_time() / polls * 1e6:.0f} µs of CPU each" if polls else ""
    return f"{polls} polls in {fleets[0].elapsed_s:.0f} s{cost}."


def _fault_list() -> str:
    lines = []
    for kind in FAULTS.values():
        lines.append(f"{kind.name:18} {kind.summary}")
        lines += [
            f"{'':18}   {entry.name}: {entry.meaning}"
            f"{'' if entry.default is None else f' (default {entry.default})'}"
            for entry in kind.parameters
        ]
    return "\n".join(lines)
