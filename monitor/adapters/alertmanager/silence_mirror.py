"""Holds that receivers behind Alertmanager respect: a silence for each alert that is held back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeVar

import structlog

from monitor.adapters.alertmanager.own_silences import AUTHOR, MARK, OwnSilence, OwnSilences
from monitor.adapters.alertmanager.silence_api import SilenceApi, SilencesFailed
from monitor.domain.notification.postable_alert import Identity, PostableAlert
from monitor.ports.clock import Clock

TERM_INTERVALS = 10
"""A silence lasts for so many re-send intervals, unless it is extended. Half of that is longer than
Alertmanager believes in an alert that is not sent again: it must not announce the end of one that is held."""

LIST_INTERVALS = 0.5
"""How old the list of silences may be, in re-send intervals."""

AT_ONCE = 8
MOST_WORDS = 500
_DAY_S = 24 * 3600.0
_GONE = 404
_NO_SILENCES = frozenset({401, 403, 404, 405, 501})

Item = TypeVar("Item")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What came of mirroring a batch.

    Alerts in `withheld` may not be posted yet. Unless `is_complete`, a silence that should be over is not.
    """

    withheld: frozenset[Identity] = frozenset()
    is_complete: bool = True


class SilenceMirror:
    """Keeps a silence in one Alertmanager for each alert that is held back and still fires.

    A silence is known by its author, its mark and its matchers, also after a restart. It is extended when
    half its time has gone or the words of the hold change. It ends when its alert is no longer held, and by
    itself when posmon is gone. An Alertmanager without the API for silences is logged once, and asked again
    after the length of a silence.
    """

    def __init__(self, *, api: SilenceApi, name: str, clock: Clock, resend_interval_s: float) -> None:
        self._api = api
        self._clock = clock
        self._term_s = TERM_INTERVALS * resend_interval_s
        self._list_s = LIST_INTERVALS * resend_interval_s
        self._own = OwnSilences()
        self._listed_at = -inf
        self._is_in_doubt = False
        self._absent_until = -inf
        self._earlier_until = clock.monotonic() + self._term_s
        self._faults = _Faults(name)

    async def follow(self, notices: Sequence[PostableAlert]) -> Mirrored:
        """Bring the silences in line with `notices`, before those are posted."""
        held = [notice for notice in notices if notice.held and not notice.resolved]
        ended = [notice for notice in notices if notice.resolved or not notice.held]
        if self._is_idle(held):
            return Mirrored()
        if not await self._is_listed() and self._listed_at == -inf:
            return self._unlisted(ended)
        await self._end([silence for notice in ended for silence in self._own.of(_identity(notice))])
        await self._hold(held)
        return _left([notice for notice in ended if self._own.of(_identity(notice))])

    def _is_idle(self, held: Sequence[PostableAlert]) -> bool:
        if self._clock.monotonic() < self._absent_until:
            return True
        return self._listed_at > -inf and not (held or self._own or self._is_in_doubt)

    def _unlisted(self, ended: Iterable[PostableAlert]) -> Mirrored:
        """Return what may be posted while the silences were never read.

        One of an earlier run may hide the end of an alert; until all of those are over, resolves wait.
        """
        now = self._clock.monotonic()
        if now < self._absent_until or now >= self._earlier_until:
            return Mirrored()
        return _left([notice for notice in ended if notice.resolved])

    async def _is_listed(self) -> bool:
        """Read the silences if the list is too old; return whether they are known."""
        is_recent = self._clock.monotonic() - self._listed_at < self._list_s
        return (is_recent and not self._is_in_doubt) or await self._read()

    async def _read(self) -> bool:
        now = self._clock.now()
        try:
            listed = await self._api.listed()
        except SilencesFailed as failure:
            self._faults.failed("list", failure.reason)
            self._own.drop_over(now.wall)
            if failure.status in _NO_SILENCES and not self._own:
                self._absent_until = now.monotonic + self._term_s
            return False
        self._faults.worked("list")
        self._own.replace(listed)
        self._listed_at, self._is_in_doubt = now.monotonic, False
        return True

    async def _end(self, doomed: Sequence[OwnSilence]) -> None:
        if not all(await _a_few_at_once(self._is_ended, doomed)):
            await self._read()  # another Alertmanager of the cluster, or a person, may have ended it

    async def _is_ended(self, silence: OwnSilence) -> bool:
        try:
            await self._api.end(silence.id)
        except SilencesFailed as failure:
            if failure.status != _GONE:
                self._faults.failed("end", failure.reason)
                return False
        self._faults.worked("end")
        self._own.drop(silence)
        return True

    async def _hold(self, held: Iterable[PostableAlert]) -> None:
        """Make or extend the silences of alerts that are held."""
        soon = self._clock.now().wall + self._term_s / 2
        due = []
        for notice in held:
            latest = self._own.latest(_identity(notice))
            if latest is None or latest.ends <= soon or latest.comment != _comment(notice):
                due.append(notice)
        was_in_doubt = self._is_in_doubt
        self._is_in_doubt = bool(due) or was_in_doubt  # a request that is cut off may have had its effect
        if all(await _a_few_at_once(self._is_silenced, due)):
            self._is_in_doubt = was_in_doubt

    async def _is_silenced(self, notice: PostableAlert) -> bool:
        known = self._own.latest(_identity(notice))
        try:
            silence = await self._put(notice, known)
        except SilencesFailed as failure:
            self._faults.failed("make", failure.reason)
            return False
        self._faults.worked("make")
        if known is not None:
            self._own.drop(known)
        self._own.add(silence)
        return True

    async def _put(self, notice: PostableAlert, known: OwnSilence | None) -> OwnSilence:
        now = self._clock.now().wall
        began = None if known is None else known.began
        ends, comment = now + self._term_s, _comment(notice)
        try:
            silence_id = await self._api.put(
                labels=notice.labels,
                # One that is to begin a day ago begins now by Alertmanager's clock, however wrong that is.
                starts_at=now - _DAY_S if began is None else began,
                ends_at=ends,
                created_by=AUTHOR,
                comment=comment,
                silence_id="" if known is None else known.id,
            )
        except SilencesFailed as failure:
            if known is None or failure.status != _GONE:
                raise
            return await self._put(notice, None)
        is_same = known is not None and known.id == silence_id
        return OwnSilence(_identity(notice), silence_id, began if is_same else None, ends, comment)


class _Faults:
    """Logs why something about silences fails when the reason changes, and when it works again."""

    def __init__(self, sink: str) -> None:
        self._sink = sink
        self._reasons: dict[str, str] = {}

    def failed(self, action: str, reason: str) -> None:
        """Note that posmon could not `list`, `make` or `end` silences."""
        if self._reasons.get(action) != reason:
            log.warning("alertmanager.silences_unavailable", sink=self._sink, action=action, reason=reason)
        self._reasons[action] = reason

    def worked(self, action: str) -> None:
        """Note that it could."""
        if self._reasons.pop(action, ""):
            log.info("alertmanager.silences_available", sink=self._sink, action=action)


async def _a_few_at_once(act: Callable[[Item], Awaitable[bool]], items: Sequence[Item]) -> list[bool]:
    """Act on each item, a bounded number at the same time; give up when a whole group fails."""
    results: list[bool] = []
    for begin in range(0, len(items), AT_ONCE):
        group = await asyncio.gather(*(act(item) for item in items[begin : begin + AT_ONCE]))
        results += group
        if not any(group):
            return results + [False] * (len(items) - len(results))
    return results


def _left(notices: Sequence[PostableAlert]) -> Mirrored:
    """Return the result when the silences of these notices are not over."""
    withheld = frozenset(_identity(notice) for notice in notices if notice.resolved)
    return Mirrored(withheld=withheld, is_complete=not notices)


def _identity(notice: PostableAlert) -> Identity:
    return frozenset(notice.labels.items())


def _comment(notice: PostableAlert) -> str:
    """Return the mark and why the alert is held, as Alertmanager takes it: valid Unicode, not too long."""
    words = notice.held.encode("utf-8", "replace").decode().replace("\0", "")
    return f"{MARK} {words}"[:MOST_WORDS]
