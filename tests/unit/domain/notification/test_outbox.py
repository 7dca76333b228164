"""What one receiver is told, when, and in which state."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import (
    Entry,
    Outbox,
    OutboxChanges,
    OutboxItem,
    Step,
    identity_of,
    retry_delay_s,
)
from monitor.domain.notification.postable_alert import Identity

T0 = Instant(monotonic=1_000.0, wall=1_795_222_800.0)


def at(seconds: float) -> Instant:
    """Return the moment `seconds` after T0."""
    return T0.ago(-seconds)


def outbox(**changes: Any) -> Outbox:
    """Return an outbox with the default timing."""
    values: dict[str, Any] = {"resend_interval_s": 60.0, "resolved_for_s": 900.0, "external_labels": {}}
    return Outbox(**values | changes)


def fired(subject: str = "1", since: Instant = T0, **labels: str) -> Transition:
    """Return an alert that has just fired."""
    return step(subject, AlertState.FIRING, since, since, labels)


def resolved(when: Instant, subject: str = "1", since: Instant = T0, **labels: str) -> Transition:
    """Return an alert that resolves at `when`."""
    return step(subject, AlertState.RESOLVED, when, since, labels)


def step(
    subject: str, state: AlertState, when: Instant, since: Instant, labels: dict[str, str]
) -> Transition:
    """Return one committed step of PaperOut at `subject`."""
    return Transition(
        alertname="PaperOut",
        subject=subject,
        severity=Severity.CRITICAL,
        previous=AlertState.PENDING,
        state=state,
        at=when,
        since=since,
        labels={"alertname": "PaperOut", "terminal_id": subject} | labels,
        annotations={"summary": f"{state} at {when.monotonic}"},
    )


def snapshot(*steps: Step) -> dict[Identity, Step]:
    """Return what fires now, as the outbox is shown it."""
    return {identity_of(each): each for each in steps}


def send(box: Outbox, now: Instant, limit: int = 100) -> list[OutboxItem]:
    """Take one batch and settle it as sent."""
    letters = box.batch(limit, now)
    box.settle(letters, now)
    return letters


def subjects(letters: list[OutboxItem]) -> list[str]:
    """Name whom the letters are about."""
    return [letter.notice.labels["terminal_id"] for letter in letters]


def test_a_fired_alert_is_told_with_its_beginning_and_a_term() -> None:
    """It starts when the condition began and is believed for four re-send intervals."""
    box = outbox(external_labels={"monitor": "north", "alertname": "other"})
    box.enqueue(fired())
    (letter,) = box.batch(10, at(90))
    assert letter.notice.labels == {"alertname": "PaperOut", "terminal_id": "1", "monitor": "north"}
    assert letter.notice.starts_at == T0.wall
    assert letter.notice.ends_at == at(90 + 240).wall
    assert not letter.notice.resolved


def test_what_was_taken_waits_no_more() -> None:
    """A settled alert leaves the queue, an unsettled one stays at its head."""
    box = outbox()
    box.enqueue(fired("1"))
    box.enqueue(fired("2"))
    assert subjects(box.batch(1, at(1))) == ["1"]
    assert subjects(send(box, at(2), limit=1)) == ["1"]
    assert box.waiting == 1
    assert subjects(send(box, at(3))) == ["2"]
    assert box.waiting == 0


def test_an_alert_that_fired_and_resolved_unheard_is_told_as_that() -> None:
    """Coalesced to its last state, with both times."""
    box = outbox()
    box.enqueue(fired())
    box.enqueue(resolved(at(30)))
    (letter,) = send(box, at(3600))
    assert letter.notice.resolved
    assert (letter.notice.starts_at, letter.notice.ends_at) == (T0.wall, at(30).wall)
    assert box.waiting == 0


def test_a_resolve_whose_firing_was_not_to_be_told_is_not_told() -> None:
    """Nobody is paged the end of something nobody heard of."""
    box = outbox()
    box.enqueue(resolved(at(5)))
    assert box.waiting == 0
    assert box.entries == ()


def test_a_resolve_of_another_life_of_the_alert_is_not_told() -> None:
    """A second, suppressed firing does not end the first one's story again."""
    box = outbox()
    box.enqueue(fired())
    box.enqueue(resolved(at(5)))
    send(box, at(6))
    box.enqueue(resolved(at(20), since=at(10)))
    assert box.waiting == 0


def test_the_end_of_another_life_does_not_end_this_one() -> None:
    """A life of an alert is known by when it began."""
    box = outbox()
    box.enqueue(fired())
    box.enqueue(resolved(at(20), since=at(10)))
    assert [letter.notice.resolved for letter in box.batch(10, at(21))] == [False]


def test_empty_labels_are_not_told() -> None:
    """What a receiver would refuse and can be left out is left out."""
    box = outbox()
    box.enqueue(fired(site=""))
    assert "site" not in box.batch(10, at(0))[0].notice.labels


@pytest.mark.parametrize("state", [AlertState.PENDING, AlertState.INACTIVE])
def test_other_states_say_nothing(state: AlertState) -> None:
    """Only firing and resolved alerts are told."""
    box = outbox()
    box.enqueue(step("1", state, T0, T0, {}))
    assert box.waiting == 0


def test_firing_alerts_are_told_again_each_interval_with_fresh_words() -> None:
    """A re-send is due an interval after the last, prolongs the term and brings the words up to date."""
    box = outbox()
    box.enqueue(fired())
    send(box, at(0))
    fresh = step("1", AlertState.FIRING, at(50), T0, {})
    box.refresh(snapshot(fresh), at(59))
    assert box.waiting == 0
    box.refresh(snapshot(fresh), at(60))
    (letter,) = send(box, at(61))
    assert letter.notice.ends_at == at(61 + 240).wall
    assert letter.notice.annotations == fresh.annotations
    box.refresh(snapshot(fresh), at(120))
    assert box.waiting == 0


def test_resolved_alerts_are_told_again_for_a_while() -> None:
    """Every interval, with the same end, until `resolved_for_s` after it."""
    box = outbox()
    box.enqueue(fired())
    send(box, at(0))
    box.enqueue(resolved(at(10)))
    told = []
    for second in range(11, 2000, 10):
        box.refresh({}, at(second))
        told += send(box, at(second))
    assert len(told) == 15
    assert {letter.notice.ends_at for letter in told} == {at(10).wall}
    assert box.entries == ()


def test_an_unheard_resolve_waits_for_ever() -> None:
    """Only a state the receiver knows grows old."""
    box = outbox()
    box.enqueue(fired())
    box.enqueue(resolved(at(10)))
    box.refresh({}, at(100_000))
    assert box.waiting == 1


def test_news_go_before_resends() -> None:
    """What the receiver does not know yet comes first."""
    box = outbox()
    box.enqueue(fired("1"))
    send(box, at(0))
    box.refresh(snapshot(fired("1")), at(60))
    box.enqueue(fired("2"))
    assert subjects(box.batch(10, at(60))) == ["2", "1"]


def test_an_alert_that_moves_on_while_its_letter_is_under_way_is_told_again() -> None:
    """Taking the old state does not settle the new one."""
    box = outbox()
    box.enqueue(fired())
    letters = box.batch(10, at(0))
    box.enqueue(resolved(at(1)))
    box.settle(letters, at(2))
    (letter,) = send(box, at(3))
    assert letter.notice.resolved
    box.enqueue(fired(since=at(4)))
    letters = box.batch(10, at(4))
    box.enqueue(resolved(at(5), since=at(4)))
    box.enqueue(fired(since=at(6)))
    box.settle(letters, at(7))
    assert box.waiting == 1


def test_a_suppressed_alert_waits_no_more() -> None:
    """Left out of what fires, unheard: its firing and its resolve are both untold."""
    box = outbox()
    box.enqueue(fired())
    box.refresh({}, at(10))
    assert box.waiting == 0
    box.enqueue(resolved(at(20)))
    assert box.waiting == 0
    assert box.entries == ()


def test_an_alert_suppressed_after_it_was_told_is_left_to_expire_and_still_resolves() -> None:
    """No re-send and no false resolve; the true resolve is told, for the firing was heard."""
    box = outbox()
    box.enqueue(fired())
    send(box, at(0))
    for second in range(10, 600, 10):
        box.refresh({}, at(second))
        assert box.waiting == 0
    box.enqueue(resolved(at(600)))
    (letter,) = send(box, at(601))
    assert letter.notice.resolved
    assert letter.notice.starts_at == T0.wall


def test_an_attempt_counts_as_heard() -> None:
    """A letter that may have arrived is followed by its resolve, suppressed in between or not."""
    box = outbox()
    box.enqueue(fired())
    box.batch(10, at(0))
    box.refresh({}, at(10))
    box.enqueue(resolved(at(20)))
    assert [letter.notice.resolved for letter in box.batch(10, at(21))] == [True]


def test_what_the_receiver_holds_for_firing_is_ended_by_a_later_life() -> None:
    """An untold resolve was overtaken by a firing that got suppressed; the end is still owed."""
    box = outbox()
    box.enqueue(fired())
    send(box, at(0))
    box.enqueue(resolved(at(5)))
    box.enqueue(fired(since=at(10)))
    box.refresh({}, at(15))
    box.enqueue(resolved(at(20), since=at(10)))
    assert [letter.notice.resolved for letter in box.batch(10, at(21))] == [True]


def test_nothing_is_owed_once_the_end_was_told() -> None:
    """A second firing, suppressed before it was heard, leaves no trace."""
    box = outbox()
    box.enqueue(fired())
    send(box, at(0))
    box.enqueue(resolved(at(5)))
    send(box, at(6))
    box.enqueue(fired(since=at(10)))
    box.refresh({}, at(15))
    box.enqueue(resolved(at(20), since=at(10)))
    assert box.waiting == 0


def test_an_alert_that_outlives_its_suppressor_is_news() -> None:
    """Told at once, with the beginning it always had."""
    box = outbox()
    box.refresh(snapshot(fired()), at(100))
    (letter,) = send(box, at(100))
    assert letter.notice.starts_at == T0.wall
    box.refresh({}, at(110))
    box.refresh(snapshot(fired()), at(120))
    assert subjects(send(box, at(120))) == ["1"]


def test_a_refresh_between_resolving_and_being_told_of_it_is_no_suppression() -> None:
    """An alert gone from what fires because it resolved is still told as resolved."""
    box = outbox()
    box.enqueue(fired())
    box.refresh({}, at(10))
    box.enqueue(resolved(at(9)))
    assert [letter.notice.resolved for letter in box.batch(10, at(11))] == [True]


def test_being_told_of_a_firing_twice_is_being_told_once() -> None:
    """Whether a refresh or the transition comes first."""
    box = outbox()
    box.refresh(snapshot(fired()), at(0))
    send(box, at(0))
    box.enqueue(fired())
    assert box.waiting == 0


def test_another_identity_is_another_alert() -> None:
    """After a reload changed a label the old identity resolves and the new one fires."""
    box = outbox()
    box.enqueue(fired(site="old"))
    send(box, at(0))
    box.enqueue(resolved(at(5), site="old"))
    box.enqueue(fired(site="new"))
    letters = send(box, at(6))
    assert [(x.notice.labels["site"], x.notice.resolved) for x in letters] == [("old", True), ("new", False)]


def test_refused_alerts_are_tried_again_more_rarely() -> None:
    """The refusal may have been the receiver's own fault, so it is not for ever."""
    box = outbox()
    box.enqueue(fired())
    box.settle(box.batch(10, at(0)), at(0), rejected=True)
    box.refresh(snapshot(fired()), at(599))
    assert box.waiting == 0
    box.refresh(snapshot(fired()), at(600))
    assert box.waiting == 1


def test_over_capacity_only_resends_of_what_is_over_are_forgotten() -> None:
    """Neither a firing alert nor an untold resolve gives way."""
    box = outbox(capacity=3)
    for name in ("over1", "over2"):
        box.enqueue(fired(name))
        box.enqueue(resolved(at(1), name))
    send(box, at(2))
    for name in ("firing1", "firing2", "untold"):
        box.enqueue(fired(name))
    box.enqueue(resolved(at(3), "untold"))
    box.enqueue(fired("firing3"))
    assert [entry.labels["terminal_id"] for entry in box.entries] == [
        "firing1",
        "firing2",
        "untold",
        "firing3",
    ]
    assert box.waiting == 4


@pytest.mark.parametrize("jump_s", [-3600.0, 3600.0])
def test_wall_clock_jumps_keep_a_resolve_in_the_past_and_the_times_in_order(jump_s: float) -> None:
    """A receiver would take an end in the future for firing and refuse an end before the start."""
    box = outbox()
    box.enqueue(fired("1"))
    box.enqueue(fired("2"))
    box.enqueue(resolved(at(30), "1"))
    jumped = Instant(at(60).monotonic, at(60).wall + jump_s)
    box.enqueue(resolved(jumped, "2"))
    for letter in box.batch(10, jumped):
        assert letter.notice.starts_at <= letter.notice.ends_at <= jumped.wall


def test_an_end_noted_by_a_wrong_clock_is_not_before_the_beginning() -> None:
    """The wall clock was back an hour just then, and is right again when the letter is written."""
    box = outbox()
    box.enqueue(fired())
    box.enqueue(resolved(Instant(at(30).monotonic, at(30).wall - 3600)))
    (letter,) = box.batch(10, at(60))
    assert letter.notice.starts_at == letter.notice.ends_at == at(30).wall - 3600


def test_a_beginning_in_the_future_is_reckoned_back_from_now() -> None:
    """The wall clock was set back since; the monotonic clock knows how long ago it was."""
    box = outbox()
    box.enqueue(fired())
    (letter,) = box.batch(10, Instant(T0.monotonic + 60, T0.wall - 3600))
    assert letter.notice.starts_at == T0.wall - 3660


def test_an_outbox_is_restored_from_its_entries() -> None:
    """What waits, what is known and what is suppressed are the same afterwards."""
    box = outbox()
    for name in ("known", "over", "withheld"):
        box.enqueue(fired(name))
    send(box, at(0))
    box.enqueue(resolved(at(1), "over"))
    send(box, at(1))
    box.refresh(snapshot(fired("known")), at(2))
    box.enqueue(fired("news"))
    again = outbox(entries=box.entries)
    assert again.entries == tuple(replace(e, heard=e.resolved_at is None) for e in box.entries)
    assert subjects(again.batch(10, at(3))) == ["news"]
    for each in (box, again):
        send(each, at(3))
        each.refresh(snapshot(fired("known"), fired("news")), at(61))
    assert sorted(subjects(again.batch(10, at(61)))) == sorted(subjects(box.batch(10, at(61))))


class Disk:
    """What was saved of an outbox."""

    def __init__(self) -> None:
        self.entries: dict[Identity, Entry] = {}

    def save(self, box: Outbox) -> OutboxChanges:
        """Take in what changed."""
        changes = box.drain_unsaved()
        for identity in changes.forgotten:
            self.entries.pop(identity, None)
        self.entries |= {identity_of(entry): entry for entry in changes.put}
        return changes


def test_only_what_makes_a_difference_is_saved() -> None:
    """A new state, its first arrival, its end and its being forgotten; not what is told again."""
    box, disk = outbox(), Disk()
    firing = snapshot(fired())
    moments: list[tuple[str, int]] = []

    def save(moment: str) -> None:
        changes = disk.save(box)
        moments.append((moment, len(changes.put) + len(changes.forgotten)))
        assert tuple(disk.entries) == tuple(map(identity_of, box.entries))

    box.enqueue(fired())
    save("fired")
    box.batch(10, at(1))
    save("on its way")
    send(box, at(1))
    save("taken")
    for second in range(61, 601, 60):
        box.refresh(firing, at(second))
        assert send(box, at(second))
        save("told again")
    box.enqueue(resolved(at(601)))
    save("resolved")
    send(box, at(602))
    save("taken")
    box.refresh({}, at(2000))
    save("forgotten")
    save("nothing")
    assert [moment for moment, saved in moments if saved] == [
        "fired",
        "on its way",
        "taken",
        "resolved",
        "taken",
        "forgotten",
    ]


def test_what_was_refused_or_suppressed_is_saved_as_that() -> None:
    """A restart neither offers it at once nor takes it for told."""
    box, disk = outbox(), Disk()
    for name in ("refused", "withheld"):
        box.enqueue(fired(name))
    box.settle(box.batch(1, at(1)), at(1), rejected=True)
    box.refresh(snapshot(fired("refused")), at(2))
    disk.save(box)
    assert [(e.rejected, e.settled_at, e.withheld_at) for e in disk.entries.values()] == [
        (True, at(1), None),
        (False, None, at(2)),
    ]


def test_what_was_told_after_the_last_save_is_told_again() -> None:
    """By its steps, in their order, the last one counts."""
    box = outbox()
    box.restore([], [fired("1"), fired("2"), resolved(at(5), "1")])
    assert [(letter.notice.labels["terminal_id"], letter.notice.resolved) for letter in send(box, at(9))] == [
        ("1", True),
        ("2", False),
    ]


def test_an_alert_that_may_have_been_heard_before_a_crash_is_told_as_over() -> None:
    """Even if it is suppressed when it resolves: its firing may have arrived, unnoted."""
    box = outbox()
    box.restore([Entry(labels=fired().labels, annotations={}, since=T0)], [fired("2")])
    box.refresh({}, at(10))
    for name in ("1", "2"):
        box.enqueue(resolved(at(20), name))
    assert [letter.notice.resolved for letter in send(box, at(21))] == [True, True]


def test_a_life_is_known_again_though_its_clock_is_another() -> None:
    """The digits of the new monotonic clock may differ between an alert and its entry."""
    box = outbox()
    box.restore([Entry(labels=fired().labels, annotations={}, since=T0, settled_at=at(1))])
    restored = fired(since=Instant(T0.monotonic + 1e-9, T0.wall))
    box.refresh(snapshot(restored), at(2))
    assert box.waiting == 0
    box.enqueue(resolved(at(3), since=restored.since))
    assert box.waiting == 1


@pytest.mark.parametrize(
    ("failures", "longest_s"), [(1, 2.0), (2, 4.0), (5, 32.0), (6, 60.0), (10_000, 60.0)]
)
def test_retries_back_off_with_full_jitter(failures: int, longest_s: float) -> None:
    """The wait is anywhere between nothing and a limit that doubles up to a minute."""
    assert retry_delay_s(failures, 0.0) == 0.0
    assert retry_delay_s(failures, 0.5) == longest_s / 2
    assert retry_delay_s(failures, 0.999) < longest_s


def held(*steps: Step, words: str = "silenced by ann: works") -> dict[Identity, str]:
    """Return what is held back, as the outbox is shown it."""
    return {identity_of(each): words for each in steps}


def test_a_held_alert_that_the_receiver_does_not_know_is_not_sent() -> None:
    """It is sent at the end of the hold, with its true beginning; one that ended before is not."""
    box, one, other = outbox(), fired("1"), fired("2")
    box.refresh(snapshot(one, other), at(10), held(one, other))
    assert send(box, at(10)) == []
    box.enqueue(resolved(at(20), "2"))
    box.refresh(snapshot(one), at(30), held(one))
    assert send(box, at(30)) == []
    box.refresh(snapshot(one), at(40))
    (letter,) = send(box, at(40))
    assert (letter.notice.starts_at, letter.notice.held) == (T0.wall, "")


def test_a_queued_alert_that_is_held_before_it_is_sent_waits_for_the_end_of_the_hold() -> None:
    """The receiver was away when it fired."""
    box, one = outbox(), fired("1")
    box.enqueue(one)
    box.refresh(snapshot(one), at(10), held(one))
    assert send(box, at(10)) == []
    box.refresh(snapshot(one), at(20))
    assert subjects(send(box, at(20))) == ["1"]


def test_a_receiver_that_knows_a_held_alert_keeps_it_open() -> None:
    """It learns at once what holds it, is sent it again as ever, and learns at once of the end."""
    box, one = outbox(), fired("1")
    box.enqueue(one)
    assert [letter.notice.held for letter in send(box, at(1))] == [""]
    box.refresh(snapshot(one), at(10), held(one))
    assert [letter.notice.held for letter in send(box, at(10))] == ["silenced by ann: works"]
    box.refresh(snapshot(one), at(20), held(one))
    assert send(box, at(20)) == []
    box.refresh(snapshot(one), at(70), held(one))
    assert [letter.notice.held for letter in send(box, at(70))] == ["silenced by ann: works"]
    box.refresh(snapshot(one), at(80), held(one, words="acknowledged by bob"))
    assert [letter.notice.held for letter in send(box, at(80))] == ["acknowledged by bob"]
    box.refresh(snapshot(one), at(90))
    assert [letter.notice.held for letter in send(box, at(90))] == [""]


def test_a_held_alert_that_the_receiver_knows_resolves_at_once() -> None:
    """Who was told of a fault is told of its end."""
    box, one = outbox(), fired("1")
    box.enqueue(one)
    send(box, at(1))
    box.refresh(snapshot(one), at(10), held(one))
    send(box, at(10))
    box.enqueue(resolved(at(20)))
    (letter,) = send(box, at(20))
    assert (letter.notice.resolved, letter.notice.held) == (True, "")


def test_another_life_of_a_known_alert_is_held_back_like_a_new_one() -> None:
    """The receiver has heard that the first was over."""
    box, one = outbox(), fired("1")
    box.enqueue(one)
    send(box, at(1))
    box.enqueue(resolved(at(10)))
    send(box, at(10))
    again = fired("1", at(20))
    box.refresh(snapshot(again), at(30), held(again))
    assert send(box, at(30)) == []
    box.refresh(snapshot(again), at(40))
    assert [letter.notice.starts_at for letter in send(box, at(40))] == [at(20).wall]


@dataclass
class Life:
    """One life of one alert, as the world knows it."""

    since: Instant
    resolved_at: Instant | None = None
    was_told: bool = False


@dataclass
class Receiver:
    """What a receiver has been told, by subject: since when, and whether it is over."""

    told: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def take(self, letters: list[OutboxItem]) -> None:
        """Remember the last word about each alert."""
        for letter in letters:
            subject = letter.notice.labels["terminal_id"]
            self.told[subject] = (letter.notice.starts_at, letter.notice.resolved)


class OutboxMachine(RuleBasedStateMachine):
    """Alerts come, go and are suppressed while the receiver is there or away."""

    names = st.sampled_from(["a", "b", "c"])

    def __init__(self) -> None:
        super().__init__()
        self.now = T0
        self.box = outbox(capacity=2)
        self.receiver = Receiver()
        self.lives: dict[str, Life] = {}
        self.suppressed: set[str] = set()
        self.under_way: list[OutboxItem] = []
        self.disk = Disk()
        self.untold: list[Step] = []

    def is_firing(self, name: str) -> bool:
        """Tell whether the world's alert fires."""
        return name in self.lives and self.lives[name].resolved_at is None

    @rule(seconds=st.sampled_from([0.5, 7.0, 61.0, 700.0]))
    def time_passes(self, seconds: float) -> None:
        """Let the clock go on."""
        self.now = self.now.ago(-seconds)

    @rule(name=names)
    def fire_or_resolve(self, name: str) -> None:
        """Flip one alert; each life begins at its own moment."""
        self.now = self.now.ago(-0.001)
        if self.is_firing(name):
            life = self.lives[name]
            life.resolved_at = self.now
            self.enqueue(resolved(self.now, name, life.since))
            return
        self.lives[name] = Life(self.now)
        if name not in self.suppressed:
            self.lives[name].was_told = True
            self.enqueue(fired(name, self.now))

    def enqueue(self, step: Step) -> None:
        """Tell a step, which was committed before."""
        self.untold.append(step)
        self.box.enqueue(step)

    @rule()
    def save(self) -> None:
        """Save what changed; the steps told so far are in it."""
        self.disk.save(self.box)
        self.untold = []

    @rule()
    def crash(self) -> None:
        """Begin anew with what was saved, and the steps that were told since."""
        self.box = outbox(capacity=2, entries=self.disk.entries.values())
        self.box.restore([], self.untold)
        self.under_way = []

    @rule(name=names)
    def suppress_or_release(self, name: str) -> None:
        """Flip the suppression of one alert."""
        self.suppressed ^= {name}

    @rule()
    def refresh(self) -> None:
        """Show the outbox what fires."""
        firing = [n for n in self.lives if self.is_firing(n) and n not in self.suppressed]
        for name in firing:
            self.lives[name].was_told = True
        self.box.refresh(snapshot(*(fired(n, self.lives[n].since) for n in firing)), self.now)
        self.save()  # what a refresh finds out is no step

    @rule(limit=st.integers(1, 3))
    def send(self, limit: int) -> None:
        """Put letters under way; they arrive, whether their arrival is heard of or not."""
        self.under_way = self.box.batch(limit, self.now)
        self.receiver.take(self.under_way)

    @precondition(lambda self: self.under_way)
    @rule(rejected=st.booleans())
    def hear_of_the_arrival(self, *, rejected: bool) -> None:
        """Settle what is under way; else the answer was lost."""
        self.box.settle(self.under_way, self.now, rejected=rejected)
        self.under_way = []

    @invariant()
    def nothing_waits_twice_or_is_lost(self) -> None:
        """Keep the queues to entries that are due, and every unsettled one in them."""
        unsettled = [e for e in self.box.entries if e.settled_at is None and e.withheld_at is None]
        assert len(unsettled) <= self.box.waiting <= len(self.box.entries)

    def teardown(self) -> None:
        """Once the receiver answers again, its last word about every alert is the truth."""
        self.refresh()
        letters = send(self.box, self.now)
        self.receiver.take(letters)
        for name, life in self.lives.items():
            told = self.receiver.told.get(name)
            if self.is_firing(name) and name not in self.suppressed:
                assert told == (life.since.wall, False)
            elif not self.is_firing(name) and life.was_told and told and told[0] == life.since.wall:
                assert told[1], "an alert that is over stayed firing"
            if told and told[1] and told[0] == life.since.wall:
                assert life.was_told, "told the end of what nobody was to hear of"


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def test_entries_hold_plain_values() -> None:
    """An entry is fit to be written down: labels, words, times and flags."""
    box = outbox()
    box.enqueue(fired())
    assert box.entries == (Entry(labels=fired().labels, annotations=fired().annotations, since=T0),)
