"""The contract's conditions, applied to what really happened: which alerts are true, and of whom.

Written from section 7 of the contract and nothing else, by brute force over the generator's own journal. A
condition is due to be seen when what reached posmon meets it with MARGIN_S to spare; one that is met only
within that margin, by clocks that differ, may be raised or not.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import TypeVar

from bench.evaluate.world.journal import Fact, Incident, Journal, Stranger, Truth
from bench.evaluate.world.shops import Shop
from bench.evaluate.world.story import DAY_S, HOUR_S, MINUTE_S
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.events.response_codes import CodeCategory

MARGIN_S = 20.0
GRACE_S = 15 * MINUTE_S
TEN_MINUTES_S, QUARTER_S, HALF_HOUR_S = 600.0, 900.0, 1800.0

_PIN_FAULTS = frozenset({CodeCategory.PIN_DATA_FAULT, CodeCategory.KEY_FAULT})
_BOTH_ATTACKS = frozenset({Cause.CARD_ATTACK, Cause.TERMINAL_ATTACK})

Thing = TypeVar("Thing")
Met = Callable[[Sequence[Fact]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """So much within `window_s` seconds makes the alert true, and it stays so for `lasts_s` seconds."""

    alertname: str
    window_s: float
    is_met: Met
    lasts_s: float


def _distinct_cards(facts: Iterable[Fact]) -> int:
    return len({fact.card for fact in facts})


GUESSING_CARDS, GUESSING_TRANSACTIONS, GUESSING_SHARE = 5, 5, 0.3
ON_CARD = Condition(
    alertname="PinFailuresOnCard",
    window_s=DAY_S,
    is_met=lambda facts: len(facts) >= 3,
    lasts_s=DAY_S,
)
ACROSS = Condition(
    alertname="PinFailuresAcrossTerminals",
    window_s=HALF_HOUR_S,
    is_met=lambda facts: len({fact.site for fact in facts}) >= 2,
    lasts_s=HALF_HOUR_S,
)
ATTACK_LASTS_S, SPREAD_TRIES, VISITS, SPREAD_S = 4 * HOUR_S, 4, 3, HALF_HOUR_S
"""Hardly a customer tries a card over half an hour at two sites, or on so many visits: that must be seen."""

PIN_DATA = Condition(
    alertname="PinDataFault",
    window_s=TEN_MINUTES_S,
    is_met=lambda facts: len(facts) >= 3,
    lasts_s=TEN_MINUTES_S,
)
UNKNOWN_ID = Condition(
    alertname="UnknownTerminalId", window_s=HOUR_S, is_met=lambda facts: len(facts) >= 1, lasts_s=HOUR_S
)
LOG_INS = Condition(
    alertname="OperatorLoginFailures",
    window_s=QUARTER_S,
    is_met=lambda facts: len(facts) >= 5,
    lasts_s=QUARTER_S,
)
OFF_HOURS = Condition(
    alertname="OffHoursTransactions",
    window_s=HOUR_S,
    is_met=lambda facts: len(facts) >= 1,
    lasts_s=HOUR_S,
)
ONE_AMOUNT, ONE_CARD = (
    Condition(
        alertname="RepeatedTransactions",
        window_s=HOUR_S,
        is_met=lambda facts, least=least: len(facts) >= least,  # type: ignore[misc]
        lasts_s=HOUR_S,
    )
    for least in (6, 5)
)
"""As configured for the evaluation: so many approved payments of one amount, or transactions of one card."""


def truths(journal: Journal, shops: Sequence[Shop], *, card_subject: Callable[[str], str]) -> list[Truth]:
    """Return every alert that is true; `card_subject` is under which name alerts speak of a card token."""
    heard = [fact for fact in journal.facts if fact.heard < inf]
    return [
        *journal.states,
        *_of_terminals(heard, shops),
        *_of_cards(heard, card_subject),
        *_lock_imminent(heard, journal),
        *_of_strangers(journal.strangers),
    ]


def _of_terminals(heard: Sequence[Fact], shops: Sequence[Shop]) -> Iterator[Truth]:
    hours = {device.terminal_id: shop for shop in shops for device in shop.devices}
    for terminal_id, facts in _grouped(heard, lambda fact: fact.terminal_id).items():
        paid = [fact for fact in facts if fact.meaning is not None]
        yield from _guessing(terminal_id, paid)
        for condition, noteworthy in (
            (PIN_DATA, [fact for fact in paid if fact.meaning in _PIN_FAULTS]),
            (UNKNOWN_ID, [fact for fact in paid if fact.meaning is CodeCategory.UNKNOWN_TERMINAL]),
            (LOG_INS, [fact for fact in facts if fact.meaning is None and not fact.success]),
            (OFF_HOURS, [fact for fact in paid if _is_outside(fact, hours.get(terminal_id))]),
        ):
            yield from _met(condition, terminal_id, noteworthy)
        approved = (fact for fact in paid if fact.meaning is CodeCategory.APPROVED)
        for alike in _grouped(approved, lambda fact: str(fact.amount)).values():
            yield from _met(ONE_AMOUNT, terminal_id, alike)
        for alike in _grouped(paid, lambda fact: fact.card).values():
            yield from _met(ONE_CARD, terminal_id, alike)


def _is_outside(fact: Fact, shop: Shop | None) -> bool:
    if shop is None:
        return False
    second = fact.at % DAY_S
    return second < shop.opens - GRACE_S - MARGIN_S or second > shop.closes + GRACE_S + MARGIN_S


def _of_cards(heard: Sequence[Fact], card_subject: Callable[[str], str]) -> Iterator[Truth]:
    wrong = (fact for fact in heard if fact.meaning is CodeCategory.WRONG_PIN)
    for card, facts in _grouped(wrong, lambda fact: fact.card).items():
        for condition in (ON_CARD, ACROSS):
            for truth in _met(condition, card_subject(card), facts):
                yield _of_either_attack(truth)
        yield from _attacks(card_subject(card), facts)


def _attacks(subject: str, facts: Sequence[Fact]) -> Iterator[Truth]:
    """Yield that somebody guesses the PIN of a card, where a script says so.

    It must be raised where no customer does the like, and may be wherever the card is an attacker's.
    """
    tries = [fact for fact in facts if fact.by is not None and fact.by.cause in _BOTH_ATTACKS]
    if not tries:
        return
    telling = [tries[place] for place in range(1, len(tries)) if _is_telling(tries[: place + 1])]
    yield _of_either_attack(
        Truth(
            alertname="CardAttack",
            subject=subject,
            begins=tries[0].at,
            ends=max(fact.heard for fact in tries) + ATTACK_LASTS_S,
            met_at=(telling or tries)[0].at,
            by=tries[0].by,
            causes=_causes(tries),
            is_due=bool(telling) and _causes(tries) == {Cause.CARD_ATTACK},
        )
    )


def _is_telling(tries: Sequence[Fact]) -> bool:
    gaps = [after.at - before.at for before, after in pairwise(tries)]
    comes_back = sum(gap >= HALF_HOUR_S + MARGIN_S for gap in gaps) >= VISITS - 1
    is_odd = (len(tries) >= SPREAD_TRIES and comes_back) or len({fact.site for fact in tries}) > 1
    return is_odd and tries[-1].at - tries[0].at >= SPREAD_S + MARGIN_S


def _of_either_attack(truth: Truth) -> Truth:
    # Who tries many cards at a terminal guesses the PIN of each: of a card both may be said.
    if Cause.TERMINAL_ATTACK not in truth.causes:
        return truth
    return replace(truth, causes=truth.causes | _BOTH_ATTACKS)


def _guessing(terminal_id: str, paid: Sequence[Fact]) -> Iterator[Truth]:
    """Yield where wrong PINs came on 5 cards in 10 minutes, 30 % of at least 5 transactions.

    Ordinary rates are all the same here, and far lower: they explain no such window.
    """
    wrong = [fact for fact in paid if fact.meaning is CodeCategory.WRONG_PIN]
    times = [fact.at for fact in paid]
    wrong_times = [fact.at for fact in wrong]
    for margin_s in (-MARGIN_S, MARGIN_S):
        window_s = TEN_MINUTES_S + margin_s
        spans = []
        for place, end in enumerate(times):
            seen = wrong[bisect_right(wrong_times, end - window_s) : bisect_right(wrong_times, end)]
            if _distinct_cards(seen) < GUESSING_CARDS:
                continue
            count = place + 1 - bisect_right(times, end - window_s)
            if count >= GUESSING_TRANSACTIONS and len(seen) >= GUESSING_SHARE * count:
                spans.append((seen, end))
        yield from _joined("PinFailuresOnTerminal", terminal_id, spans, TEN_MINUTES_S, is_due=margin_s < 0)


def _met(condition: Condition, subject: str, facts: Sequence[Fact]) -> Iterator[Truth]:
    times = [fact.at for fact in facts]
    for margin_s in (-MARGIN_S, MARGIN_S):
        window_s = condition.window_s + margin_s
        windows = (
            (facts[bisect_right(times, end - window_s) : place + 1], end) for place, end in enumerate(times)
        )
        spans = [(seen, end) for seen, end in windows if condition.is_met(seen)]
        yield from _joined(condition.alertname, subject, spans, condition.lasts_s, is_due=margin_s < 0)


def _joined(
    alertname: str,
    subject: str,
    spans: Sequence[tuple[Sequence[Fact], float]],
    lasts_s: float,
    *,
    is_due: bool,
) -> Iterator[Truth]:
    """Make one truth of windows that follow one another; an alert may stay until the last was heard of."""
    start = 0
    for place, (_, end) in enumerate(spans):
        if place + 1 < len(spans) and spans[place + 1][1] <= end + lasts_s:
            continue
        facts = list({id(fact): fact for seen, _ in spans[start : place + 1] for fact in seen}.values())
        yield Truth(
            alertname=alertname,
            subject=subject,
            begins=min(fact.at for fact in facts),
            ends=max(fact.heard for fact in facts) + lasts_s,
            met_at=spans[start][1],
            by=_behind(facts),
            causes=_causes(spans[start][0]),
            is_due=is_due,
        )
        start = place + 1


def _behind(facts: Sequence[Fact]) -> Incident | None:
    return Counter(fact.by for fact in facts).most_common(1)[0][0]


def _causes(facts: Sequence[Fact]) -> frozenset[Cause]:
    """Return who is behind most of the facts; customers are behind wrong PINs that nobody else is behind."""
    named = Counter(cause for fact in facts if (cause := _cause(fact)) is not None)
    most = max(named.values(), default=0)
    return frozenset(cause for cause, count in named.items() if count == most)


def _cause(fact: Fact) -> Cause | None:
    if fact.by is not None:
        return fact.by.cause
    return Cause.CARDHOLDER_ERROR if fact.meaning is CodeCategory.WRONG_PIN else None


def _lock_imminent(heard: Sequence[Fact], journal: Journal) -> Iterator[Truth]:
    locked = defaultdict(list)
    for truth in journal.states:
        if truth.alertname == "TerminalLocked":
            locked[truth.subject].append(truth)
    telling = (fact for fact in heard if fact.meaning in {CodeCategory.WRONG_PIN, CodeCategory.APPROVED})
    for terminal_id, facts in _grouped(telling, lambda fact: fact.terminal_id).items():
        for run, ended_at in _runs(facts):
            yield _of_run(terminal_id, run, ended_at, locked[terminal_id])


def _runs(facts: Sequence[Fact]) -> Iterator[tuple[list[Fact], Fact | None]]:
    """Yield two or more wrong PINs without a payment approved in between, and the approved one after them."""
    run: list[Fact] = []
    for fact in facts:
        if fact.meaning is CodeCategory.WRONG_PIN:
            run.append(fact)
            continue
        if len(run) >= 2:
            yield run, fact
        run = []
    if len(run) >= 2:
        yield run, None


def _of_run(terminal_id: str, run: Sequence[Fact], ended: Fact | None, locked: Sequence[Truth]) -> Truth:
    ended_heard = ended.heard if ended else inf
    seen_at = sorted(fact.heard for fact in run)[1]
    # Told of together with what ended them, they are over before anybody hears of them.
    is_due = seen_at < ended_heard
    if any(lock.begins <= seen_at <= lock.ends + DAY_S for lock in locked):
        is_due = False  # the lock has come first, or with them
    return Truth(
        alertname="PinLockImminent",
        subject=terminal_id,
        begins=run[0].at,
        ends=min(ended_heard, run[-1].heard + 2 * DAY_S),
        met_at=run[1].at,
        by=_behind(run),
        causes=_causes(run[:2]),
        is_due=is_due,
    )


def _of_strangers(strangers: Sequence[Stranger]) -> Iterator[Truth]:
    for source, given in _grouped(strangers, lambda one: one.source).items():
        times = [one.at for one in given]
        yield _of_source("UnknownTerminalId", source, given, times[0], HOUR_S)
        for window_s, is_due in ((TEN_MINUTES_S - MARGIN_S, True), (TEN_MINUTES_S + MARGIN_S, False)):
            met = [
                end
                for place, end in enumerate(times)
                if len({one.terminal_id for one in given[bisect_left(times, end - window_s) : place + 1]})
                >= 3
            ]
            if met:
                yield _of_source("TerminalIdProbing", source, given, met[0], TEN_MINUTES_S, is_due=is_due)


def _of_source(
    alertname: str,
    source: str,
    given: Sequence[Stranger],
    met_at: float,
    lasts_s: float,
    *,
    is_due: bool = True,
) -> Truth:
    by = given[0].by
    return Truth(
        alertname=alertname,
        subject=f"/source/{source}",
        begins=given[0].at,
        ends=given[-1].at + lasts_s,
        met_at=met_at,
        by=by,
        causes=frozenset({by.cause} if by.cause else ()),
        is_due=is_due,
    )


def _grouped(things: Iterable[Thing], key: Callable[[Thing], str]) -> dict[str, list[Thing]]:
    groups: defaultdict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return groups
