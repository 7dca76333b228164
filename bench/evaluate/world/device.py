"""One terminal as it really is: what it sells, what it remembers, when it is asked and what it answers."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Any

import msgspec
from msgspec.structs import replace

from bench.evaluate.world.codes import CODES
from bench.evaluate.world.journal import Fact, Incident, Journal
from bench.evaluate.world.story import DAY_S, MINUTE_S, START_WALL, Story, Wire
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome

LOCK_LIMIT = 3
REMEMBERED = 12
"""So many events a heartbeat repeats."""

LIVELY_S = 15 * MINUTE_S
"""After anything unusual every poll takes place; where nothing happens they are left out."""

_NEEDS_KEYS = frozenset(
    {CodeCategory.APPROVED, CodeCategory.WRONG_PIN, CodeCategory.INSUFFICIENT_FUNDS}
    | {CodeCategory.PIN_TRIES_EXCEEDED}
)
_ON_PAPER = frozenset({CodeCategory.APPROVED, CodeCategory.CHIP_FALLBACK, CodeCategory.OTHER})
"""What takes no working keys to be told."""

_encode = msgspec.json.Encoder().encode

Answer = Callable[[CodeCategory, bool], CodeCategory | None]
"""What becomes of a transaction with this outcome, with a PIN or without; None leaves it as it is."""


@dataclass(slots=True, kw_only=True)
class Said:
    """What a device says of itself beside its events; times are of the story."""

    serial_number: str
    merchant_id: str
    firmware_version: str
    app_version: str = "5.1.0"
    terminal_id: str
    started_at: float = -DAY_S
    signed_in_at: float = 0.0
    registration: str = "registered"
    pin_pad: str = "ok"
    activity: str = "idle"
    link: str = "ethernet"
    signal_dbm: float | None = None
    host_reachable: bool = True
    battery: float | None = None
    self_test: dict[str, object] = field(default_factory=lambda: {"status": "ok"})
    celsius: float = 34.5
    settled_at: float = 0.0
    password_changed_at: float = -30 * DAY_S
    boot_count: int = 60
    configuration_version: str = "2026.11.2"


@dataclass(slots=True, kw_only=True)
class Trouble:
    """Something that changes what the host answers at a terminal, while it lasts."""

    by: Incident
    answer: Answer


@dataclass(slots=True)
class Silence:
    """Why polls fail: `share` of them (0-1) come to `outcome`."""

    outcome: Outcome = Outcome.TIMEOUT
    detail: str = ""
    share: float = 1.0


@dataclass(slots=True, kw_only=True)
class Device:
    """A terminal of the story.

    `pushes` tells whether it pushes its events, which heartbeats otherwise bring. `skew_s` is its clock minus
    the true time, `locks` whether it locks itself after LOCK_LIMIT wrong PINs in a row. `troubles` have the
    latest last. `is_held_back` is true while what it would push waits for a link.
    """

    row: Terminal
    said: Said
    story: Story
    wire: Wire
    journal: Journal
    interval_s: float
    phase_s: float
    pushes: bool = False
    skew_s: float = 0.0
    locks: bool = False
    troubles: list[Trouble] = field(default_factory=list)
    silence: Silence | None = None
    is_held_back: bool = False
    is_off: bool = False
    wrong_run: list[Fact] = field(default_factory=list)
    number: int = 0
    _memory: deque[tuple[Fact, dict[str, Any]]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _unpushed: list[tuple[Fact, dict[str, Any]]] = field(default_factory=list)
    _is_planned: bool = False
    _is_push_planned: bool = False
    _lively_until: float = -inf

    @property
    def terminal_id(self) -> str:
        """The id that the inventory has."""
        return self.row.terminal_id

    @property
    def is_locked(self) -> bool:
        """Whether it has locked itself."""
        return self.said.activity == "locked"

    def trade(
        self,
        meaning: CodeCategory,
        *,
        card: str,
        amount: int = 1000,
        pin: bool = True,
        by: Incident | None = None,
    ) -> CodeCategory | None:
        """Let somebody pay; return what the host said, None when the terminal takes no payments now."""
        if self.is_locked or self.is_off:
            return None
        for trouble in reversed(self.troubles):
            answer = trouble.answer(meaning, pin)
            if answer is not None:
                meaning, by = answer, trouble.by
                break
        fact = Fact(
            at=self.story.now,
            terminal_id=self.terminal_id,
            site=self.row.site,
            meaning=meaning,
            card=card,
            amount=amount,
            by=by,
        )
        code = CODES[self.row.dialect].get(meaning, CODES[self.row.dialect][CodeCategory.OTHER])
        self._remember(
            fact,
            {
                "type": "transaction",
                "response_code": code,
                "card_token": card,
                "amount_minor": amount,
                "currency": "CNY",
            },
        )
        self._count(fact)
        return meaning

    def log_in(self, operator_id: str, *, success: bool, by: Incident | None = None) -> None:
        """Let an operator sign on, or fail to."""
        if self.is_off:
            return
        fact = Fact(at=self.story.now, terminal_id=self.terminal_id, meaning=None, success=success, by=by)
        document = {"type": "operator_login", "operator_id": operator_id, "success": success}
        self._remember(fact, document)

    def say(self, **changes: object) -> None:
        """Let something about the device become another, and every poll of the next minutes take place."""
        for name, value in changes.items():
            setattr(self.said, name, value)
        self.stir(LIVELY_S)

    def restart(self) -> None:
        """Switch it off and on."""
        self.say(started_at=self.story.now, boot_count=self.said.boot_count + 1)

    def sign_in(self) -> None:
        """Fetch working keys from the host."""
        self.say(signed_in_at=self.story.now)

    def settle(self) -> None:
        """Close the batch with the host."""
        self.say(settled_at=self.story.now)

    def fall_silent(self, silence: Silence | None) -> None:
        """Let polls fail from now on, or answer again."""
        self.silence = silence
        self.stir(LIVELY_S)

    def correct_inventory(self) -> None:
        """Let an operator write into the inventory what the device says of itself."""
        said = self.said
        self.row = replace(self.row, serial_number=said.serial_number, merchant_id=said.merchant_id)
        self.wire.inventory_changed(self.row, self.story.now)
        self.stir(LIVELY_S)

    def stir(self, lively_s: float = 0.0) -> None:
        """See to it that the next poll takes place, and all of the next `lively_s` seconds."""
        self._lively_until = max(self._lively_until, self.story.now + lively_s)
        if not self._is_planned:
            self._plan_poll()

    def deliver(self) -> None:
        """Let what was held back go out."""
        self.is_held_back = False
        self._plan_push()

    def heartbeat(self, **changes: object) -> bytes:
        """Return what it answers to a poll, with `changes` laid over the top level."""
        said, now = self.said, self.story.now
        document: dict[str, Any] = {
            "terminal_id": said.terminal_id,
            "merchant_id": said.merchant_id,
            "serial_number": said.serial_number,
            "vendor": self.row.vendor,
            "model": self.row.model,
            "firmware_version": said.firmware_version,
            "app_version": said.app_version,
            "sent_at": rfc3339(START_WALL + now + self.skew_s),
            "uptime_seconds": max(0, int(now - said.started_at)),
            "activity": said.activity,
            "printer": {"status": "ok"},
            "registration": {
                "status": said.registration,
                "signed_in_at": self._shown(said.signed_in_at),
            },
            "pin_pad": {"status": said.pin_pad},
            "self_test": said.self_test,
            "temperature_celsius": said.celsius,
            "settled_at": self._shown(said.settled_at),
            "operator_password_changed_at": self._shown(said.password_changed_at),
            "boot_count": said.boot_count,
            "configuration_version": said.configuration_version,
            "card_reader": {"status": "ok"},
            "network": {
                "type": said.link,
                "signal_dbm": said.signal_dbm,
                "host_reachable": said.host_reachable,
            },
            "events": [] if self.pushes else [event for _, event in self._memory],
        }
        if said.battery is not None:
            document["battery"] = {"percent": round(said.battery, 1), "charging": False}
        return _encode(document | changes)

    def _shown(self, at: float) -> str:
        """Return a time as the device's own clock has it."""
        return rfc3339(START_WALL + at + self.skew_s)

    def _remember(self, fact: Fact, document: dict[str, Any]) -> None:
        self.number += 1
        document["id"] = f"{self.number:06}"
        document["at"] = rfc3339(fact.at + START_WALL + self.skew_s)
        self.journal.facts.append(fact)
        if self.pushes:
            self._unpushed.append((fact, document))
            self._plan_push()
        else:
            self._memory.append((fact, document))
            self.stir()

    def _count(self, fact: Fact) -> None:
        if fact.meaning is CodeCategory.APPROVED:
            self.wrong_run.clear()
        elif fact.meaning is CodeCategory.WRONG_PIN:
            self.wrong_run.append(fact)
            if self.locks and len(self.wrong_run) >= LOCK_LIMIT:
                self._lock()

    def _lock(self) -> None:
        # The cashier has to find somebody with the password: never so soon that no poll sees it.
        lasts_s = self.story.random.uniform(4, 20) * MINUTE_S
        by = next((fact.by for fact in reversed(self.wrong_run) if fact.by), None)
        # What nobody can ask, or answers under another's id, cannot be known to be locked.
        is_due = self.silence is None and self.said.terminal_id == self.terminal_id
        self.journal.locked(self.terminal_id, self.story.now, self.story.now + lasts_s, by=by, is_due=is_due)
        self.say(activity="locked")
        self.story.at(self.story.now + lasts_s, self._unlock)

    def _unlock(self) -> None:
        self.wrong_run.clear()
        self.say(activity="idle")

    def _plan_poll(self) -> None:
        self._is_planned = True
        now = self.story.now
        slots = ceil((now - self.phase_s) / self.interval_s + 1e-9)
        self.story.at(max(now, self.phase_s + slots * self.interval_s), self._polled)

    def _polled(self) -> None:
        self._is_planned = False
        now, silence = self.story.now, self.silence
        if silence is not None and self.story.random.random() < silence.share:
            self.wire.failed(self.terminal_id, silence.outcome, silence.detail, now)
        else:
            # What comes under another's id is nothing that posmon was told of this terminal.
            if self.said.terminal_id == self.terminal_id:
                for fact, _ in self._memory:
                    fact.heard = min(fact.heard, now)
            self.wire.answered(self.terminal_id, self.heartbeat(), now)
        if now < self._lively_until or silence is not None:
            self._plan_poll()

    def _plan_push(self) -> None:
        if not self._is_push_planned and not self.is_held_back and self._unpushed:
            self._is_push_planned = True
            self.story.at(self.story.now + self.story.random.uniform(1, 20), self._push)

    def _push(self) -> None:
        self._is_push_planned = False
        if self.is_held_back:
            return
        batch, self._unpushed = self._unpushed, []
        for fact, _ in batch:
            fact.heard = self.story.now
        documents = [event for _, event in batch]
        self.wire.pushed_events(f"gateway-{self.row.region}", self.terminal_id, documents, self.story.now)
        if self.story.random.random() < 0.02:  # the answer was lost on the way, so it comes again
            self.wire.pushed_events(f"gateway-{self.row.region}", self.terminal_id, documents, self.story.now)


def without_keys(*, macs_too: bool) -> Answer:
    """Return what a host says to a terminal that has lost its keys: the PIN's, or the MAC's as well."""

    def answer(meaning: CodeCategory, pin: bool) -> CodeCategory | None:
        if meaning not in _NEEDS_KEYS:
            return None
        if macs_too:
            return CodeCategory.KEY_FAULT
        return CodeCategory.PIN_DATA_FAULT if pin else None

    return answer
