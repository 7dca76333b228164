"""Trying whether a terminal serves somebody else while posmon's idle connection is open."""

import asyncio
from collections.abc import Callable
from functools import partial

from monitor.adapters.collectors.http_json.answer import Answer
from monitor.adapters.collectors.http_json.connection import Connection
from monitor.adapters.collectors.http_json.dialling import Dialler, Dialling
from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.http_json.peer import Peer

MOST_AT_ONCE = 200
"""So few trials at once do not weigh on a start, and 100 000 terminals are through in minutes."""

LEAST_S = 0.5
TIMES_AS_LONG = 3.0
"""A terminal has so many times as long as its last answer took: longer would keep others out for nothing."""

TrialVerdict = Callable[[Peer, Connection[Peer], bool], None]


class Trial:
    """One terminal asked over a second connection while `kept` is open and idle."""

    __slots__ = ("connection", "dialling", "kept", "peer", "timer")

    def __init__(self, *, peer: Peer, kept: Connection[Peer]) -> None:
        self.peer = peer
        self.kept = kept
        self.connection: Connection[Trial] | None = None
        self.dialling: Dialling | None = None
        self.timer: asyncio.TimerHandle | None = None


class SharingTrials:
    """Runs trials, at most `most` at once; `verdict` is called with whether the terminal served both.

    Many small devices serve one client at a time: a till waits while they keep a connection for posmon. Such
    a device accepts the second connection late, refuses it, answers nothing, or drops the first for it.
    """

    def __init__(self, *, dialler: Dialler, verdict: TrialVerdict, most: int = MOST_AT_ONCE) -> None:
        self._loop = asyncio.get_running_loop()
        self._dialler = dialler
        self._verdict = verdict
        self._most = most
        self._trials: dict[Peer, Trial] = {}

    def __len__(self) -> int:
        return len(self._trials)

    def __contains__(self, peer: Peer) -> bool:
        return peer in self._trials

    @property
    def has_room(self) -> bool:
        """Whether another trial may begin."""
        return len(self._trials) < self._most

    def begin(self, peer: Peer, kept: Connection[Peer], *, answered_within_s: float) -> None:
        """Ask `peer`, which has just answered over `kept`, over a second connection."""
        trial = self._trials[peer] = Trial(peer=peer, kept=kept)
        within_s = max(LEAST_S, TIMES_AS_LONG * answered_within_s)
        trial.timer = self._loop.call_later(within_s, self._end, trial, False)
        trial.dialling = self._dialler.dial(
            peer.destination(),
            make=partial(Connection, listener=self, peer=trial),
            within_s=within_s,
            failed=partial(self._failed, trial),
        )

    def forget(self, peer: Peer) -> None:
        """End a trial without a verdict."""
        trial = self._trials.get(peer)
        if trial is not None:
            self._release(trial)

    def forget_newest(self) -> None:
        """Free a socket: end the newest trial without a verdict."""
        self._release(next(reversed(self._trials.values())))

    def close(self) -> None:
        """End all."""
        for trial in [*self._trials.values()]:
            self._release(trial)

    # What connections report.

    def opened(self, connection: Connection[Trial]) -> None:
        """Ask at once."""
        trial = connection.peer
        trial.connection = connection
        if not connection.ask(trial.peer.request(keep=False)):
            self._end(trial, is_served=False)

    def answered(self, connection: Connection[Trial], answer: Answer) -> None:
        """Both are served if this was a good answer and the first connection is still open."""
        trial = connection.peer
        self._end(trial, is_served=answer.failure is None and not trial.kept.is_closed)

    def lost(self, connection: Connection[Trial], answer: Answer | None, error: Exception | None) -> None:
        """Take what ended with its connection for an answer if it is whole."""
        trial = connection.peer
        if answer is not None and error is None:
            answer.end()
        is_served = answer is not None and error is None and answer.failure is None
        self._end(trial, is_served=is_served and not trial.kept.is_closed)

    def _failed(self, trial: Trial, _failure: Failure) -> None:
        self._end(trial, is_served=False)

    def _end(self, trial: Trial, is_served: bool) -> None:
        if self._trials.get(trial.peer) is trial:
            self._release(trial)
            self._verdict(trial.peer, trial.kept, is_served)

    def _release(self, trial: Trial) -> None:
        self._trials.pop(trial.peer, None)
        if trial.timer is not None:
            trial.timer.cancel()
        if trial.connection is not None:
            trial.connection.abort()
        elif trial.dialling is not None:
            trial.dialling.cancel()
        trial.timer = trial.dialling = trial.connection = None
