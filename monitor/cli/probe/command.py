"""`posmon probe`."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.errors.exit_code import CannotTell, PluginCommand
from monitor.cli.options.config_file import config_option, found_config
from monitor.cli.options.shared import duration_option, network_option, output_option
from monitor.cli.output.text import inert
from monitor.domain.inventory.address import parse_address
from monitor.domain.inventory.address_policy import AddressPolicy, IpNetwork
from monitor.domain.inventory.endpoint import BadEndpoint
from monitor.domain.inventory.terminal import PUSH_ENDPOINT, TERMINAL_ID, Terminal

if TYPE_CHECKING:
    from monitor.cli.probe.polled import Polled
    from monitor.cli.probe.verdicts import Examination
    from monitor.config.settings import Settings
    from monitor.config.source_settings import SourceSettings

_LOOPBACK: tuple[IpNetwork, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_ANYWHERE: tuple[IpNetwork, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))

_PUSHES = "a terminal that pushes cannot be asked: wait for its next heartbeat"


class Aim(NamedTuple):
    """Which terminal to poll, which addresses that may lead to, and the source that speaks for it."""

    terminal: Terminal
    policy: AddressPolicy
    source: "SourceSettings | None" = None


@click.command(
    cls=PluginCommand,
    epilog="""\b
Exit code: 0 nothing wrong, 1 or 2 when a detector with severity warning or
critical finds something, 3 cannot tell. A condition counts at
once, also where its alert waits for a hold.

\b
Addresses: link-local and multicast ones are never polled. A URL typed here may
name a loopback address (127.0.0.1, ::1, localhost); an endpoint from the
inventory may not, unless polling.allowed_networks or --allow-network says so.

\b
Examples:
  posmon probe http://192.0.2.10:8080/heartbeat
  posmon probe zvt://192.0.2.11
  posmon probe 10000001 --config posmon.yaml
  posmon probe agents:4711 --config posmon.yaml
  posmon probe 10000001 --config posmon.yaml -o json | jq .reading
""",
)
@click.argument("target", metavar="TERMINAL|URL|SOURCE:ID")
@config_option
@network_option("Poll only addresses in this network")
@duration_option(
    "--timeout", default=None, help="Give up after this time.  [default: 5s, or the configuration's]"
)
@output_option("table", "json")
@click.pass_context
def probe(
    context: click.Context,
    *,
    target: str,
    config: Path | None,
    networks: tuple[IpNetwork, ...],
    timeout: float | None,
    output: str,
) -> None:
    """Poll one terminal once, without a daemon, and show the verdict of each detector.

    TERMINAL is an id from the inventory that the configuration names. A URL is polled with the
    defaults, unless --config is given. SOURCE:ID is a terminal by the id that a source of the
    configuration has for it; of a source of kind json, each expression is shown at work.
    """
    from monitor.assembly import make_event_tracker
    from monitor.cli.probe.verdicts import examine

    with faults_shown():
        settings = _settings(config, target)
        aim = _aim(target, settings, networks)
        polled = _ask(aim, settings, timeout)
    now, result, terminal = polled.at, polled.result, aim.terminal
    if not terminal.terminal_id and result.reading is not None:
        terminal = Terminal(terminal_id=result.reading.terminal_id, endpoint=terminal.endpoint)
    examination = examine(
        terminal,
        settings.rule_book().for_terminal(terminal),
        result,
        now,
        track_events=lambda fleet: make_event_tracker(settings, fleet),
        mapping=polled.mapping,
    )
    _print(examination, output)
    context.exit(examination.exit_code)


def _ask(aim: Aim, settings: "Settings", timeout: float | None) -> "Polled":
    """Ask the terminal, or the source that speaks for it, and then the receipt printer beside it."""
    polled = _ask_terminal(aim, settings, timeout)
    if not aim.terminal.printer:
        return polled
    from monitor.cli.probe.single_poll import poll
    from monitor.cli.probe.with_printer import with_printer

    timeout_s = timeout or settings.timetable().cadence_of(aim.terminal).timeout_s
    policy = AddressPolicy(allowed_networks=settings.polling.allowed_networks) if aim.source else aim.policy
    printed = poll(aim.terminal.printer, policy=policy, polling=settings.polling, timeout_s=timeout_s)
    return polled._replace(result=with_printer(polled.result, printed.result))


def _ask_terminal(aim: Aim, settings: "Settings", timeout: float | None) -> "Polled":
    if aim.source is not None:
        from monitor.cli.probe.source_poll import poll_source

        return poll_source(aim.source, aim.terminal.endpoint.partition(":")[2])
    from monitor.cli.probe.single_poll import poll

    cadence = settings.timetable().cadence_of(aim.terminal)
    return poll(
        aim.terminal.endpoint,
        policy=aim.policy,
        polling=settings.polling,
        timeout_s=timeout or cadence.timeout_s,
    )


def _settings(config: Path | None, target: str) -> "Settings":
    from monitor.config.loading import load_settings
    from monitor.config.settings import Settings

    if target == PUSH_ENDPOINT:
        raise CannotTell(_PUSHES)
    is_url = "://" in target
    if not is_url and TERMINAL_ID.fullmatch(target) is None:
        raise CannotTell(f"'{inert(target)}' is neither a terminal id nor a URL")
    return Settings() if is_url and config is None else load_settings(found_config(config))


def _aim(target: str, settings: "Settings", networks: tuple[IpNetwork, ...]) -> Aim:
    allowed = networks or settings.polling.allowed_networks
    if "://" in target:
        aim = Aim(Terminal(terminal_id="", endpoint=target), _policy_for_typed(target, allowed))
    elif _source_of(target, settings) is not None:
        aim = Aim(Terminal(terminal_id="", endpoint=target), AddressPolicy())
    else:
        aim = Aim(_in_inventory(target, settings), AddressPolicy(allowed_networks=allowed))
    aim = aim._replace(source=_source_of(aim.terminal.endpoint, settings))
    if aim.source is None:
        _refuse_forbidden(aim)
    return aim


def _source_of(endpoint: str, settings: "Settings") -> "SourceSettings | None":
    """Return the source that `SOURCE:ID` names, None for any other endpoint."""
    name, colon, _ = endpoint.partition(":")
    return next((source for source in settings.sources if colon and source.name == name), None)


def _in_inventory(terminal_id: str, settings: "Settings") -> Terminal:
    from monitor.adapters.inventory_files import load_inventory
    from monitor.config.parent_settings import parent_names

    path = settings.inventory.path
    # Where the other terminals are is not asked here; this one's address is judged by the caller.
    inventory = load_inventory(
        path,
        policy=AddressPolicy(allowed_networks=_ANYWHERE),
        dialects=settings.response_codes().dialects,
        sources=[source.name for source in settings.sources],
        calendars=[calendar.name for calendar in settings.calendars],
        parents=parent_names(settings.parents, settings.sources),
    )
    terminal = inventory.get(terminal_id)
    if terminal is None:
        raise CannotTell(f"{inert(str(path))} has no terminal {terminal_id}")
    if not terminal.endpoint:
        raise CannotTell(f"{inert(str(path))} gives no endpoint for terminal {terminal_id}")
    return terminal


def _policy_for_typed(url: str, allowed: tuple[IpNetwork, ...]) -> AddressPolicy:
    """Return what a URL typed by a person may lead to: they know what loopback is."""
    if not _names_loopback(url):
        return AddressPolicy(allowed_networks=allowed)
    return AddressPolicy(allowed_networks=(*(allowed or _ANYWHERE), *_LOOPBACK))


def _names_loopback(url: str) -> bool:
    with _bad_endpoint_in_words():
        endpoint = parse_address(url)
    if endpoint is None:
        return False
    return endpoint.host == "localhost" or (endpoint.is_address and ip_address(endpoint.host).is_loopback)


def _refuse_forbidden(aim: Aim) -> None:
    with _bad_endpoint_in_words():
        endpoint = parse_address(aim.terminal.endpoint)
    if endpoint is None:
        raise CannotTell(_PUSHES)
    reason = aim.policy.refusal(endpoint.host) if endpoint.is_address else None
    if reason:
        raise CannotTell(f"{inert(aim.terminal.endpoint)} may not be polled: {reason}")


@contextmanager
def _bad_endpoint_in_words() -> Iterator[None]:
    try:
        yield
    except BadEndpoint as error:
        # Not quoted: it may hold a password.
        raise CannotTell(f"this URL cannot be polled: {error}") from error


def _print(examination: "Examination", output: str) -> None:
    if output == "json":
        from monitor.cli.probe.data import probe_json

        click.echo(probe_json(examination), nl=False)
    else:
        from monitor.cli.output.screen import print_picture
        from monitor.cli.probe.table import probe_table

        print_picture(probe_table(examination))
