"""The silences of one Alertmanager, over its HTTP API."""

import ssl
from collections.abc import Mapping
from typing import Self

import aiohttp
import msgspec
from yarl import URL

from monitor.adapters.receiver.http_session import TOTAL_TIMEOUT_S, reason_of, receiver_session
from monitor.domain.instant import parse_rfc3339, rfc3339
from monitor.ports.silence_source import SilenceMatcher

MAX_ANSWER_BYTES = 16 * 1024 * 1024
"""About ten thousand silences."""

_OK = 200
_NOT_EXPIRED = {"active": "true", "pending": "true", "expired": "false"}
"""Alertmanager knows these from 0.34 on; an older one answers with all silences of five days."""


class SilencesFailed(Exception):
    """A request that brought nothing; `status` is 0 where no answer came, `reason` holds no secret."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class _Status(msgspec.Struct):
    state: str


class _Matcher(msgspec.Struct, rename="camel"):
    name: str
    value: str
    is_regex: bool
    is_equal: bool = True


class ListedSilence(msgspec.Struct, rename="camel"):
    """A silence as Alertmanager lists it; times are RFC 3339."""

    id: str
    starts_at: str
    ends_at: str
    created_by: str
    comment: str
    status: _Status
    matchers: list[_Matcher] = []

    @property
    def is_over(self) -> bool:
        """Whether it silences nothing any more."""
        return self.status.state == "expired"

    @property
    def began(self) -> float:
        """When it began, in unix seconds."""
        return _seconds(self.starts_at)

    @property
    def ends(self) -> float:
        """When it ends, in unix seconds."""
        return _seconds(self.ends_at)

    @property
    def conditions(self) -> tuple[SilenceMatcher, ...]:
        """All of its matchers."""
        return tuple(
            SilenceMatcher(name=one.name, value=one.value, is_regex=one.is_regex, is_equal=one.is_equal)
            for one in self.matchers
        )


class _Created(msgspec.Struct):
    silence_id: str = msgspec.field(name="silenceID")


_LIST = msgspec.json.Decoder(list[ListedSilence])
_CREATED = msgspec.json.Decoder(_Created)


class SilenceApi:
    """Lists, makes, extends and ends silences; an async context manager that owns its connections.

    `url` is Alertmanager's own, path prefix included, without credentials; those are in `headers`. Redirects,
    proxies and cookies are ignored. Every method raises `SilencesFailed`.
    """

    def __init__(
        self,
        *,
        url: URL,
        headers: Mapping[str, str],
        tls: ssl.SSLContext | None = None,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        self._url = url / "api/v2"
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"} | dict(headers)
        self._tls = tls
        self._total_timeout_s = total_timeout_s
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = receiver_session(
            headers=self._headers, tls=self._tls, total_timeout_s=self._total_timeout_s
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def listed(self) -> list[ListedSilence]:
        """Return those that are not over."""
        return read_list(await self._answer("GET", self._url / "silences" % _NOT_EXPIRED))

    async def put(
        self,
        *,
        labels: Mapping[str, str],
        starts_at: float,
        ends_at: float,
        created_by: str,
        comment: str,
        silence_id: str = "",
    ) -> str:
        """Make a silence of exactly these labels, or change the one with `silence_id`; return its id.

        Times are unix seconds; a new one begins at once if `starts_at` is past, on Alertmanager's clock.
        """
        document: dict[str, object] = {
            "matchers": [
                {"name": name, "value": value, "isRegex": False, "isEqual": True}
                for name, value in sorted(labels.items())
            ],
            "startsAt": rfc3339(starts_at),
            "endsAt": rfc3339(ends_at),
            "createdBy": created_by,
            "comment": comment,
        }
        if silence_id:
            document["id"] = silence_id
        answer = await self._answer("POST", self._url / "silences", msgspec.json.encode(document))
        try:
            return _CREATED.decode(answer).silence_id
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise SilencesFailed("an answer without a silence's id") from None

    async def end(self, silence_id: str) -> None:
        """End a silence."""
        await self._answer("DELETE", self._url / "silence" / silence_id)

    async def _answer(self, method: str, url: URL, body: bytes | None = None) -> bytes:
        if self._session is None:
            raise RuntimeError("a SilenceApi is entered before it asks")
        try:
            async with self._session.request(method, url, data=body, allow_redirects=False) as response:
                if response.status != _OK:
                    raise SilencesFailed(f"status {response.status}", response.status)
                return await _bounded(response.content)
        except (aiohttp.ClientError, OSError) as error:
            raise SilencesFailed(reason_of(error)) from None


def read_list(answer: bytes) -> list[ListedSilence]:
    """Return the silences of a list that are not over; SilencesFailed when it is none."""
    try:
        silences = _LIST.decode(answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SilencesFailed("no list of silences") from None
    return [silence for silence in silences if not silence.is_over]


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    parts = bytearray()
    async for part in content.iter_any():
        parts += part
        if len(parts) > MAX_ANSWER_BYTES:
            raise SilencesFailed("an answer beyond all bounds")
    return bytes(parts)


def _seconds(written: str) -> float:
    """Return a time as unix seconds, 0 for one that cannot be read."""
    return parse_rfc3339(written) or 0.0
