"""The sources that the configuration names, each by its kind."""

import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import NamedTuple

from pydantic import SecretStr
from yarl import URL

from monitor.adapters.nexo.sealing import Sealing
from monitor.adapters.sources.adyen import AdyenTerminals, adyen_headers
from monitor.adapters.sources.adyen_diagnoses import Rhythm
from monitor.adapters.sources.json_client import JsonClient
from monitor.adapters.sources.json_mapping import Expression, JsonMapping, Mapped
from monitor.adapters.sources.mapped_json import MappedJson
from monitor.adapters.sources.mqtt_messages import AvailabilityWords, Messages
from monitor.adapters.sources.paging import Next, by_link, by_number, by_token, single
from monitor.adapters.sources.paxstore import PaxstoreTerminals
from monitor.adapters.sources.paxstore_client import PaxstoreClient
from monitor.adapters.sources.square import SquareDevices, square_headers
from monitor.adapters.sources.stripe import StripeReaders, stripe_headers
from monitor.adapters.sources.sumup import SumUpReaders, sumup_headers
from monitor.config.source_settings import SourceSettings
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.listening_board import ListeningBoard
from monitor.domain.sources.topic import TopicPattern
from monitor.ports.clock import Clock
from monitor.ports.terminal_source import TerminalSource

MOST_KEEPALIVE_S = 60
"""Or a quarter of `stale_after`: posmon finds out a hanging broker before its terminals seem silent."""

_OpenJson = Callable[[SourceSettings, JsonClient, Clock], TerminalSource]


class _Kind(NamedTuple):
    """One kind of source: what opens it, and which board holds what it says."""

    open: Callable[[AsyncExitStack, SourceSettings, Clock], Awaitable[TerminalSource]]
    board: type[SourceBoard] = SourceBoard


async def open_source(stack: AsyncExitStack, source: SourceSettings, clock: Clock) -> TerminalSource:
    """Return the client of a source; `stack` closes its connections.

    A new kind is a file in `monitor.adapters.sources` and a row in `_KINDS`.
    """
    return await _KINDS[source.kind].open(stack, source, clock)


def board_of(source: SourceSettings) -> SourceBoard:
    """Return the empty board of a source."""
    return _KINDS[source.kind].board(
        name=source.name,
        kind=source.kind,
        interval_s=source.interval_s,
        stale_after_s=source.patience_s,
        discovers=source.discover,
    )


def mapped_json(source: SourceSettings, client: JsonClient, _clock: Clock) -> MappedJson:
    """Return a source of kind json."""
    return MappedJson(
        client=client,
        url=URL(source.url),
        items=Expression(source.items),
        mapping=mapping_of(source),
        following=_following(source.next),
    )


def paxstore(source: SourceSettings, client: JsonClient, clock: Clock) -> PaxstoreTerminals:
    """Return a source of kind paxstore."""
    signing = PaxstoreClient(client=client, key=_plain(source.key), secret=_plain(source.secret), clock=clock)
    return PaxstoreTerminals(client=signing, url=URL(source.url), interval_s=source.interval_s, clock=clock)


def adyen(source: SourceSettings, client: JsonClient, clock: Clock) -> AdyenTerminals:
    """Return a source of kind adyen."""
    return AdyenTerminals(
        client=client,
        url=URL(source.url),
        management_url=URL(source.management_url or ""),
        merchants=source.merchants,
        rhythm=Rhythm(source.interval_s),
        kept_s=source.patience_s,
        clock=clock,
        key=_sealing(source),
    )


def _sealing(source: SourceSettings) -> Sealing | None:
    if source.passphrase is None:
        return None
    # Most installations share no key with terminals, and need not load the cryptography.
    from monitor.adapters.nexo.sealed_message import NexoKey  # noqa: PLC0415

    identifier, version = source.key_identifier or "", source.key_version or 0
    return NexoKey(identifier=identifier, version=version, passphrase=_plain(source.passphrase))


def mapping_of(source: SourceSettings) -> JsonMapping:
    """Return how the items of a source of kind json, or the messages of one of kind mqtt, become reports."""
    return JsonMapping(
        id=Expression(source.id) if source.id else None,
        online=_mapped(source.online) if source.online is not None else None,
        seen_at=_mapped(source.seen_at) if source.seen_at is not None else None,
        site=Expression(source.site) if source.site else None,
        fields={name: _mapped(written) for name, written in source.fields.items()},
    )


async def _open_broker(stack: AsyncExitStack, source: SourceSettings, clock: Clock) -> TerminalSource:
    # Most installations have no broker, and need not load what speaks to one.
    from monitor.adapters.sources.mqtt import PORT, TLS_PORT, Broker, MqttTopics  # noqa: PLC0415

    url = URL(source.url)
    is_secure = url.scheme == "mqtts"
    broker = Broker(
        host=url.host or "",
        port=url.port or (TLS_PORT if is_secure else PORT),
        username=source.username,
        password=_plain(source.password) or None,
        tls=ssl.create_default_context(cafile=source.ca_file) if is_secure else None,
    )
    listening = MqttTopics(
        broker=broker,
        messages=messages_of(source, clock),
        allowed=source.address_policy(),
        timeout_s=source.timeout_s,
        keepalive_s=max(1, min(MOST_KEEPALIVE_S, int(source.patience_s / 4))),
        clock=clock,
    )
    return await stack.enter_async_context(listening)


def messages_of(source: SourceSettings, clock: Clock) -> Messages:
    """Return what reads the messages of a source of kind mqtt."""
    written = source.availability
    availability = None
    if written:
        topic = TopicPattern(written["topic"])
        availability = AvailabilityWords(topic=topic, online=written["online"], offline=written["offline"])
    topics = [TopicPattern(text) for text in source.topics]
    return Messages(
        topics=topics,
        mapping=mapping_of(source),
        availability=availability,
        wall=lambda: clock.now().wall,
    )


def _mapped(written: str | Mapping[str, object]) -> Mapped:
    if isinstance(written, str):
        return Mapped(expression=Expression(written))
    words = written.get("words") or {}
    assert isinstance(words, Mapping)  # noqa: S101 - the settings were checked
    return Mapped(
        expression=Expression(str(written["path"])),
        words={str(theirs): str(ours) for theirs, ours in words.items()},
        time_format=str(written.get("format", "rfc3339")),
    )


def _following(written: Mapping[str, str]) -> Next:
    if "token" in written:
        return by_token(Expression(written["token"]), written["parameter"])
    if "page" in written:
        return by_number(written["page"], Expression(written["last"]))
    return by_link(Expression(written["link"])) if "link" in written else single


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""


def _over_http(headers: Callable[[SourceSettings], dict[str, str]], open_kind: _OpenJson) -> _Kind:
    """Return a kind that is asked over HTTP, with `headers` in every request."""

    async def open_(stack: AsyncExitStack, source: SourceSettings, clock: Clock) -> TerminalSource:
        client = JsonClient(
            headers=headers(source),
            allowed=source.address_policy(),
            timeout_s=source.timeout_s,
            clock=clock,
            tls=ssl.create_default_context(cafile=source.ca_file) if source.ca_file else None,
        )
        return open_kind(source, await stack.enter_async_context(client), clock)

    return _Kind(open_)


_KINDS: Mapping[str, _Kind] = {
    "adyen": _over_http(lambda source: adyen_headers(_plain(source.api_key)), adyen),
    "json": _over_http(
        lambda source: {name: _plain(value) for name, value in source.headers.items()}, mapped_json
    ),
    "mqtt": _Kind(_open_broker, board=ListeningBoard),
    "paxstore": _over_http(lambda _source: {}, paxstore),
    "stripe": _over_http(
        lambda source: stripe_headers(_plain(source.api_key)),
        lambda source, client, _clock: StripeReaders(client=client, url=URL(source.url)),
    ),
    "square": _over_http(
        lambda source: square_headers(_plain(source.access_token)),
        lambda source, client, _clock: SquareDevices(client=client, url=URL(source.url)),
    ),
    "sumup": _over_http(
        lambda source: sumup_headers(_plain(source.api_key)),
        lambda source, client, _clock: SumUpReaders(
            client=client, url=URL(source.url), merchants=source.merchants
        ),
    ),
}
