from collections import Counter
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from monitor.domain.alerts.alert import Alert, AlertState, Severity, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.lifecycle import AlertOverError, Verdict
from monitor.domain.alerts.rules import Rule
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.instant import Instant
from tests.scenes import START

DEFAULTS = RuleBook()
PATIENT = DEFAULTS["PaperOut"].changed({"for_s": 60.0, "keep_firing_s": 120.0})
PROMPT = DEFAULTS["TerminalTampered"]


class Desk:
    """A book, a clock turned by hand and fixed words."""

    def __init__(self) -> None:
        self.book = AlertBook()
        self.now = START

    def see(
        self,
        what: str,
        *,
        at: float,
        kind: Rule = PATIENT,
        subject: str = "1",
        asked: float | None = None,
        began: float | None = None,
    ) -> Transition | None:
        """Tell the book of a verdict at so many seconds since the start."""
        self.now = START.ago(-at)
        return self.book.observe(
            kind,
            subject,
            Verdict(what),
            self.now,
            labels=lambda: {"alertname": kind.alertname, "terminal_id": subject},
            annotations=lambda: {"summary": f"at {at:g}"},
            asked_at=None if asked is None else START.ago(-asked),
            began=None if began is None else START.ago(-began),
        )

    def alert(self) -> Alert:
        """Return the only open alert."""
        (alert,) = self.book
        return alert


def test_a_condition_fires_when_it_has_held_and_not_before() -> None:
    """Present from 0 on with `for` 60 s: pending, still pending at 59.9, firing at 60."""
    desk = Desk()
    opened = desk.see("present", at=0)
    assert opened is not None
    assert (opened.previous, opened.state) == (AlertState.INACTIVE, AlertState.PENDING)
    assert desk.see("present", at=59.9) is None
    fired = desk.see("present", at=60)
    assert fired is not None
    assert (fired.previous, fired.state, fired.since) == (AlertState.PENDING, AlertState.FIRING, START)
    assert desk.alert().fired_at == fired.at


def test_a_silence_known_to_be_long_fires_when_it_is_seen() -> None:
    """A terminal is offline since its last good poll, and 90 s of that are 90 s."""
    fired = Desk().see("present", at=90, began=0, kind=DEFAULTS["TerminalOffline"])
    assert fired is not None
    assert (fired.previous, fired.state, fired.since) == (AlertState.INACTIVE, AlertState.FIRING, START)


def test_a_suspicion_is_held_from_its_first_sight() -> None:
    """A site is dated back to when it was lost, yet stays a suspicion for its whole minute."""
    desk, kind = Desk(), DEFAULTS["SiteOffline"]
    opened = desk.see("present", at=90, began=0, kind=kind)
    assert opened is not None
    assert (opened.state, opened.since) == (AlertState.PENDING, START)
    assert desk.see("present", at=149, kind=kind) is None
    fired = desk.see("present", at=150, kind=kind)
    assert fired is not None
    assert (fired.state, fired.since) == (AlertState.FIRING, START)


def test_a_condition_that_goes_before_its_time_leaves_nothing() -> None:
    """A pending alert vanishes, and the next one begins anew."""
    desk = Desk()
    desk.see("present", at=0)
    gone = desk.see("absent", at=30)
    assert gone is not None
    assert gone.state is AlertState.INACTIVE
    assert not len(desk.book)
    desk.see("present", at=40)
    assert desk.see("present", at=99) is None
    assert desk.see("present", at=100) is not None


def test_an_alert_keeps_firing_until_its_condition_stayed_away() -> None:
    """Seen gone from 100 on with `keep_firing_for` 120 s: it resolves at 220, not at 219."""
    desk = Desk()
    desk.see("present", at=0)
    desk.see("present", at=60)
    assert desk.see("absent", at=100) is None
    assert desk.see("absent", at=219) is None
    resolved = desk.see("absent", at=220)
    assert resolved is not None
    assert resolved.state is AlertState.RESOLVED
    assert not len(desk.book)


def test_a_condition_that_returns_begins_its_absence_anew() -> None:
    """Gone at 100, back at 150, gone at 200: it resolves 120 s after that."""
    desk = Desk()
    desk.see("present", at=0)
    desk.see("present", at=60)
    desk.see("absent", at=100)
    desk.see("present", at=150)
    assert desk.see("absent", at=200) is None
    assert desk.see("absent", at=319) is None
    assert desk.see("absent", at=320) is not None


def test_a_long_silence_is_no_absence() -> None:
    """Seen at 60, unknown for ten minutes, gone at 700: it has been away for no time yet."""
    desk = Desk()
    desk.see("present", at=0)
    desk.see("present", at=60)
    desk.see("unknown", at=600)
    assert desk.see("absent", at=700) is None
    assert desk.see("absent", at=819) is None
    assert desk.see("absent", at=820) is not None


@pytest.mark.parametrize("seen", ["", "present", "present present"])
def test_no_data_changes_nothing(seen: str) -> None:
    """Unknown moves neither what is closed nor what is pending or firing."""
    desk = Desk()
    for number, what in enumerate(seen.split()):
        desk.see(what, at=60 * number)
    before = [alert.state for alert in desk.book]
    assert desk.see("unknown", at=10_000) is None
    assert [alert.state for alert in desk.book] == before


def test_what_shows_a_condition_is_as_old_as_the_question() -> None:
    """A poll that took 5 s shows how things were when it began, at the first sight and later."""
    desk = Desk()
    for at, asked, shown in ((10.0, 5.0, 5.0), (40.0, 35.0, 35.0), (42.0, 34.0, 35.0)):
        desk.see("present", at=at, asked=asked)
        assert desk.alert().last_present == START.ago(-shown)


def test_words_are_only_asked_for_when_something_happens() -> None:
    """Labels and annotations cost nothing while nothing moves."""
    desk = Desk()
    asked = []

    def words() -> dict[str, str]:
        asked.append(1)
        return {}

    for _ in range(3):
        desk.book.observe(PATIENT, "1", Verdict.ABSENT, START, labels=words, annotations=words)
    assert not asked
    desk.book.observe(PATIENT, "1", Verdict.PRESENT, START, labels=words, annotations=words)
    desk.book.observe(PATIENT, "1", Verdict.PRESENT, START, labels=words, annotations=words)
    assert len(asked) == 2


def test_annotations_are_those_of_the_latest_step() -> None:
    """What people read is what was true when the alert last moved."""
    desk = Desk()
    desk.see("present", at=0)
    desk.see("present", at=30)
    assert desk.alert().annotations == {"summary": "at 0"}
    desk.see("present", at=60)
    assert desk.alert().annotations == {"summary": "at 60"}


def test_a_resolved_alert_keeps_the_words_it_fired_with() -> None:
    """A resolved page says what is over, not what is there instead."""
    desk = Desk()
    desk.see("present", at=0)
    desk.see("present", at=60)
    desk.see("absent", at=70)
    resolved = desk.see("absent", at=190)
    assert resolved is not None
    assert resolved.state is AlertState.RESOLVED
    assert resolved.annotations == {"summary": "at 60"}


def test_time_in_which_nobody_watched_counts_towards_no_hold() -> None:
    """A stall of 50 s puts a pending alert off by 50 s, also the one that is first seen after it."""
    desk = Desk()
    desk.see("present", at=0)
    desk.book.stalled(50, START.ago(-70))
    assert not desk.book.due(START.ago(-109.9))
    assert desk.see("present", at=109.9) is None
    assert [alert.subject for alert in desk.book.due(START.ago(-110))] == ["1"]
    assert desk.see("present", at=110) is not None
    offline = DEFAULTS["TerminalOffline"].changed({"for_s": 60.0})
    late = desk.see("present", at=80, kind=offline, subject="2", began=5)
    assert late is not None
    assert late.state is AlertState.PENDING
    assert desk.see("present", at=114.9, kind=offline, subject="2") is None
    assert desk.see("present", at=115, kind=offline, subject="2") is not None


def test_a_stall_is_nothing_to_what_begins_after_it() -> None:
    """A condition that begins later is held for its own time alone."""
    desk = Desk()
    desk.book.stalled(50, START)
    desk.see("present", at=1)
    assert desk.see("present", at=61) is not None


def test_a_hold_is_due_once() -> None:
    """A pending alert comes out when its time has come, and not again."""
    desk = Desk()
    desk.see("present", at=0)
    assert not desk.book.due(START.ago(-59.9))
    assert [alert.subject for alert in desk.book.due(START.ago(-60))] == ["1"]
    assert not desk.book.due(START.ago(-61))


def test_a_hold_that_is_due_has_been_held() -> None:
    """Whatever rounding does, an alert that comes out of `due` fires when seen at that moment."""
    for third in range(1, 400):
        desk = Desk()
        began, held = third / 3, third / 7
        desk.see("present", at=began, kind=PATIENT.changed({"for_s": held}))
        (until,) = (until for until, _ in desk.book._holds)
        assert desk.book.due(Instant(until, 0.0))
        desk.now = Instant(until, 0.0)
        assert desk.see("present", at=until - START.monotonic, kind=PATIENT.changed({"for_s": held}))


def test_an_alert_that_comes_and_goes_waits_once() -> None:
    """A hostile terminal that toggles for a day does not fill the memory with holds."""
    desk = Desk()
    for second in range(1000):
        desk.see("present" if second % 2 else "absent", at=second, kind=PATIENT.changed({"for_s": 86_400.0}))
    assert len(desk.book._holds) == 1
    assert not desk.book.due(START.ago(-86_401))
    assert [alert.subject for alert in desk.book.due(START.ago(-86_400 - 999))] == ["1"]


def test_closing_ends_what_is_open() -> None:
    """A firing alert whose subject is gone resolves, a pending one vanishes."""
    desk = Desk()
    desk.see("present", at=0)
    assert desk.book.close(desk.alert(), desk.now).state is AlertState.INACTIVE
    desk.see("present", at=0, kind=PROMPT)
    alert = desk.alert()
    assert desk.book.close(alert, desk.now).state is AlertState.RESOLVED
    assert alert.resolved_at == desk.now
    with pytest.raises(AlertOverError):
        desk.book.close(alert, desk.now)
    assert not len(desk.book)


def test_another_identity_goes_on_where_the_old_one_was() -> None:
    """Relabelled, a firing alert resolves under its old labels and fires under the new, as old as before."""
    desk = Desk()
    desk.see("present", at=0)
    desk.see("present", at=60)
    desk.now = START.ago(-100)
    old = desk.alert()
    labels = {"alertname": "PaperOut", "terminal_id": "1", "site": "new"}
    steps = desk.book.reopen(old, PATIENT, labels, desk.now)
    assert [(step.previous, step.state, step.labels.get("site")) for step in steps] == [
        (AlertState.FIRING, AlertState.RESOLVED, None),
        (AlertState.INACTIVE, AlertState.FIRING, "new"),
    ]
    assert desk.alert().since == START
    assert old.labels == {"alertname": "PaperOut", "terminal_id": "1"}


def test_another_identity_waits_as_long_as_the_old_one_would_have() -> None:
    """A relabelled pending alert comes due when the old one would have."""
    desk = Desk()
    desk.see("present", at=0)
    desk.book.reopen(desk.alert(), PATIENT, {"site": "new"}, START.ago(-50))
    assert not desk.book.due(START.ago(-59))
    assert desk.book.due(START.ago(-60))


def test_another_identity_has_been_quiet_as_long_as_the_old_one() -> None:
    """Relabelled in its tail, a firing alert resolves when the old one would have."""
    desk = Desk()
    desk.see("present", at=0)
    desk.see("present", at=60)
    desk.see("absent", at=100)
    desk.book.reopen(desk.alert(), PATIENT, {"site": "new"}, START.ago(-150))
    assert desk.see("absent", at=219) is None
    assert desk.see("absent", at=220) is not None


def test_another_identity_has_the_severity_of_the_rule() -> None:
    """After a reload that made a rule milder, the counts follow."""
    desk = Desk()
    desk.see("present", at=0, kind=PROMPT)
    milder = PROMPT.changed({"severity": Severity.INFO})
    desk.book.reopen(desk.alert(), milder, {"severity": "info"}, desk.now)
    assert +desk.book.counts == {("TerminalTampered", Severity.INFO, AlertState.FIRING): 1}


KINDS = [
    DEFAULTS["PaperOut"].changed({"for_s": 0.0, "keep_firing_s": 0.0}),
    DEFAULTS["PaperLow"].changed({"for_s": 60.0, "keep_firing_s": 0.0}),
    DEFAULTS["PrinterFault"].changed({"for_s": 0.0, "keep_firing_s": 120.0}),
    DEFAULTS["TerminalOffline"].changed({"for_s": 300.0, "keep_firing_s": 60.0}),
]


class AlertLives(RuleBasedStateMachine):
    """A book told of anything in any order, against what was told."""

    def __init__(self) -> None:
        super().__init__()
        self.book = AlertBook()
        self.now = START
        self.known: dict[int, tuple[Alert, dict[str, str], Instant]] = {}
        self.state: dict[tuple[str, str], AlertState] = {}
        self.held_from: dict[tuple[str, str], float] = {}
        self.absent_since: dict[tuple[str, str], float | None] = {}
        self.came_due: set[int] = set()

    @rule(
        kind=st.sampled_from(KINDS),
        subject=st.sampled_from("12"),
        verdict=st.sampled_from(Verdict),
        age=st.sampled_from([None, 0.0, 45.0, 400.0]),
    )
    def observe(self, kind: Rule, subject: str, verdict: Verdict, age: float | None) -> None:
        """See, or do not see, a condition."""
        key, now_s = (kind.alertname, subject), self.now.monotonic
        was = self.state.get(key, AlertState.INACTIVE)
        if was is AlertState.INACTIVE:
            self.held_from[key] = now_s - (age or 0.0) * kind.detector.holds_from_beginning
            self.absent_since[key] = None
        if verdict is Verdict.PRESENT:
            self.absent_since[key] = None
        elif verdict is Verdict.ABSENT and self.absent_since.get(key) is None:
            self.absent_since[key] = now_s
        step = self.book.observe(
            kind,
            subject,
            verdict,
            self.now,
            labels=lambda: {"alertname": kind.alertname, "opened": str(now_s)},
            annotations=dict,
            began=None if age is None else self.now.ago(age),
        )
        if step is None:
            return
        self.note(step)
        assert verdict is not Verdict.UNKNOWN
        if step.state is AlertState.FIRING:
            assert verdict is Verdict.PRESENT
            assert now_s >= self.held_from[key] + kind.for_s
        if step.state is AlertState.RESOLVED:
            absent_since = self.absent_since[key]
            assert verdict is Verdict.ABSENT
            assert absent_since is not None
            assert now_s - absent_since >= kind.keep_firing_s
        if step.state in (AlertState.RESOLVED, AlertState.INACTIVE):
            self.state[key] = AlertState.INACTIVE

    @rule(seconds=st.sampled_from([1.0, 30.0, 60.0, 250.0]))
    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.now = self.now.ago(-seconds)

    @rule()
    def ask_who_is_due(self) -> None:
        """Every pending alert whose hold elapsed comes out, once, and no other."""
        holds = {kind.alertname: kind.for_s for kind in KINDS}
        held = {
            id(alert)
            for alert in self.book
            if alert.state is AlertState.PENDING
            and self.now.monotonic >= self.held_from[alert.key] + holds[alert.alertname]
        }
        due = [id(alert) for alert in self.book.due(self.now)]
        assert len(due) == len(set(due))
        assert set(due) == held - self.came_due
        self.came_due |= set(due)

    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        """End some alert."""
        if alerts := list(self.book):
            alert = data.draw(st.sampled_from(alerts), "close")
            self.note(self.book.close(alert, self.now))
            self.state[alert.key] = AlertState.INACTIVE

    @rule(data=st.data())
    def relabel(self, data: st.DataObject) -> None:
        """Give some alert another identity."""
        if alerts := list(self.book):
            alert = data.draw(st.sampled_from(alerts), "relabel")
            kind = next(kind for kind in KINDS if kind.alertname == alert.alertname)
            old, new = self.book.reopen(alert, kind, alert.labels | {"again": "yes"}, self.now)
            self.note(old)
            self.state[alert.key] = AlertState.INACTIVE
            self.note(new)
            assert new.since == old.since

    def note(self, step: Transition) -> None:
        """Check that steps follow one on another."""
        key = (step.alertname, step.subject)
        assert step.previous is self.state.get(key, AlertState.INACTIVE)
        assert step.state is not step.previous
        assert step.at == self.now
        self.state[key] = step.state

    @invariant()
    def identity_is_frozen(self) -> None:
        """Labels and beginning stay, and nothing fires before it began."""
        for alert in self.book:
            _, labels, since = self.known.setdefault(id(alert), (alert, dict(alert.labels), alert.since))
            assert alert.labels == labels
            assert alert.since == since
            assert alert.since.monotonic <= alert.last_present.monotonic
        for alert, _, _ in self.known.values():
            is_fired = alert.state in (AlertState.FIRING, AlertState.RESOLVED)
            assert (alert.fired_at is not None) is is_fired
            assert alert.fired_at is None or alert.fired_at.monotonic >= alert.since.monotonic

    @invariant()
    def ways_in_agree(self) -> None:
        """However one looks at it, the same alerts are open, one per name and subject."""
        alerts = {alert.key: alert for alert in self.book}
        assert len(alerts) == len(self.book)
        assert all(alert.state in (AlertState.PENDING, AlertState.FIRING) for alert in alerts.values())
        assert alerts == {key: self.book.find(*key) for key in alerts}
        for kind in KINDS:
            assert self.book.named(kind.alertname) == {
                subject: alert for (name, subject), alert in alerts.items() if name == kind.alertname
            }
        for one in "12":
            assert self.book.about(one) == {
                name: alert for (name, subject), alert in alerts.items() if subject == one
            }

    @invariant()
    def counts_agree(self) -> None:
        """Find in the gauges what is held."""
        held: Counter[Any] = Counter((alert.alertname, alert.severity, alert.state) for alert in self.book)
        assert +self.book.counts == held
        assert len(self.book._holds) <= len(KINDS) * 2


AlertLives.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAlertLives = AlertLives.TestCase
