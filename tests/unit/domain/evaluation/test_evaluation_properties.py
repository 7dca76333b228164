"""Anything may happen to a fleet, in any order: what must hold all the same."""

from collections import Counter
from collections.abc import Mapping
from copy import copy
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from monitor.domain.alerts.alert import Alert, AlertState, Severity, Transition
from monitor.domain.alerts.detector import Basis
from monitor.domain.alerts.lifecycle import PRESENT
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.fleet.outage import Outage
from monitor.domain.inventory.terminal import InventoryStatus, Terminal
from tests.scenes import Scene, reading, terminal

IDS = [f"{10_000_001 + number}" for number in range(9)]
BY_NAME = {detector.alertname: detector for detector in DETECTORS}
ON_READING = {name for name, detector in BY_NAME.items() if detector.basis is Basis.READING}

STATUSES = st.sampled_from([InventoryStatus.IN_SERVICE] * 4 + [InventoryStatus.MAINTENANCE])
ROWS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    site=st.sampled_from(["a", "a", "b", ""]),
    region=st.sampled_from(["", "north"]),
    model=st.sampled_from(["", "N910"]),
    serial_number=st.sampled_from(["", "S1"]),
    status=STATUSES,
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "battery": st.builds(dict, percent=st.sampled_from([5, 12, 18, 22, 90]), charging=st.booleans()),
        "printer": st.builds(dict, status=st.sampled_from(["ok", "paper_low", "paper_out", "paper_jam"])),
        "registration": st.builds(dict, status=st.sampled_from(["registered", "pending", "suspended"])),
        "pin_pad": st.builds(dict, status=st.sampled_from(["ok", "fault", "tampered"])),
        "network": st.builds(
            dict,
            type=st.sampled_from(["cellular", "wifi", "ethernet"]),
            signal_dbm=st.sampled_from([-115, -107, -60]),
            host_reachable=st.booleans(),
        ),
        "unsent_transactions": st.sampled_from([0, 10, 30]),
        "firmware_version": st.sampled_from(["1.0", "1.1", "2.0"]),
        "model": st.sampled_from(["N910", "N920"]),
        "serial_number": st.sampled_from(["S1", "S2"]),
        "uptime_seconds": st.sampled_from([10, 5000]),
    },
)
HEALTHY: dict[str, Any] = {
    "battery": {"percent": 90},
    "printer": {"status": "ok"},
    "registration": {"status": "registered"},
    "pin_pad": {"status": "ok"},
    "card_reader": {"status": "ok"},
    "display": {"status": "ok"},
    "network": {"type": "ethernet", "host_reachable": True},
    "unsent_transactions": 0,
    "firmware_version": "2.0",
    "serial_number": "S1",
}
CHANGES: dict[str, dict[str, Any]] = {
    "SiteOffline": {"enabled": False},
    "FleetUnreachable": {"enabled": False},
    "TerminalOffline": {"for_s": 30.0},
    "PaperOut": {"enabled": False},
    "BatteryCritical": {"severity": Severity.WARNING, "keep_firing_s": 120.0},
}


class FleetLife(RuleBasedStateMachine):
    """A small fleet of two sites and some loners."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene()
        self.state: dict[tuple[str, str], AlertState] = {}
        self.known: dict[int, tuple[Alert, dict[str, str], Any]] = {}
        self.changes: Mapping[str, Mapping[str, Any]] = {}

    @initialize(rows=st.lists(ROWS, min_size=5, max_size=7))
    def furnish(self, rows: list[dict[str, Any]]) -> None:
        """Begin with some terminals that have answered once."""
        for number, row in enumerate(rows, 1):
            self.scene.add(terminal(number, **row))
            self.scene.poll(f"{10_000_000 + number}")

    def some_id(self, data: st.DataObject) -> str:
        """Pick a watched terminal."""
        return data.draw(st.sampled_from([member.terminal.terminal_id for member in self.scene.fleet]))

    @rule(data=st.data(), document=DOCUMENTS)
    def answer(self, data: st.DataObject, document: dict[str, Any]) -> None:
        """Let a terminal answer anything."""
        if len(self.scene.fleet):
            terminal_id = self.some_id(data)
            self.note(self.scene.poll(terminal_id, reading(terminal_id, **document)))
            self.nothing_was_passed_over(terminal_id)

    @rule(data=st.data(), times=st.integers(1, 3))
    def repeat(self, data: st.DataObject, times: int) -> None:
        """Let a terminal say again what it said, but for the time."""
        member = self.scene.fleet[self.some_id(data)] if len(self.scene.fleet) else None
        if member is not None and member.reading is not None:
            for _ in range(times):
                self.note(self.scene.poll(member.terminal.terminal_id, copy(member.reading)))
                self.nothing_was_passed_over(member.terminal.terminal_id)

    def nothing_was_passed_over(self, terminal_id: str) -> None:
        """Find open whatever its rules find in what a terminal has just said, all of them asked."""
        member, about = self.scene.fleet[terminal_id], self.scene.book.about(terminal_id)
        for asked in member.rules.on_reading:
            if asked.detector.judge(member, asked.limits, asked.alertname in about) is PRESENT:
                assert asked.alertname in about or asked.detector.replaced_by in about

    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        """Let a poll fail: what terminals say of themselves stays as it was."""
        if len(self.scene.fleet):
            steps = self.note(self.scene.fail(self.some_id(data)))
            assert not {step.alertname for step in steps} & (ON_READING | {"TerminalIdMismatch"})

    @rule(data=st.data(), document=DOCUMENTS)
    def answer_as_another(self, data: st.DataObject, document: dict[str, Any]) -> None:
        """Let a stranger answer: what terminals say of themselves stays as it was."""
        if len(self.scene.fleet):
            steps = self.note(self.scene.poll(self.some_id(data), reading("66666666", **document)))
            assert not {step.alertname for step in steps} & ON_READING

    @rule()
    def fail_all(self) -> None:
        """Let every poll fail."""
        for member in list(self.scene.fleet):
            self.note(self.scene.fail(member.terminal.terminal_id))

    @rule(seconds=st.sampled_from([1.0, 10.0, 31.0, 61.0, 125.0, 700.0]))
    def pass_time(self, seconds: float) -> None:
        """Let time pass; it confirms nothing that a silent terminal or a stranger said."""
        self.scene.pass_(seconds)
        silent = {
            member.terminal.terminal_id for member in self.scene.fleet if member.is_down or member.claimed_id
        }
        steps = self.note(self.scene.tick())
        assert not any(step.subject in silent and step.alertname in ON_READING for step in steps)

    @rule(seconds=st.sampled_from([-3600.0, 3600.0]))
    def jump(self, seconds: float) -> None:
        """Set posmon's wall clock."""
        self.scene.jump(seconds)

    @rule(number=st.integers(1, len(IDS)), row=ROWS)
    def take_row(self, number: int, row: dict[str, Any]) -> None:
        """Add a terminal or change it."""
        new = terminal(number, **row)
        if self.scene.fleet.get(new.terminal_id):
            self.note(self.scene.change(new))
        else:
            self.scene.add(new)
        self.note(self.scene.tick())

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Take a terminal out."""
        if len(self.scene.fleet):
            terminal_id = self.some_id(data)
            self.note(self.scene.remove(terminal_id))
            assert not self.scene.book.about(terminal_id)
            self.note(self.scene.tick())

    @rule(names=st.sets(st.sampled_from(sorted(CHANGES))))
    def reload(self, names: set[str]) -> None:
        """Take other rules into force."""
        self.changes = {name: CHANGES[name] for name in names}
        self.note(self.scene.reload(self.changes))
        self.note(self.scene.tick())

    @rule(answers=st.booleans())
    def probe(self, *, answers: bool) -> None:
        """Let the uplink probe answer or not."""
        self.note(self.scene.probe(gateway=answers))

    def note(self, steps: list[Transition]) -> list[Transition]:
        """Check that steps follow one on another, and none came too early."""
        for step in steps:
            key = (step.alertname, step.subject)
            was = self.state.get(key, AlertState.INACTIVE)
            assert step.previous is (AlertState.INACTIVE if was is AlertState.RESOLVED else was)
            assert step.state is not step.previous
            assert step.since.monotonic <= step.at.monotonic
            self.state[key] = step.state
            if step.state is AlertState.FIRING and step.previous is AlertState.PENDING:
                assert step.at.monotonic - step.since.monotonic >= self.rule_of(step).for_s
        return steps

    def rule_of(self, step: Transition) -> Any:
        """Return the rule in force."""
        return self.scene.evaluation.rules[step.alertname]

    @invariant()
    def identities_are_frozen(self) -> None:
        """Labels and beginning of an alert stay as they were when it opened."""
        for alert in self.scene.book:
            _, labels, since = self.known.setdefault(id(alert), (alert, dict(alert.labels), alert.since))
            assert (alert.labels, alert.since) == (labels, since)
            assert alert.fired_at is None or alert.fired_at.monotonic >= alert.since.monotonic

    @invariant()
    def alerts_belong_to_something(self) -> None:
        """Find for each open alert its subject, an enabled rule and the labels of the inventory."""
        for (name, subject), alert in self.scene.open().items():
            watched = self.scene.fleet.get(subject)
            if watched is not None:
                assert watched.rules.named(name) is not None
                assert _inventory_labels(alert) == _own_labels(watched.terminal)
            elif subject != "/fleet":
                group = self.scene.fleet.groups.find(subject)
                assert group is not None
                assert alert.labels.get("region", "") == group.region
            assert alert.labels["severity"] == alert.severity.value

    @invariant()
    def book_agrees_with_journal(self) -> None:
        """Find open what the transitions say is open, and counted so."""
        open_states = (AlertState.PENDING, AlertState.FIRING)
        said = {key for key, state in self.state.items() if state in open_states and key[1] != "/posmon"}
        assert said == self.scene.open().keys()
        counted: Counter[Any] = Counter((a.alertname, a.severity, a.state) for a in self.scene.book)
        assert +self.scene.book.counts == counted

    @invariant()
    def groups_agree_with_their_members(self) -> None:
        """Outages count who is down, of all terminals that are paged for, in fleet and sites."""
        paged = [member for member in self.scene.fleet if member.terminal.is_paged]
        _agrees(self.scene.fleet.whole, paged)
        sites = {member.terminal.site for member in paged} - {""}
        assert self.scene.fleet.sites.keys() == sites
        for name, group in self.scene.fleet.sites.items():
            _agrees(group, [member for member in paged if member.terminal.site == name])

    @invariant()
    def cohorts_agree_with_readings(self) -> None:
        """Each terminal of known model counts once, with the firmware it last reported."""
        counted: Counter[Any] = Counter()
        for member in self.scene.fleet:
            version = member.reading.firmware_version if member.reading else None
            if member.cohort is not None and version is not None:
                counted[id(member.cohort), version] += 1
        cohorts = {member.cohort for member in self.scene.fleet if member.cohort is not None}
        kept = {(id(cohort), version): n for cohort in cohorts for version, n in cohort.versions.items()}
        assert kept == counted

    def teardown(self) -> None:
        """Let all be well but for one dead terminal: in the end it is all that is told of."""
        rows = sorted((member.terminal for member in self.scene.fleet), key=lambda row: row.terminal_id)
        if not rows:
            return
        self.reload(set())
        self.probe(answers=True)
        dead = replace(rows[0], status=InventoryStatus.IN_SERVICE)
        self.take_row(int(dead.terminal_id) - 10_000_000, _as_fields(dead))
        for _ in range(150):
            self.scene.pass_(30)
            self.note(self.scene.fail(dead.terminal_id))
            for row in rows[1:]:
                self.note(self.scene.poll(row.terminal_id, reading(row.terminal_id, **HEALTHY)))
            self.note(self.scene.tick())
        lone = ("TerminalOffline", dead.terminal_id)
        assert self.scene.sendable() == {lone} | _about_itself(self.scene, dead.terminal_id)
        assert {subject for _, subject in self.scene.open()} <= {dead.terminal_id}, self.scene.open()
        self.note(self.scene.poll(dead.terminal_id, reading(dead.terminal_id, **HEALTHY)))
        for _ in range(25):
            self.scene.pass_(200)
            self.note(self.scene.poll(dead.terminal_id, reading(dead.terminal_id, **HEALTHY)))
            self.note(self.scene.tick())
        assert not self.scene.open()


def _about_itself(scene: Scene, terminal_id: str) -> set[tuple[str, str]]:
    """Name what a dead terminal last said of itself, and still says."""
    return {
        alert.key
        for alert in scene.book.about(terminal_id).values()
        if alert.alertname in ON_READING | {"TerminalIdMismatch", "TerminalIdConflict"}
        and alert.state is AlertState.FIRING
        and scene.suppressor(alert) is None
    }


def _as_fields(row: Terminal) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("site", "region", "model", "serial_number", "status")}


def _agrees(group: Outage, members: list[Any]) -> None:
    assert {id(member) for member in group.members.values()} == {id(member) for member in members}
    down = [member for member in members if member.is_down]
    assert group.down == len(down)
    assert group.places == len({member.terminal.site or member.terminal.terminal_id for member in down})


def _own_labels(row: Terminal) -> dict[str, str]:
    names = ("terminal_id", "merchant_id", "site", "region", "vendor", "model")
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def _inventory_labels(alert: Alert) -> dict[str, str]:
    ours = ("alertname", "severity", "category", "owner")
    return {name: value for name, value in alert.labels.items() if name not in ours}


FleetLife.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestFleetLife = FleetLife.TestCase
