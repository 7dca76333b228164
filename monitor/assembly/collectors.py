"""A collector for each scheme of `endpoint`."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Protocol

from monitor.adapters.collectors.http_json import (
    HttpHeartbeatClient,
    raise_descriptor_limit,
    socket_budget,
)
from monitor.adapters.collectors.http_json.resolver import ThreadedResolver
from monitor.adapters.collectors.mailbox import Mailbox
from monitor.adapters.collectors.not_set_up import NotSetUp
from monitor.adapters.collectors.sockets.collector import OverTls, SocketCollector
from monitor.adapters.collectors.sockets.reachability import Reachability
from monitor.adapters.collectors.sockets.receipt_printer import ReceiptPrinter
from monitor.adapters.collectors.source_lookup import SourceLookup
from monitor.adapters.collectors.table import CollectorTable
from monitor.adapters.collectors.zvt.enquiry import StatusEnquiry
from monitor.assembly.client_certificates import Trusting, terminal_tls
from monitor.config.sections import PollingSettings
from monitor.config.settings import Settings
from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.domain.inventory.address import NEXO_SCHEME
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.endpoint import Endpoint
from monitor.domain.sources.board import SourceBoard
from monitor.ports.clock import Clock
from monitor.ports.collector import HeartbeatClient


class PollingClient(HeartbeatClient, Trusting, Protocol):
    """A client that says how many connections it holds between polls."""

    @property
    def kept_connections(self) -> int:
        """Idle connections held for the next poll."""
        ...


MakePolling = Callable[[AsyncExitStack, Settings, Clock], Awaitable[PollingClient]]
"""Makes the collector; the stack closes it."""


async def heartbeat_client(stack: AsyncExitStack, settings: Settings, clock: Clock) -> HttpHeartbeatClient:
    """Return the client that polls; `stack` closes it."""
    polling = settings.polling
    raise_descriptor_limit()
    resolver = await stack.enter_async_context(ThreadedResolver(clock=clock))
    return await stack.enter_async_context(
        HttpHeartbeatClient(
            decode=read_heartbeat,
            clock=clock,
            policy=polling.address_policy(),
            resolver=resolver,
            tls=terminal_tls(polling),
            concurrency=polling.concurrency,
            max_sockets=socket_budget(),
            keep_alive=polling.keep_alive,
            max_kept_tls=polling.kept_tls_connections,
        )
    )


async def collector_table(
    stack: AsyncExitStack,
    *,
    http: PollingClient,
    mailbox: Mailbox,
    boards: Mapping[str, SourceBoard],
    polling: PollingSettings,
    policy: AddressPolicy,
    clock: Clock,
) -> CollectorTable:
    """Return what observes terminals in each way there is; `stack` closes it, but for `http`.

    A new way of observing is a scheme in `monitor.domain.inventory.address` and a row here. Raises
    InvalidConfiguration when a file that `polling` names cannot be used.
    """
    resolver = await stack.enter_async_context(ThreadedResolver(clock=clock))
    password = polling.zvt_password.get_secret_value() if polling.zvt_password else ""
    sockets = await stack.enter_async_context(
        SocketCollector(
            conversations={
                "tcp": Reachability,
                "zvt": partial(StatusEnquiry, password=password),
                "escpos": ReceiptPrinter,
            },
            over_tls=over_tls(polling),
            clock=clock,
            policy=policy,
            resolver=resolver,
            concurrency=min(polling.concurrency, socket_budget()),
        )
    )
    lookup = SourceLookup(boards=boards, clock=clock)
    others: dict[str, HeartbeatClient] = {
        "tcp": sockets,
        "zvt": sockets,
        "escpos": sockets,
        NEXO_SCHEME: sockets if polling.nexo is not None else NotSetUp("polling.nexo"),
        "push": mailbox,
    }
    return CollectorTable(http=http, others=others, lookup=lookup, sources=boards)


def over_tls(polling: PollingSettings) -> dict[str, OverTls]:
    """Return how terminals are asked over TLS for something else than posmon's heartbeat.

    Reads files; blocks. Raises InvalidConfiguration when one cannot be used.
    """
    if polling.nexo is None:
        return {}
    # Few installations ask Adyen's terminals themselves; the others need not load the cryptography.
    from monitor.adapters.collectors.nexo.certificate import Certificate, fleet_tls  # noqa: PLC0415
    from monitor.adapters.collectors.nexo.enquiry import DiagnosisEnquiry  # noqa: PLC0415
    from monitor.adapters.nexo.sealed_message import NexoKey  # noqa: PLC0415

    nexo = polling.nexo
    key = NexoKey(
        identifier=nexo.key_identifier,
        version=nexo.key_version,
        passphrase=nexo.passphrase.get_secret_value(),
    )

    def open_(endpoint: Endpoint, certificate: Certificate) -> DiagnosisEnquiry:
        return DiagnosisEnquiry(key=key, endpoint=endpoint, certificate=certificate)

    return {NEXO_SCHEME: OverTls(fleet_tls(nexo.ca_file), open_)}
