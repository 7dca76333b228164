"""Gathering the known facts into a case."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any

from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.condition import HeatLimits
from monitor.domain.detectors.connectivity import SignalLimits
from monitor.domain.detectors.index import BY_NAME
from monitor.domain.diagnosis.case import Case, RecentChange
from monitor.domain.diagnosis.id_shape import id_shape
from monitor.domain.diagnosis.pin_clues import PIN
from monitor.domain.diagnosis.serial_index import SerialIndex
from monitor.domain.diagnosis.tables import TABLES
from monitor.domain.event_tracking.queries import EventQueries
from monitor.domain.events.activity import CardActivity, EventActivity, Tally
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.fleet.firmware_cohort import version_key
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    Network,
    NetworkType,
    PinPadStatus,
    Reading,
)
from monitor.domain.instant import Instant, parse_rfc3339
from monitor.domain.inventory.spelling import is_another, is_same_but_for_spelling
from monitor.domain.inventory.terminal import Terminal

DAY_S = 24 * 3600.0
HOUR_S = 3600.0
NEIGHBOURS_ASKED = 12
"""At most so many neighbours of a large site are checked for the same trouble."""

CARD_TERMINALS_ASKED = 12
"""At most so many terminals of a card, the latest, are asked for their transactions."""

SITES_ASKED = 1_000
"""At most so many silent sites are checked for their region."""
TOGETHER_S = 600.0
"""Sites that fell silent within this time may have done so for one reason."""

WRONG_LOOKED_AT = 1_000
"""At most so many terminals with a wrong answer are compared with each other."""

TELLING_FAILURES = 2
_SIGNAL = SignalLimits()
_HEAT = HeatLimits()


class Gatherer:
    """Makes cases from fleet, open alerts and events; changes nothing."""

    def __init__(self, *, fleet: Fleet, book: AlertBook, events: EventQueries) -> None:
        self._fleet = fleet
        self._book = book
        self._events = events
        self._serials = SerialIndex(fleet)

    def of_terminal(self, alertname: str, watched: WatchedTerminal, now: Instant) -> Case:
        """Return what is known of a terminal that an alert of that name is about."""
        terminal = watched.terminal
        activity = self._events.activity(terminal.terminal_id, now)
        changes = _changes(watched, now)
        other = self._holder(watched, now)
        return Case(
            **_of_transactions(_telling(alertname, activity)),
            **self._of_card(activity.most_tried),
            wrong_pin_cards_of_day=activity.day.wrong_pin_cards,
            **_of_reading(watched, now),
            **_of_firmware(watched),
            **self._of_neighbours(alertname, watched, now),
            restarts=sum(now.monotonic - at <= HOUR_S for at in watched.restarts),
            failed_polls_share=_failed_share(watched),
            changes=changes,
            host_incident=bool(activity.network_incident),
            expected_serial=terminal.serial_number,
            given_serial="" if watched.claimed_id else watched.serial_number,
            expected_merchant=terminal.merchant_id,
            given_merchant=_merchant(watched),
            claimed_id=watched.claimed_id,
            id_shape=id_shape(watched.claimed_id) if watched.claimed_id else "",
            is_claimed_id_known=self._is_known(watched.claimed_id),
            is_spelled_differently=_is_spelled_differently(watched),
            is_at_wrong_address=self._is_at_wrong_address(watched),
            is_swapped=self._is_swapped(watched),
            is_spare_serial=other is not None and not other.is_polled,
            is_serial_known=other is not None and other.is_polled,
            serials=_serials_in_turn(changes),
            endpoints=1 + len(activity.endpoints) if activity.endpoints else 0,
            is_closed=terminal.terminal_id in self._fleet.closed,
            outcome=watched.outcome,
            detail=watched.detail,
            has_answered=watched.last_good is not None,
        )

    def of_card(self, card: str, now: Instant) -> Case:
        """Return what is known of a card, by the first digits of its hash, and of where it was used."""
        known = self._events.card_activity(card)
        asked = known.terminals[-CARD_TERMINALS_ASKED:]
        activities = [self._events.activity(terminal_id, now) for terminal_id in asked]
        watched = self._fleet.get(known.terminals[0]) if len(known.terminals) == 1 else None
        cards = {
            "wrong_pin_cards": max((one.failing.wrong_pin_cards for one in activities), default=1),
            "wrong_pin_cards_of_day": max((one.day.wrong_pin_cards for one in activities), default=1),
            "recovered_cards": int(self._events.was_right(card, asked)),
        }
        return Case(
            **_of_transactions(_sum(activity.day for activity in activities)) | cards,
            **self._of_card(known),
            **(_of_reading(watched, now) if watched else {}),
            host_incident=any(activity.network_incident for activity in activities),
            has_answered=True,
        )

    def _of_card(self, card: CardActivity) -> dict[str, Any]:
        sites = {one.terminal.site or id_ for id_ in card.terminals if (one := self._fleet.get(id_))}
        return {
            "card_tries": card.tries,
            "card_occasions": card.occasions,
            "card_terminals": len(card.terminals),
            "card_sites": len(sites),
            "card_span_s": card.span_s if card.tries else None,
        }

    def of_source(self, source: str) -> Case:
        """Return what is known of a source that pushes under ids that the inventory lacks."""
        ids = self._events.unknown_ids_of(source)
        shapes = [id_shape(shown) for shown in ids]
        return Case(
            is_in_inventory=False, unknown_ids=len(ids), id_shape=shapes[0] if shapes and all(shapes) else ""
        )

    def of_group(self, group: Outage) -> Case:
        """Return what is known of a group, such as a site, most of whose terminals are silent."""
        down = [member for member in group.members.values() if member.is_silent]
        links = Counter((_link(member), member.is_silent) for member in group.members.values())
        outcomes = Counter(member.outcome for member in down).most_common(1)
        outcome = outcomes[0][0] if outcomes else None
        return Case(
            outcome=outcome,
            detail=next((member.detail for member in down if member.outcome is outcome), ""),
            members=len(group.members),
            down=len(down),
            wired_down=links["wired", True],
            wired_up=links["wired", False],
            cellular_down=links["cellular", True],
            cellular_up=links["cellular", False],
            dark_sites=self._dark_groups(group),
        )

    def of_wrong_answers(self, group: Outage) -> Case:
        """Return what is known of the terminals of a group that give the same wrong answer."""
        found = group.wrong.most_frequent
        if found is None:
            return Case()
        answer, wrong = found[0], [*islice(found[1].values(), WRONG_LOOKED_AT)]
        well = (one for one in islice(group.members.values(), WRONG_LOOKED_AT) if not one.is_down)
        return Case(
            outcome=answer.outcome,
            detail=answer.detail,
            has_answered=any(one.last_good is not None for one in wrong),
            members=len(group.members),
            down=group.down,
            wrong=len(found[1]),
            wrong_places=len({one.terminal.site or one.terminal.terminal_id for one in wrong}),
            wrong_models=len({one.model for one in wrong if one.model}),
            well_models=len({one.model for one in well if one.model}),
        )

    def _dark_groups(self, group: Outage) -> int:
        """Return how many other groups of the kind went down at about the same time in the same region."""
        own = group.alert
        if own is None or own.resolved_at is not None:
            return 0
        others = islice(self._book.named(own.alertname).values(), SITES_ASKED)
        return sum(
            other is not own
            and other.labels.get("region") == own.labels.get("region")
            and abs(other.since.monotonic - own.since.monotonic) <= TOGETHER_S
            for other in others
        )

    def _holder(self, watched: WatchedTerminal, now: Instant) -> Terminal | None:
        given, terminal = watched.serial_number, watched.terminal
        if not given or not is_another(given, terminal.serial_number):
            return None
        return self._serials.other_holder(given, terminal.terminal_id, now)

    def _is_at_wrong_address(self, watched: WatchedTerminal) -> bool:
        other = self._fleet.get(watched.claimed_id) if watched.claimed_id else None
        return other is not None and (watched.claim is None or not watched.claim.turns)

    def _is_swapped(self, watched: WatchedTerminal) -> bool:
        other = self._fleet.get(watched.claimed_id) if watched.claimed_id else None
        return other is not None and other.claimed_id == watched.terminal.terminal_id

    def _is_known(self, terminal_id: str) -> bool:
        return self._fleet.get(terminal_id) is not None or terminal_id in self._fleet.unpolled

    def _of_neighbours(self, alertname: str, watched: WatchedTerminal, now: Instant) -> dict[str, Any]:
        site = self._fleet.sites.get(watched.terminal.site)
        if site is None:
            return {}
        own = watched.terminal.terminal_id
        is_member = own in site.members
        return {
            "neighbours": len(site.members) - is_member,
            "down_neighbours": site.down - (is_member and watched.is_silent),
            "troubled_neighbours": self._suffering(alertname, own, site, now),
        }

    def _suffering(self, alertname: str, own: str, site: Outage, now: Instant) -> int:
        if BY_NAME[alertname].yields_to_outage:
            return 0  # those are the silent ones, and counted already
        same = self._book.named(alertname)
        asked = islice(site.members, NEIGHBOURS_ASKED)
        return sum(one != own and (one in same or self._gets_no_answer(one, now)) for one in asked)

    def _gets_no_answer(self, terminal_id: str, now: Instant) -> bool:
        return _host_failures(self._events.activity(terminal_id, now).recent) >= TELLING_FAILURES


def _telling(alertname: str, activity: EventActivity) -> Tally:
    """Return the transactions that an alert of that name is about, those of the day where none is recent."""
    tally = activity.failing if TABLES.get(alertname) is PIN else activity.recent
    return tally if tally.transactions else activity.day


def _of_transactions(tally: Tally) -> dict[str, Any]:
    return {
        "codes": tally.codes,
        "transactions": tally.transactions,
        "approved": tally.count(CodeCategory.APPROVED),
        "wrong_pins": tally.count(CodeCategory.WRONG_PIN),
        "pin_faults": tally.count(CodeCategory.PIN_DATA_FAULT, CodeCategory.KEY_FAULT),
        "host_failures": _host_failures(tally),
        "unknown_terminal_answers": tally.count(CodeCategory.UNKNOWN_TERMINAL),
        "tries_exceeded": tally.count(CodeCategory.PIN_TRIES_EXCEEDED),
        "wrong_pin_cards": tally.wrong_pin_cards,
        "faulty_cards": tally.faulty_cards,
        "recovered_cards": tally.recovered_cards,
        "gap_s": tally.gap_s,
    }


def _host_failures(tally: Tally) -> int:
    return tally.count(CodeCategory.ISSUER_TIMEOUT, CodeCategory.NETWORK)


def _sum(tallies: Iterable[Tally]) -> Tally:
    """Return several terminals' transactions as one tally; distinct cards are not told over terminals."""
    codes: Counter[str] = Counter()
    categories: Counter[CodeCategory] = Counter()
    transactions = 0
    for tally in tallies:
        codes.update(dict(tally.codes))
        categories.update(tally.categories)
        transactions += tally.transactions
    return Tally(transactions=transactions, codes=tuple(codes.most_common()), categories=categories)


def _of_reading(watched: WatchedTerminal, now: Instant) -> dict[str, Any]:
    reading = watched.reading
    if reading is None:
        return {}
    network = reading.network or Network()
    return {
        "pin_pad": reading.pin_pad_status,
        "component_faults": _faults(reading),
        "battery_percent": watched.battery_percent,
        "is_charging": reading.battery.charging if reading.battery else None,
        "link": network.type,
        "signal_dbm": network.signal_dbm,
        "is_signal_weak": _is_weak(network),
        "host_reachable": network.host_reachable,
        "registration": reading.registration_status,
        "signed_in_ago_s": _signed_in_ago_s(reading, now),
        "uptime_s": _uptime_s(watched, reading, now),
        "is_hot": (reading.temperature_celsius or 0.0) >= _HEAT.at_least,
        "was_asleep": reading.activity is Activity.SLEEPING,
    }


def _faults(reading: Reading) -> int:
    parts = (reading.card_reader_status, reading.display_status)
    return sum(part is ComponentStatus.FAULT for part in parts) + (
        reading.pin_pad_status is PinPadStatus.FAULT
    )


def _is_weak(network: Network) -> bool:
    if network.signal_dbm is None:
        return False
    edges = {NetworkType.CELLULAR: _SIGNAL.cellular_clear, NetworkType.WIFI: _SIGNAL.wifi_clear}
    return network.type in edges and network.signal_dbm < edges[network.type]


def _signed_in_ago_s(reading: Reading, now: Instant) -> float | None:
    said = reading.registration.signed_in_at if reading.registration else None
    at = parse_rfc3339(said) if said else None
    return None if at is None else max(0.0, now.wall - at)


def _is_spelled_differently(watched: WatchedTerminal) -> bool:
    terminal = watched.terminal
    if watched.claimed_id:
        return is_same_but_for_spelling(watched.claimed_id, terminal.terminal_id)
    return is_same_but_for_spelling(watched.serial_number, terminal.serial_number)


def _uptime_s(watched: WatchedTerminal, reading: Reading, now: Instant) -> float | None:
    if reading.uptime_seconds is None or watched.last_good is None:
        return None
    return reading.uptime_seconds + now.monotonic - watched.last_good.monotonic


def _merchant(watched: WatchedTerminal) -> str:
    """Return the merchant id it gives; while another answers in its place nothing is known of it."""
    if watched.claimed_id or watched.reading is None:
        return ""
    return watched.reading.merchant_id or ""


def _of_firmware(watched: WatchedTerminal) -> dict[str, Any]:
    firmware = (watched.reading.firmware_version or "") if watched.reading else ""
    usual = watched.cohort.expected if watched.cohort else ""
    is_old = bool(firmware and usual) and version_key(firmware) < version_key(usual)
    return {"firmware": firmware, "usual_firmware": usual, "is_firmware_old": is_old}


def _failed_share(watched: WatchedTerminal) -> float:
    """Return the share of failed polls before the present silence, if it is silent."""
    history, polls = watched.history, watched.polls_seen
    while polls and watched.is_down and not history & 1:
        history, polls = history >> 1, polls - 1
    return (polls - history.bit_count()) / polls if polls else 0.0


def _changes(watched: WatchedTerminal, now: Instant) -> tuple[RecentChange, ...]:
    ages = ((change, now.monotonic - change.at.monotonic) for change in watched.changes)
    return tuple(
        RecentChange(what=change.what, before=change.before, after=change.after, ago_s=age_s)
        for change, age_s in ages
        if age_s <= DAY_S and not is_same_but_for_spelling(change.before, change.after)
    )


def _serials_in_turn(changes: Iterable[RecentChange]) -> int:
    """Return how many serial numbers take turns: 0 while none came back after another."""
    seen: set[str] = set()
    came_back = False
    for change in changes:
        if change.what == "serial_number":
            came_back = came_back or change.after in seen
            seen |= {change.before, change.after}
    return len(seen) if came_back else 0


def _link(watched: WatchedTerminal) -> str:
    network = watched.reading.network if watched.reading else None
    if network is None or network.type is None:
        return ""
    return "cellular" if network.type is NetworkType.CELLULAR else "wired"
