"""Can the terminal be reached, and can it reach its host."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import ClassVar

from monitor.domain.alerts.alert import Alert, AlertState, Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector, NoLimits, Withheld
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import MANY, bounded
from monitor.domain.alerts.phrase import OUTCOMES_ZH, Phrase
from monitor.domain.alerts.subjects import FLEET, SITE, SITE_OUTAGE, WRONG_ANSWERS
from monitor.domain.fleet.outage import FleetOutage, Outage
from monitor.domain.fleet.poll_history import HISTORY_POLLS
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import NetworkType
from monitor.domain.instant import Instant

_NEWEST_WEIGHT, _OLDEST_WEIGHT = 1.25, 0.75
_LEAST_DBM = -200

GONE_AFTER_FAILURES = HISTORY_POLLS // 2
"""A terminal that failed more polls in a row than this no longer comes and goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineLimits:
    """`min_failures` polls in a row must have failed: one lost packet opens no alert."""

    min_failures: int = bounded(2, least=1, greatest=HISTORY_POLLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlappingLimits:
    """Weighted share of state changes over the last polls, 0-1: opens at `high`, clears below `low`."""

    high: float = bounded(0.25, least=0, greatest=1)
    low: float = bounded(0.1, least=0, greatest=1)

    RISING: ClassVar = (("low", "high"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLimits:
    """A site is out when `min_terminals` and `share` (0-1) of its terminals are down."""

    min_terminals: int = bounded(3, least=1, greatest=MANY)
    share: float = bounded(0.8, least=0, greatest=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetLimits:
    """The fleet is out of reach when `share` of it is down in at least `min_places` places.

    When every uplink probe fails as well, `share_without_uplink` is enough; when hundreds of terminals in a
    row are lost, the alert opens before all the others have been polled.
    """

    min_terminals: int = bounded(3, least=1, greatest=MANY)
    min_places: int = bounded(2, least=1, greatest=MANY)
    share: float = bounded(0.8, least=0, greatest=1)
    share_without_uplink: float = bounded(0.5, least=0, greatest=1)

    RISING: ClassVar = (("share_without_uplink", "share"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongAnswersLimits:
    """So many terminals with the same wrong answer: a share (0-1) of the group, or many whatever its size.

    Of the whole fleet, when they stand in more than one place.
    """

    min_terminals: int = bounded(3, least=2, greatest=MANY)
    share: float = bounded(0.1, least=0, greatest=1)
    many: int = bounded(100, least=2, greatest=MANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLimits:
    """dBm, opening below and clearing at, by kind of link (unsourced defaults)."""

    cellular_below: float = bounded(-110.0, least=_LEAST_DBM, greatest=0)
    cellular_clear: float = bounded(-105.0, least=_LEAST_DBM, greatest=0)
    wifi_below: float = bounded(-80.0, least=_LEAST_DBM, greatest=0)
    wifi_clear: float = bounded(-75.0, least=_LEAST_DBM, greatest=0)

    RISING: ClassVar = (("cellular_below", "cellular_clear"), ("wifi_below", "wifi_clear"))


def flapping_share(history: int, polls: int) -> float:
    """Return the weighted share (0-1) of state changes in a poll history.

    `history` has one bit per poll, newest lowest. As Nagios Core computes it, newer changes weigh
    more (1.25) than older ones (0.75), and a history not yet full counts as unchanging before.
    """
    changes = (history ^ history >> 1) & ((1 << max(polls - 1, 0)) - 1)
    if not changes:
        return 0.0
    slots = HISTORY_POLLS - 1
    step = (_NEWEST_WEIGHT - _OLDEST_WEIGHT) / (slots - 1)
    weights = (_NEWEST_WEIGHT - step * age for age in range(slots) if changes >> age & 1)
    return sum(weights) / slots


def _offline(terminal: WatchedTerminal, limits: OfflineLimits, is_open: bool) -> Verdict:
    if not terminal.is_down:
        return ABSENT
    if is_open or terminal.failures >= limits.min_failures:
        return PRESENT
    return UNKNOWN


def _flapping(terminal: WatchedTerminal, limits: FlappingLimits, is_open: bool) -> Verdict:
    share = flapping_share(terminal.history, terminal.polls_seen)
    return PRESENT if share >= (limits.low if is_open else limits.high) else ABSENT


def _comes_and_goes(terminal: WatchedTerminal | None, _offline: Alert, flapping: Alert) -> bool:
    fires = flapping.state is AlertState.FIRING
    return fires and terminal is not None and terminal.failures <= GONE_AFTER_FAILURES


def _site_offline(site: Outage, limits: SiteLimits, _is_open: bool) -> Verdict:
    is_out = site.down >= limits.min_terminals and site.share >= limits.share
    return PRESENT if is_out else ABSENT


def _fleet_unreachable(fleet: FleetOutage, limits: FleetLimits, _is_open: bool) -> Verdict:
    is_large = _is_mostly_down(fleet, limits) or fleet.mass_loss.is_general
    is_wide = fleet.is_uplink_lost or fleet.places >= limits.min_places
    return PRESENT if is_large and is_wide and fleet.down >= limits.min_terminals else ABSENT


def _answer_wrongly(group: Outage, limits: WrongAnswersLimits, _is_open: bool) -> Verdict:
    found = group.wrong.most_frequent
    if found is None or len(found[1]) < limits.min_terminals:
        return ABSENT
    count = len(found[1])
    if count < limits.many and count < limits.share * len(group.members):
        return ABSENT
    is_wide = group.kind != FLEET or _is_in_two_places(found[1].values())
    return PRESENT if is_wide else ABSENT


def _is_in_two_places(members: Iterable[WatchedTerminal]) -> bool:
    places = {member.terminal.site or f"/{member.terminal.terminal_id}" for member in islice(members, 1000)}
    return len(places) > 1


def _answer_wrongly_since(group: Outage, limits: WrongAnswersLimits) -> Instant:
    found = group.wrong.most_frequent
    members = [] if found is None else [*found[1].values()]
    return nsmallest(limits.min_terminals, (member.unreachable_since for member in members))[-1]


def _say_wrong_answers(group: Outage, _limits: WrongAnswersLimits) -> Phrase:
    found = group.wrong.most_frequent
    answer, count = (found[0], len(found[1])) if found else (None, 0)
    total = len(group.members)
    said = (answer.detail or answer.outcome.value) if answer else "something else"
    said_zh = OUTCOMES_ZH[answer.outcome] if answer else "其他内容"
    where = "" if group.kind == FLEET else " of the site"
    place = "" if group.kind == FLEET else "门店 "
    return Phrase(
        f"{count} of {total} terminals{where} answer alike, but not with a heartbeat: {said}",
        f"{place}{total} 台终端中有 {count} 台应答相同，但不是心跳数据：{said_zh}",
    )


def _is_mostly_down(fleet: FleetOutage, limits: FleetLimits) -> bool:
    return fleet.share >= _fleet_share(fleet, limits)


def _fleet_share(fleet: FleetOutage, limits: FleetLimits) -> float:
    return limits.share_without_uplink if fleet.is_uplink_lost else limits.share


def _weak_signal(terminal: WatchedTerminal, limits: SignalLimits, is_open: bool) -> Verdict:
    network = terminal.reading.network if terminal.reading else None
    if network is None or network.type is None:
        return UNKNOWN
    if network.type is NetworkType.ETHERNET:
        return ABSENT
    if network.signal_dbm is None:
        return UNKNOWN
    if network.type is NetworkType.CELLULAR:
        edge = limits.cellular_clear if is_open else limits.cellular_below
    else:
        edge = limits.wifi_clear if is_open else limits.wifi_below
    return PRESENT if network.signal_dbm < edge else ABSENT


def _host_unreachable(terminal: WatchedTerminal, _limits: NoLimits, _is_open: bool) -> Verdict:
    network = terminal.reading.network if terminal.reading else None
    if network is None or network.host_reachable is None:
        return UNKNOWN
    return ABSENT if network.host_reachable else PRESENT


def _offline_since(terminal: WatchedTerminal, _limits: OfflineLimits) -> Instant:
    return terminal.unreachable_since


def _site_out_since(site: Outage, limits: SiteLimits) -> Instant:
    return site.began(limits.share, at_least=limits.min_terminals)


def _fleet_out_since(fleet: FleetOutage, limits: FleetLimits) -> Instant:
    if not _is_mostly_down(fleet, limits):
        return fleet.mass_loss.since
    return fleet.began(_fleet_share(fleet, limits), at_least=limits.min_terminals)


def _say_offline(terminal: WatchedTerminal, _limits: OfflineLimits) -> Phrase:
    outcome = terminal.outcome
    english = terminal.detail or (outcome.value if outcome else "not polled")
    return Phrase(
        f"no good heartbeat: {english}", f"无正常心跳：{OUTCOMES_ZH[outcome] if outcome else '未轮询'}"
    )


def _say_flapping(terminal: WatchedTerminal, _limits: FlappingLimits) -> Phrase:
    share, polls = flapping_share(terminal.history, terminal.polls_seen), terminal.polls_seen
    return Phrase(
        f"comes and goes: {share:.0%} state changes in the last {polls} polls",
        f"时通时断：最近 {polls} 次轮询中状态变化 {share:.0%}",
    )


def _say_site(site: Outage, _limits: SiteLimits) -> Phrase:
    down, members = site.down, len(site.members)
    return Phrase(
        f"{down} of {members} terminals of the site do not answer",
        f"门店 {members} 台终端中有 {down} 台无应答",
    )


def _say_fleet(fleet: FleetOutage, limits: FleetLimits) -> Phrase:
    down, members = fleet.down, len(fleet.members)
    suspect = _suspect(fleet.uplinks)
    if not _is_mostly_down(fleet, limits):
        return Phrase(
            f"hardly any terminal answers, {down} of {members} lost so far{suspect.en}",
            f"几乎没有终端应答，目前 {members} 台中已有 {down} 台失联{suspect.zh}",
        )
    return Phrase(
        f"{down} of {members} terminals do not answer{suspect.en}",
        f"{members} 台终端中有 {down} 台无应答{suspect.zh}",
    )


def _suspect(uplinks: Mapping[str, bool]) -> Phrase:
    answering = sum(uplinks.values())
    if answering:
        total = len(uplinks)
        return Phrase(
            f", {answering} of {total} uplinks do: the network between posmon and the shops is suspected",
            f"，{total} 个 uplink 中有 {answering} 个正常：怀疑 posmon 与门店之间的网络",
        )
    own = Phrase(": posmon's own link is suspected", "：怀疑 posmon 自身的网络")
    return Phrase(f", nor does any uplink{own.en}", f"，uplink 也全部不通{own.zh}") if uplinks else own


def _say_signal(terminal: WatchedTerminal, _limits: SignalLimits) -> Phrase:
    network = terminal.reading.network if terminal.reading else None
    if network is None or network.signal_dbm is None:
        return Phrase("weak signal", "信号弱")
    dbm = f"{network.signal_dbm:g} dBm"
    return Phrase(f"weak signal: {dbm}", f"信号弱：{dbm}")


def _say_host(_terminal: WatchedTerminal, _limits: NoLimits) -> Phrase:
    return Phrase("cannot reach the acquirer's host", "无法连接收单主机")


CONNECTIVITY: tuple[Detector, ...] = (
    Detector(
        alertname="TerminalOffline",
        category=Category.CONNECTIVITY,
        severity=Severity.CRITICAL,
        owner=Owner.SHOP,
        basis=Basis.POLL,
        judge=_offline,
        summary=_say_offline,
        for_s=90,
        limits=OfflineLimits(),
        began=_offline_since,
        holds_from_beginning=True,
        yields_to_outage=True,
        expected_when_closed=True,
        withheld=Withheld(by="TerminalFlapping", reason="flapping", holds=_comes_and_goes),
    ),
    Detector(
        alertname="TerminalFlapping",
        category=Category.CONNECTIVITY,
        severity=Severity.WARNING,
        owner=Owner.NETWORK,
        basis=Basis.POLL,
        judge=_flapping,
        summary=_say_flapping,
        limits=FlappingLimits(),
        needs_history=True,
        yields_to_outage=True,
        expected_when_closed=True,
    ),
    Detector(
        alertname=SITE_OUTAGE,
        category=Category.CONNECTIVITY,
        severity=Severity.CRITICAL,
        owner=Owner.NETWORK,
        subjects=(SITE,),
        basis=Basis.POLL,
        is_outage=True,
        yields_to_outage=True,
        expected_when_closed=True,
        judge=_site_offline,
        summary=_say_site,
        for_s=60,
        keep_firing_s=120,
        limits=SiteLimits(),
        began=_site_out_since,
    ),
    Detector(
        alertname="FleetUnreachable",
        category=Category.CONNECTIVITY,
        severity=Severity.CRITICAL,
        owner=Owner.MONITORING,
        subjects=(FLEET,),
        basis=Basis.POLL,
        is_outage=True,
        judge=_fleet_unreachable,
        summary=_say_fleet,
        for_s=60,
        keep_firing_s=120,
        limits=FleetLimits(),
        began=_fleet_out_since,
    ),
    Detector(
        alertname=WRONG_ANSWERS,
        category=Category.CONNECTIVITY,
        severity=Severity.CRITICAL,
        owner=Owner.NETWORK,
        subjects=(SITE, FLEET),
        basis=Basis.POLL,
        yields_to_outage=True,
        judge=_answer_wrongly,
        summary=_say_wrong_answers,
        for_s=60,
        keep_firing_s=120,
        limits=WrongAnswersLimits(),
        began=_answer_wrongly_since,
    ),
    Detector(
        alertname="WeakSignal",
        category=Category.CONNECTIVITY,
        severity=Severity.WARNING,
        owner=Owner.NETWORK,
        basis=Basis.READING,
        part="network",
        component="link",
        judge=_weak_signal,
        summary=_say_signal,
        for_s=600,
        limits=SignalLimits(),
    ),
    Detector(
        alertname="HostUnreachable",
        category=Category.CONNECTIVITY,
        severity=Severity.CRITICAL,
        owner=Owner.ACQUIRER,
        basis=Basis.READING,
        part="network",
        component="host",
        judge=_host_unreachable,
        summary=_say_host,
        for_s=120,
        impairs=True,
    ),
)
