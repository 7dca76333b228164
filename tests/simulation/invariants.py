"""What must be so in every world; each check returns what is not, in words."""

from collections.abc import Iterator
from itertools import pairwise

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.polling.statistics import LATENESS_BUCKETS_S
from tests.simulation.disk import Written
from tests.simulation.world import RESTLESS, SimulatedReceiver, World

OUTAGES = frozenset({"SiteOffline", "FleetUnreachable"})
MOST_LATE_S = 0.1
"""How late a poll may start in a world where nothing blocks the loop."""

Key = tuple[str, str]


def breaches(world: World) -> list[str]:
    """Return everything that should not have happened in a world that has been lived through."""
    return [
        *_lives_out_of_order(world),
        *_resolved_without_recovery(world),
        *_offline_without_silence(world),
        *_two_lives_at_once(world),
        *_told_before_committed(world),
        *_not_at_rest(world),
        *_never_told(world),
        *_late(world),
    ]


def _journals(world: World) -> dict[Key, list[Written]]:
    journals: dict[Key, list[Written]] = {}
    for written in world.disk.journal:
        step = written.step.transition
        journals.setdefault((step.alertname, step.subject), []).append(written)
    return journals


def _lives_out_of_order(world: World) -> Iterator[str]:
    """Each step leaves the state that the one before it led to, and keeps its `since`."""
    for key, journal in _journals(world).items():
        for before, after in pairwise(written.step.transition for written in journal):
            left = AlertState.INACTIVE if before.state is AlertState.RESOLVED else before.state
            if after.previous is not left:
                yield f"{key}: {before.state} is followed by a step from {after.previous}"
            if after.previous is not AlertState.INACTIVE and after.since.wall != before.since.wall:
                yield f"{key}: began at {before.since.wall} and then at {after.since.wall}"


def _resolved_without_recovery(world: World) -> Iterator[str]:
    """Alerts of terminals resolve only after the terminal has said so, or when it left the inventory."""
    for (alertname, subject), journal in _journals(world).items():
        if alertname not in ("TerminalOffline", "PaperOut"):
            continue
        for fired, resolved in pairwise(journal):
            is_over = resolved.step.transition.state is AlertState.RESOLVED
            if is_over and not _recovered(world, alertname, subject, fired.at_s, resolved.at_s):
                yield f"{alertname} {subject}: resolved at {resolved.at_s:.2f} without recovery"


def _recovered(world: World, alertname: str, subject: str, fired_s: float, resolved_s: float) -> bool:
    # A commit may take seconds: what was seen before the step was durable counts from when it was judged.
    since_s = fired_s - 8
    is_well = (
        answer.is_good and (alertname == "TerminalOffline" or not answer.no_paper)
        for answer in world.answers.get(subject, ())
        if since_s <= answer.at_s <= resolved_s
    )
    return any(is_well) or _left_inventory(world, subject, resolved_s)


def _left_inventory(world: World, subject: str, before_s: float) -> bool:
    reloads = [reload for reload in world.plan.reloads if reload.at_s <= before_s]
    return any(subject not in {row.terminal_id for row in reload.terminals} for reload in reloads)


def _offline_without_silence(world: World) -> Iterator[str]:
    """TerminalOffline fires only for who was polled in vain for long enough while posmon ran."""
    for (alertname, subject), journal in _journals(world).items():
        fired = (
            written
            for written in journal
            if alertname == "TerminalOffline" and written.step.transition.state is AlertState.FIRING
        )
        for written in fired:
            silent_s = _silent_for(world, subject, written.at_s)
            if silent_s is not None and silent_s < 2.0:
                yield f"{subject}: offline at {written.at_s:.2f} after {silent_s:.2f} s of silence"


def _silent_for(world: World, subject: str, until_s: float) -> float | None:
    """Return how long posmon has been running since it last heard from a terminal; None if it never did."""
    good = [
        answer.at_s for answer in world.answers.get(subject, ()) if answer.is_good and answer.at_s < until_s
    ]
    # A good answer while the step was on its way to the disk says nothing of the time before it.
    good = [moment for moment in good if not _is_on_its_way(world, moment, until_s)]
    good = [moment for moment in good if not _is_forgotten(world, moment)]
    if not good:
        return None
    return sum(max(0.0, min(end, until_s) - max(start, good[-1])) for start, end in world.running)


def _is_forgotten(world: World, moment_s: float) -> bool:
    """Tell whether a kill came before it was saved; what makes no transition is saved once a second."""
    return any(moment_s < stop.at_s < moment_s + 1.5 for stop in world.plan.stops if not stop.is_clean)


def _is_on_its_way(world: World, moment_s: float, until_s: float) -> bool:
    is_slow = any(span.start_s < until_s and span.end_s + 4 > moment_s for span in world.plan.slow_disk)
    return moment_s > until_s - (4 if is_slow else 0.5)


def _two_lives_at_once(world: World) -> Iterator[str]:
    """Receivers hear only of beginnings that a life in the journal has."""
    if world.plan.wall_jumps:
        return  # what began before a jump has begun at another time since
    lives = {
        (frozenset(written.step.transition.labels.items()), round(written.step.transition.since.wall, 1))
        for written in world.disk.journal
        if written.step.transition.state is AlertState.FIRING
    }
    for receiver in world.receivers:
        for told in receiver.heard:
            life = frozenset(told.notice.labels.items()), round(told.notice.starts_at, 1)
            if life not in lives:
                yield f"{receiver.name}: {_name(told.notice)} from {told.notice.starts_at} is in no journal"


def _told_before_committed(world: World) -> Iterator[str]:
    """Nobody hears of what was not durable before."""
    durable: dict[tuple[str, str, bool], float] = {}
    for written in world.disk.journal:
        step = written.step.transition
        if step.state in (AlertState.FIRING, AlertState.RESOLVED):
            key = step.alertname, step.labels.get("terminal_id", ""), step.state is AlertState.RESOLVED
            durable.setdefault(key, written.at_s)
    for receiver in world.receivers:
        for told in receiver.heard:
            labels = told.notice.labels
            key = labels["alertname"], labels.get("terminal_id", ""), told.notice.resolved
            if durable.get(key, float("inf")) > told.at_s:
                yield f"{receiver.name}: {_name(told.notice)} at {told.at_s:.2f}, before it was durable"


def _not_at_rest(world: World) -> Iterator[str]:
    """When all has been well for long enough no alert is open: what was suppressed has ended too."""
    for alert in world.open_at_the_end:
        if alert.alertname not in RESTLESS:
            yield f"{alert.key}: still {alert.state} at the end"


def _never_told(world: World) -> Iterator[str]:
    """In the end each receiver knows of every alert that it held for firing that it has ended."""
    for receiver in world.receivers:
        for notice in _last_words(receiver).values():
            if not notice.resolved and notice.labels["alertname"] not in RESTLESS:
                yield f"{receiver.name}: never heard that {_name(notice)} has ended"
        yield from _unheard(world, receiver)


def _unheard(world: World, receiver: SimulatedReceiver) -> Iterator[str]:
    """Yield the alerts of whose latest life a receiver has heard nothing.

    Of an alert that fired, resolved and fired again while a receiver was away, it hears the latest; of one
    that a larger outage came to explain before it could be sent, nothing.
    """
    heard = {
        (frozenset(told.notice.labels.items()), round(told.notice.starts_at, 1)) for told in receiver.heard
    }
    for step in _latest_told(world):
        life = frozenset(step.labels.items()), round(step.since.wall, 1)
        if life not in heard and not world.plan.wall_jumps and not _explained(world, step):
            yield f"{receiver.name}: never heard of {step.alertname} {step.subject} from {step.since.wall}"


def _explained(world: World, fired: Transition) -> bool:
    outages = (written.step.transition for written in world.disk.journal)
    return fired.alertname in OUTAGES | {"TerminalOffline", "TerminalFlapping"} and any(
        step.alertname in OUTAGES - {fired.alertname} and step.since.wall >= fired.since.wall - 5
        for step in outages
    )


def _latest_told(world: World) -> list[Transition]:
    latest: dict[Key, Transition] = {}
    for written in world.disk.journal:
        step = written.step.transition
        if written.step.told and step.state is AlertState.FIRING:
            latest[step.alertname, step.subject] = step
    return [*latest.values()]


def _last_words(receiver: SimulatedReceiver) -> dict[frozenset[tuple[str, str]], PostableAlert]:
    return {frozenset(told.notice.labels.items()): told.notice for told in receiver.heard}


def _late(world: World) -> Iterator[str]:
    """No poll starts late, whatever terminals, receivers and disk do."""
    bound = next(index for index, limit in enumerate(LATENESS_BUCKETS_S) if limit >= MOST_LATE_S)
    for bucket in world.most_late:
        if bucket > bound:
            yield f"a poll was more than {LATENESS_BUCKETS_S[bucket - 1]} s late"


def _name(notice: PostableAlert) -> str:
    return f"{notice.labels['alertname']} {notice.labels.get('terminal_id', notice.labels.get('site', ''))}"
