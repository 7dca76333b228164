"""`posmon alerts test`: an alert that says nothing is wrong, to see whether it arrives."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.errors.exit_code import CannotTell, ExitCode, PluginCommand
from monitor.cli.options.config_file import config_option, found_config
from monitor.cli.options.shared import duration_option, output_option
from monitor.cli.output.text import inert
from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.ports.alert_sink import Delivery

if TYPE_CHECKING:
    from monitor.assembly import Receiver
    from monitor.config.settings import Settings
    from monitor.ports.clock import Clock

ALERTNAME = "PosmonTest"
BELIEVED_MARGIN_S = 300.0
"""A firing test alert ends by itself this long after it was to be resolved."""


class SentTest(NamedTuple):
    """The result of the test alert at one receiver."""

    receiver: str
    taken: bool
    resolved: bool
    fault: str
    partly: bool = False
    """Some of its recipients were refused; `fault` names them."""


@click.command(
    "test",
    cls=PluginCommand,
    epilog="""\b
Accepted means that the receiver accepted it. Alertmanager's own configuration
says whom it notifies, and after which group_wait; --hold leaves the alert
firing for so long before posmon resolves it.

\b
Exit code: 0 when every receiver accepted it for all its recipients, 1 when one
did not, 3 when there was nothing to try (wrong usage, no configuration, no
receiver).

\b
Examples:
  posmon alerts test
  posmon alerts test --receiver email
  posmon alerts test --hold 2m --severity critical --owner security
""",
)
@config_option
@click.option(
    "--receiver",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this one: an Alertmanager's URL, or a name of the section notify; may be repeated.",
)
@click.option(
    "--severity",
    type=click.Choice([one.value for one in Severity if one is not Severity.NONE]),
    default=Severity.CRITICAL.value,
    show_default=True,
    help="The alert's label; routes may depend on it.",
)
@click.option(
    "--category",
    type=click.Choice([one.value for one in Category]),
    default=Category.POSMON.value,
    show_default=True,
    help="The alert's label.",
)
@click.option(
    "--owner",
    type=click.Choice([one.value for one in Owner]),
    default=Owner.MONITORING.value,
    show_default=True,
    help="The alert's label; who is told may depend on it.",
)
@click.option("--site", default="", help="The alert's label.")
@duration_option("--hold", default="0s", help="How long it fires before it is resolved.")
@output_option("text", "json")
@click.pass_context
def trial_alert(
    context: click.Context,
    *,
    config: Path | None,
    names: tuple[str, ...],
    severity: str,
    category: str,
    owner: str,
    site: str,
    hold: float,
    output: str,
) -> None:
    """Send a test alert to every receiver, then resolve it."""
    from monitor.adapters.system import SystemClock
    from monitor.config.loading import load_settings
    from monitor.logs import configure_logging

    # What goes wrong is said on stdout, once.
    configure_logging(format="console", level="error")
    with faults_shown():
        settings = load_settings(found_config(config))
    labels = {"severity": severity, "category": category, "owner": owner} | ({"site": site} if site else {})
    clock = SystemClock()
    notice = _notice(settings.alerting.external_labels | labels, clock.now().wall, hold)
    trials = asyncio.run(_try_all(settings, names, notice, clock=clock, hold_s=hold))
    _print(trials, output)
    context.exit(ExitCode.OK if all(trial.taken and trial.resolved for trial in trials) else ExitCode.WARNING)


def _notice(labels: dict[str, str], now: float, hold_s: float) -> PostableAlert:
    host = socket.gethostname()
    return PostableAlert(
        labels={"alertname": ALERTNAME} | labels,
        annotations={
            "summary": f"Test alert of posmon on {host}: nothing is wrong",
            "summary_zh": f"{host} 上 posmon 的测试告警：一切正常",  # noqa: RUF001
            "action": "Nothing. Somebody wanted to know whether alerts arrive here.",
            "action_zh": "无需处理。这是一条测试告警，用来确认告警能够送达。",  # noqa: RUF001
        },
        starts_at=now,
        ends_at=now + hold_s + BELIEVED_MARGIN_S,
        resolved=False,
    )


async def _try_all(
    settings: "Settings", names: Sequence[str], notice: PostableAlert, *, clock: "Clock", hold_s: float
) -> list[SentTest]:
    from monitor.assembly import receivers

    async with AsyncExitStack() as stack:
        chosen = _chosen(list(receivers(settings, clock, unfiltered=True)), names)
        sinks = [await stack.enter_async_context(sink) for sink in chosen]
        taken = await asyncio.gather(*(_send(sink, notice) for sink in sinks))
        await clock.sleep(hold_s)
        end = replace(notice, ends_at=clock.now().wall, resolved=True)
        return await asyncio.gather(
            *(_ended(sink, end, began) for sink, began in zip(sinks, taken, strict=True))
        )


async def _ended(receiver: "Receiver", end: PostableAlert, began: SentTest) -> SentTest:
    """Send the resolved alert if the receiver accepted the firing one; return the outcome of both."""
    if not (began.taken or began.partly):
        return began
    over = await _send(receiver, end)
    if began.partly:
        return began._replace(resolved=over.taken or over.partly)
    return over._replace(taken=began.taken, resolved=over.taken)


def _chosen(known: "Sequence[Receiver]", names: Sequence[str]) -> "list[Receiver]":
    """Return the receivers called `names`, all when there are none; CannotTell when nobody is left."""
    if not known:
        raise CannotTell("no receivers are configured; see alerting.alertmanagers and notify")
    present = [receiver.name for receiver in known]
    for name in names:
        if name.rstrip("/") not in present:
            raise CannotTell(f"no receiver {inert(name)}; there are: {', '.join(map(inert, present))}")
    wanted = {name.rstrip("/") for name in names} or set(present)
    return [receiver for receiver in known if receiver.name in wanted]


async def _send(receiver: "Receiver", notice: PostableAlert) -> SentTest:
    """Return whether the receiver accepted it, and why not."""
    delivery = await receiver.send([notice])
    is_taken = delivery is Delivery.SENT
    refusal = "refused for its content" if delivery is Delivery.REJECTED else "not available"
    fault = "" if is_taken else receiver.fault or refusal
    return SentTest(receiver.name, is_taken, False, fault, delivery is Delivery.PARTIAL)


def _print(trials: Sequence[SentTest], output: str) -> None:
    if output == "json":
        import json

        click.echo(json.dumps({"receivers": [trial._asdict() for trial in trials]}, ensure_ascii=False))
        return
    for trial in trials:
        click.echo(inert(f"{trial.receiver}: {_told(trial)}"))


def _told(trial: SentTest) -> str:
    if trial.partly:
        return f"accepted for some only: {trial.fault}"
    if not trial.taken:
        return f"not accepted: {trial.fault}"
    return "accepted, firing and resolved" if trial.resolved else f"accepted, not resolved: {trial.fault}"
