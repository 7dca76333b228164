"""The facts of a case in words, beside the terminal's own report."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice

from monitor.domain.diagnosis.case import Case, RecentChange
from monitor.domain.fleet.known_facts import in_one_line
from monitor.domain.fleet.outage import FleetOutage, Outage
from monitor.domain.fleet.parent import Parent
from monitor.domain.fleet.region_outage import RegionOutage
from monitor.domain.fleet.watched_terminal import WatchedTerminal

TERMINALS_TOLD = 5
CODES_TOLD = 6
MEMBERS_LOOKED_AT = 1_000


def case_facts(case: Case) -> dict[str, str]:
    """Return the known facts by name, most telling first; unknown ones are left out."""
    facts = {
        "response codes": ", ".join(f"{code} x{count}" for code, count in case.codes[:CODES_TOLD]),
        "transactions": f"{case.transactions}, {case.approved} approved" if case.transactions else "",
        "cards with wrong PINs": _number(case.wrong_pin_cards),
        "cards whose PIN could not be read": _number(case.faulty_cards),
        "tries of one card": _tries(case),
        "time between wrong PINs": "" if case.gap_s is None else _ago(case.gap_s),
        "network incident": "many terminals get no answer from the host" if case.host_incident else "",
        "serial numbers in turn": _number(case.serials) if case.serials > 1 else "",
        "endpoints seen": _number(case.endpoints) if case.endpoints > 1 else "",
        "ids unknown to the inventory": _number(case.unknown_ids),
        "changed in the last 24 h": ", ".join(map(_change, case.changes)),
        "usual firmware of the model": case.usual_firmware,
        "neighbours at the site": _neighbours(case),
    }
    return {name: value for name, value in facts.items() if value}


def group_evidence(group: Outage) -> str:
    """Return what the last polls of some silent terminals came to, and over which links they reported."""
    down = [member for member in group.members.values() if member.is_silent]
    told = [_silent(member) for member in down[:TERMINALS_TOLD]]
    if len(down) > TERMINALS_TOLD:
        told.append(f"and {len(down) - TERMINALS_TOLD} more")
    answering = [member.terminal.terminal_id for member in group.members.values() if not member.is_down]
    if answering:
        told.append(f"still answering: {', '.join(answering[:TERMINALS_TOLD])}")
    return "; ".join(told)


def wrong_answers_evidence(group: Outage) -> str:
    """Return the wrong answers that terminals of a group give, most frequent first, and who gives them."""
    found = group.wrong.most_frequent
    if found is None:
        return ""
    answer, members = found
    named = ", ".join(islice(members, TERMINALS_TOLD))
    more = f" and {len(members) - TERMINALS_TOLD} more" if len(members) > TERMINALS_TOLD else ""
    facts = {
        "answer": answer.detail or answer.outcome.value,
        "terminals": named + more,
        "other wrong answers": _number(len(group.wrong) - len(members)),
        "silent": _number(group.down),
    }
    return in_one_line({name: value for name, value in facts.items() if value})


def fleet_evidence(fleet: FleetOutage) -> str:
    """Return what the last polls of silent terminals came to, most frequent first, and which uplinks answer.

    Of a large fleet only the first members count: polls wait while this runs.
    """
    looked_at = islice(fleet.members.values(), MEMBERS_LOOKED_AT)
    results = Counter(member.outcome for member in looked_at if member.is_down and member.outcome)
    told = [f"{outcome.value} x{count}" for outcome, count in results.most_common()]
    uplinks = [
        f"{place} {'answers' if answers else 'does not answer'}" for place, answers in fleet.uplinks.items()
    ]
    facts = {"last polls": ", ".join(told), "uplinks": ", ".join(uplinks)}
    return in_one_line({name: value for name, value in facts.items() if value})


def region_evidence(region: RegionOutage) -> str:
    """Return which places are dark, the longest first, and what last polls came to, most frequent first."""
    dark = region.dark_places
    named = ", ".join(place.removeprefix("/") for place in dark[:TERMINALS_TOLD])
    more = f" and {len(dark) - TERMINALS_TOLD} more" if len(dark) > TERMINALS_TOLD else ""
    looked_at = islice(region.members.values(), MEMBERS_LOOKED_AT)
    results = Counter(member.outcome for member in looked_at if member.is_down and member.outcome)
    polls = ", ".join(f"{outcome.value} x{count}" for outcome, count in results.most_common())
    return in_one_line({"dark sites": f"{named}{more}", "last polls": polls})


def parent_evidence(parent: Parent, members: Iterable[WatchedTerminal]) -> str:
    """Return how a parent's last poll ended, which of its own parents are out, and what hangs on it.

    Of very many terminals only the first count: polls wait while this runs.
    """
    looked_at = [*islice(members, MEMBERS_LOOKED_AT)]
    down = [member for member in looked_at if member.is_down]
    sites = {member.terminal.site for member in looked_at} - {""}
    watched = parent.watched
    last = watched.outcome.value if watched is not None and watched.outcome is not None else ""
    more = "more than " if len(looked_at) == MEMBERS_LOOKED_AT else ""
    facts = {
        "last poll": (watched.detail if watched is not None else "") or last,
        "down above it": ", ".join(one.name for one in parent.above if one.is_out),
        "terminals": f"{more}{len(looked_at)} at {len(sites)} sites, {len(down)} down"
        if looked_at
        else "none",
        "silent": ", ".join(member.terminal.terminal_id for member in down[:TERMINALS_TOLD]),
    }
    return in_one_line({name: value for name, value in facts.items() if value})


def _silent(member: WatchedTerminal) -> str:
    network = member.reading.network if member.reading else None
    link = f" ({network.type.value})" if network and network.type else ""
    said = member.detail or (member.outcome.value if member.outcome else "not polled")
    return f"{member.terminal.terminal_id}{link}: {said}"


def _number(count: int) -> str:
    return str(count) if count else ""


def _tries(case: Case) -> str:
    if case.card_tries < 2:
        return ""
    places = "1 terminal" if case.card_terminals == 1 else f"{case.card_terminals} terminals"
    span = f" within {_ago(case.card_span_s)}" if case.card_span_s else ""
    return f"{case.card_tries} at {places}{span}"


def _neighbours(case: Case) -> str:
    if not case.neighbours:
        return ""
    troubled = f", {case.troubled_neighbours} with the same trouble" if case.troubled_neighbours else ""
    return f"{case.neighbours}{troubled}, {case.down_neighbours} silent"


def _change(change: RecentChange) -> str:
    return f"{change.what} {change.before} -> {change.after} ({_ago(change.ago_s)} ago)"


def _ago(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
