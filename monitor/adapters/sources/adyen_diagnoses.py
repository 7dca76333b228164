"""Adyen: a diagnosis of each terminal through the cloud (Adyen Cloud Device API v1, "sync").

Adyen publishes no limit of calls, so posmon sends one request a second on average, and none to a terminal
that was busy in the round before. With a key both request and answer are sealed.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil, inf
from typing import Any, NamedTuple

from yarl import URL

from monitor.adapters.nexo.sealing import BadSeal, Sealing
from monitor.adapters.sources.json_client import JsonAnswer, JsonClient
from monitor.adapters.sources.nexo_diagnosis import NexoAnswer, diagnosis_of, diagnosis_request
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RATE_LIMITED, UNAUTHORIZED, RoundResult
from monitor.ports.clock import Clock

AT_A_TIME = 4
"""So many requests are under way at once; so many failures of the service in a row end a round's requests."""

EVERY_S = 1.0
FIRST = 10
"""The first round is not spread: posmon knows nothing before it ends. So many terminals are asked in it."""

_SPREAD = 0.8
_KEPT_CYCLES = 3
_AWAY_SOONER_S = 300.0
_ROUNDS_BUSY = 2
_POI_ID = re.compile(r"[A-Za-z0-9_]{1,40}-[A-Za-z0-9]{1,40}", re.ASCII)
"""A model and a serial number: nothing else becomes a part of a path."""


class Rhythm(NamedTuple):
    """How diagnoses are spread: seconds from round to round, and the least from request to request.

    `every_s` 0 asks for all of them at once.
    """

    interval_s: float
    every_s: float = EVERY_S

    def most(self, waiting: int, *, is_first: bool) -> int:
        """Return how many diagnoses a round has."""
        if not self.every_s:
            return waiting
        return FIRST if is_first else max(1, int(self.spread_s / self.every_s))

    @property
    def spread_s(self) -> float:
        """Over how many seconds a round's diagnoses are spread."""
        return self.interval_s * _SPREAD if self.every_s else 0.0


class _Answered(NamedTuple):
    """What is known of a terminal; `asked_at` and `heard_at` are monotonic, the latter of a whole answer."""

    diagnosis: NexoAnswer
    asked_at: float
    heard_at: float
    round: int


class AdyenDiagnoses:
    """Asks the terminals that are online, those first that were not asked for longest.

    What a terminal said stays until its next answer, but for `kept_s` or three turns of all at most.
    """

    def __init__(
        self,
        *,
        client: JsonClient,
        base: URL,
        rhythm: Rhythm,
        kept_s: float,
        clock: Clock,
        key: Sealing | None = None,
    ) -> None:
        self._client = client
        self._key = key
        self._merchants = base / "merchants"
        self._rhythm = rhythm
        self._kept_s = kept_s
        self._clock = clock
        self._answered: dict[str, _Answered] = {}
        self._turn_s = 0.0
        self._round = 0

    def of(self, terminal: str) -> NexoAnswer:
        """Return what is known of a terminal, an empty diagnosis where that is nothing."""
        answered = self._answered.get(terminal)
        if answered is None:
            return NexoAnswer()
        kept_s = max(self._kept_s, _KEPT_CYCLES * self._turn_s)
        if self._clock.monotonic() - answered.heard_at > kept_s:
            return NexoAnswer(is_away=answered.diagnosis.is_away)
        return answered.diagnosis

    def keep_only(self, terminals: Iterable[str]) -> None:
        """Forget all other terminals."""
        kept = set(terminals)
        self._answered = {name: one for name, one in self._answered.items() if name in kept}

    async def ask(self, online: Mapping[str, str], heard: Callable[[Sequence[str]], None]) -> RoundResult:
        """Ask terminals, which `online` gives with their merchant, and tell whom posmon has `heard`."""
        self._round += 1
        is_first = self._round == 1
        waiting = sorted(filter(self._is_due, online), key=self._turn_of)
        most = self._rhythm.most(len(waiting), is_first=is_first)
        self._turn_s = ceil(len(online) / max(most, 1)) * self._rhythm.interval_s
        spread_s = 0.0 if is_first else self._rhythm.spread_s
        due, left = waiting[:most], len(waiting[most:])
        step_s = spread_s / max(len(due), 1)
        notes: Counter[str] = Counter()
        ends_at = self._clock.monotonic() + (spread_s or inf)
        pause_s, in_a_row = 0.0, 0
        while due:
            began = self._clock.monotonic()
            portion, due = due[:AT_A_TIME], due[AT_A_TIME:]
            failures = await asyncio.gather(*(self._ask_one(name, online[name], notes) for name in portion))
            heard(portion)
            for failure in failures:
                in_a_row = in_a_row + 1 if _is_of_the_service(failure) else 0
                if failure is not None and failure.result == UNAUTHORIZED:
                    return failure._replace(detail=f"diagnoses: {failure.detail}")
                pause_s = max(pause_s, failure.pause_s if failure is not None else 0.0)
            if pause_s or in_a_row >= AT_A_TIME or self._clock.monotonic() >= ends_at:
                break
            if due:
                await self._clock.sleep(began + step_s * len(portion) - self._clock.monotonic())
        notes["diagnoses left for a later round"] += left + len(due)
        detail = "; ".join(f"{note}: {count}" for note, count in notes.items() if count)
        return RoundResult(GOOD, detail, pause_s=pause_s)

    async def _ask_one(self, terminal: str, merchant: str, notes: Counter[str]) -> RoundResult | None:
        """Ask for a diagnosis and keep it; return how that failed, None when it did not."""
        url = self._merchants / merchant / "devices" / terminal / "sync"
        request = diagnosis_request(terminal)
        answer = await self._client.post(url, self._key.seal(request) if self._key else request)
        now, earlier = self._clock.monotonic(), self.of(terminal)
        heard_at = self._answered[terminal].heard_at if terminal in self._answered else now
        if not isinstance(answer, JsonAnswer):
            notes[f"diagnoses failed, {answer.detail}"] += 1
            if answer.result != RATE_LIMITED:
                self._answered[terminal] = _Answered(earlier, now, heard_at, self._round)
            return answer
        found = self._found(answer.document, terminal, request)
        notes[found.note] += bool(found.note)
        known = found.over(earlier)
        is_new = found.is_whole or not earlier.fields
        self._answered[terminal] = _Answered(known, now, now if is_new else heard_at, self._round)
        return None

    def _found(self, document: object, terminal: str, request: Mapping[str, Any]) -> NexoAnswer:
        """Return what the answer to a request says of a terminal; nothing where it is not to be trusted."""
        if self._key is not None:
            try:
                document = self._key.unseal(document, request=request)
            except BadSeal as error:
                return NexoAnswer(note=f"diagnoses not believed, the answer {error}")
        return diagnosis_of(document, terminal)

    def _is_due(self, terminal: str) -> bool:
        """Tell whether a terminal may be asked: not one that was busy in this round's predecessor."""
        if not _POI_ID.fullmatch(terminal):
            return False
        answered = self._answered.get(terminal)
        if answered is None or not answered.diagnosis.is_busy:
            return True
        return self._round - answered.round >= _ROUNDS_BUSY

    def _turn_of(self, terminal: str) -> float:
        """Return a number that is smaller the sooner a terminal is asked; one that is away has a start."""
        answered = self._answered.get(terminal)
        if answered is None:
            return -inf
        return answered.asked_at - (_AWAY_SOONER_S if answered.diagnosis.is_away else 0.0)


def _is_of_the_service(failure: RoundResult | None) -> bool:
    """Tell whether a failure may be the service's; a terminal that is slow to answer makes a timeout."""
    return failure is not None and failure.result not in (Outcome.HTTP_STATUS, Outcome.TIMEOUT)
