"""A restart: nothing fires again, no hold begins anew, nobody was down for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.alerts.alert import Alert, AlertState, Severity
from monitor.domain.alerts.detector import Basis
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import InventoryStatus, Terminal
from monitor.domain.notification.outbox import Entry
from monitor.domain.persistence.record import Remembered
from monitor.domain.persistence.restoration import perhaps_heard, unheard
from monitor.domain.polling.poll_result import CertificatePeriod
from tests.lasting_store import moved_alert, moved_by, moved_memory
from tests.scenes import Scene, reading, result, site, terminal

ASLEEP_S = 8 * 3600.0
INTERVAL_S = 30.0
Act = Callable[[Scene], object]


def restarted(
    scene: Scene,
    rows: Iterable[Terminal] | None = None,
    *,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> Scene:
    """Return the scene after a restart eight hours later, on a machine whose monotonic clock began anew."""
    later = Scene(changes=changes)
    later.now = Instant(50.0, scene.now.wall + ASLEEP_S)
    move = moved_by(later.now.monotonic - scene.now.monotonic)
    later.evaluation.restore(
        Remembered(
            alerts=[moved_alert(alert, move) for alert in scene.book],
            terminals=[moved_memory(member.memory(scene.now), move) for member in scene.fleet],
        ),
        later.now,
    )
    for row in rows if rows is not None else [member.terminal for member in scene.fleet]:
        later.evaluation.membership.add(row, later.now)
    later.note(later.evaluation.membership.end_restoration(later.now))
    later.note(later.evaluation.membership.close_disabled(later.now))
    return later


def says(**document: Any) -> Act:
    """Return a poll in which terminal 10000001 says this."""
    return lambda scene: scene.say(**document)


def fails(scene: Scene) -> object:
    """Let everybody's poll fail."""
    return [scene.fail(member.terminal.terminal_id) for member in list(scene.fleet)]


def flaps(scene: Scene) -> object:
    """Answer one poll, fail the other."""
    return scene.fail() if scene.watched().history & 1 else scene.poll()


def restarts(scene: Scene) -> object:
    """Have started again since the poll before, three times all in all."""
    before = scene.watched()
    if before.reading is None or len(before.restarts) > 2:
        return scene.say(uptime_seconds=100_000 + int(scene.elapsed))
    return scene.say(uptime_seconds=20 - int(scene.elapsed / INTERVAL_S) % 15)


def was_reset(scene: Scene) -> object:
    """Have begun again after the first poll."""
    before = scene.watched().reading is None and not scene.watched().changes
    return scene.say(
        uptime_seconds=100_000 if before else 20,
        boot_count=60 if before else 1,
        configuration_version="7" if before else "1",
    )


def shows_an_old_certificate(scene: Scene) -> object:
    """Answer over a new TLS connection, with a certificate that ends in an hour."""
    ends = scene.now.wall + 3600 if scene.elapsed == 0 else None
    if ends is None:
        return scene.poll()
    scene.change(terminal(1, endpoint="https://192.0.2.1:8001/", model="N910", serial_number="N1"))
    certificate = CertificatePeriod(ends - 10 * 86400, ends)
    return scene.accept(result(reading())._replace(certificate=certificate))


def runs_old_firmware(scene: Scene) -> object:
    """Run 1.0 where the others run 2.0."""
    for number in (2, 3, 4):
        terminal_id = f"{10_000_000 + number}"
        scene.poll(terminal_id, reading(terminal_id, firmware_version="2.0"))
    return scene.say(firmware_version="1.0")


BAD: dict[str, Act] = {
    "TerminalOffline": fails,
    "TerminalFlapping": flaps,
    "WeakSignal": says(network={"type": "cellular", "signal_dbm": -115}),
    "HostUnreachable": says(network={"host_reachable": False}),
    "BatteryLow": says(battery={"percent": 15, "charging": False}),
    "BatteryCritical": says(battery={"percent": 5, "charging": False}),
    "PaperLow": says(printer={"status": "paper_low"}),
    "PaperOut": says(printer={"status": "paper_out"}),
    "PrinterFault": says(printer={"status": "fault"}),
    "RegistrationLost": says(registration={"status": "suspended"}),
    "RegistrationPending": says(registration={"status": "pending"}),
    "PinPadFault": says(pin_pad={"status": "fault"}),
    "CardReaderFault": says(card_reader={"status": "fault"}),
    "DisplayFault": says(display={"status": "fault"}),
    "TransactionBacklog": says(unsent_transactions=50),
    "FirmwareOutdated": runs_old_firmware,
    "ClockSkew": says(sent_at="2026-11-01T01:00:00Z"),
    "UnexpectedRestart": restarts,
    "FactoryReset": was_reset,
    "SelfTestFailed": says(self_test={"status": "failed", "failed": ["printer"]}),
    "TerminalOverheating": says(temperature_celsius=70),
    "SettlementOverdue": says(settled_at="2026-11-01T01:00:00Z"),
    "CredentialsOld": says(operator_password_changed_at="2020-11-01T01:00:00Z"),  # noqa: S106 - a date
    "CertificateExpiring": shows_an_old_certificate,
    "SerialNumberSpelling": says(serial_number="n1"),
    "HeartbeatUnreadable": lambda scene: scene.poll(unreadable=("activity: not a word",)),
    "TerminalTampered": says(pin_pad={"status": "tampered"}),
    "TerminalLocked": says(activity="locked"),
    "TerminalIdMismatch": lambda scene: scene.poll("10000001", reading("66666666")),
}
OF_READINGS = [
    detector.alertname
    for detector in DETECTORS
    if detector.enabled and detector.is_about(TERMINAL) and detector.basis is not Basis.EVENTS
]


def play(scene: Scene, act: Act, *, until: AlertState, alertname: str) -> Alert:
    """Poll until the alert is in a state, and return it."""
    for _ in range(4000):
        act(scene)
        scene.tick()
        alert = scene.book.find(alertname, "10000001")
        if alert is not None and alert.state is until:
            return alert
        scene.pass_(INTERVAL_S)
    pytest.fail(f"{alertname} is never {until}")


def fleet() -> Scene:
    """Return one terminal to look at, and three of its model in other places."""
    first = terminal(1, model="N910", serial_number="N1")
    return Scene([first, *(terminal(number, model="N910") for number in (2, 3, 4))])


def test_every_alert_about_terminals_is_tried() -> None:
    """A detector that is added gets a row here."""
    assert set(OF_READINGS) <= BAD.keys()


@pytest.mark.parametrize("alertname", BAD)
def test_what_fires_goes_on_firing(alertname: str) -> None:
    """Not a step is made: not by the restart, not by time, not by the next polls that say the same."""
    scene = fleet() if alertname != "TerminalOffline" else Scene([terminal(1)])
    before = play(scene, BAD[alertname], until=AlertState.FIRING, alertname=alertname)
    later = restarted(scene)
    later.wait(INTERVAL_S)
    for _ in range(3):
        BAD[alertname](later)
        later.wait(INTERVAL_S)
    assert later.states(alertname) == []
    after = later.book.find(alertname, "10000001")
    assert after is not None
    assert (after.state, after.since.wall) == (AlertState.FIRING, before.since.wall)
    assert later.book.counts[alertname, after.severity, AlertState.FIRING] == 1


HOLDS = ["TerminalOffline", "PaperLow", "WeakSignal", "RegistrationPending", "PinPadFault"]


@pytest.mark.parametrize("alertname", HOLDS)
def test_a_hold_goes_on_where_it_was(alertname: str) -> None:
    """What is left of `for` is waited for, no more and no less; `since` stays."""
    scene = fleet() if alertname != "TerminalOffline" else Scene([terminal(1)])
    before = play(scene, BAD[alertname], until=AlertState.PENDING, alertname=alertname)
    rule = scene.watched().rules.named(alertname)
    assert rule is not None
    start = before.since if alertname == "TerminalOffline" else before.seen_since or before.since
    left_s = start.monotonic + rule.for_s - scene.now.monotonic
    assert left_s > 0
    later = restarted(scene)
    began = later.now.monotonic
    BAD[alertname](later)
    while not later.states(alertname):
        later.pass_(1.0)
        later.tick()
    assert later.states(alertname) == [AlertState.FIRING]
    assert later.now.monotonic - began == pytest.approx(left_s, abs=1.0)
    assert later.firing() >= {(alertname, "10000001")}


def test_a_condition_that_went_while_posmon_was_away_resolves_by_its_poll() -> None:
    """Not before, and a pending one vanishes untold."""
    scene = fleet()
    play(scene, BAD["PaperOut"], until=AlertState.FIRING, alertname="PaperOut")
    scene.poll("10000002", reading("10000002", printer={"status": "paper_low"}))
    later = restarted(scene)
    later.wait(3600)
    assert later.firing() == {("PaperOut", "10000001")}
    later.poll("10000001", reading("10000001", printer={"status": "ok"}))
    later.poll("10000002", reading("10000002", printer={"status": "ok"}))
    assert later.states("PaperOut") == [AlertState.RESOLVED]
    assert later.states("PaperLow", "10000002") == [AlertState.INACTIVE]


def test_downtime_of_posmon_is_no_downtime_of_terminals() -> None:
    """Who was up and is now down has been down since the restart at the earliest."""
    scene = Scene([terminal(1), terminal(2)])
    scene.poll("10000001")
    scene.poll("10000002")
    scene.pass_(3600)  # nothing more was saved of them
    later = restarted(scene)
    began = later.now
    later.fail()
    later.pass_(1)
    later.fail()
    assert later.pending() == {("TerminalOffline", "10000001")}
    alert = later.open()["TerminalOffline", "10000001"]
    assert alert.since == began
    later.wait(85)
    later.fail()
    assert later.firing() == set()
    later.wait(5)
    assert later.firing() == {("TerminalOffline", "10000001")}


def test_who_was_down_is_down_since_it_was_last_heard() -> None:
    """A restart between its first failed poll and the second does not begin its outage anew."""
    scene = Scene([terminal(1), terminal(2), terminal(3)])
    scene.poll()
    heard = scene.now
    scene.pass_(INTERVAL_S)
    scene.fail()
    later = restarted(scene)
    later.fail()
    alert = later.open()["TerminalOffline", "10000001"]
    assert alert.since.wall == heard.wall
    assert later.watched().last_good == alert.since


def test_a_site_that_is_down_stays_one_alert() -> None:
    """It does not resolve because nobody has been asked yet, and goes on suppressing."""
    scene = Scene([*site("far", 5), *site("near", 5, first=6)])
    ids = [f"{number}" for number in range(10_000_001, 10_000_006)]
    for _ in range(4):
        for terminal_id in ids:
            scene.fail(terminal_id)
        scene.wait(INTERVAL_S)
    assert scene.sendable() == {("SiteOffline", "/site/far")}
    later = restarted(scene)
    assert later.sendable() == {("SiteOffline", "/site/far")}
    later.wait(600)
    for terminal_id in ids:
        later.fail(terminal_id)
    later.wait(60)
    assert later.journal_of_terminals() == []
    assert later.sendable() == {("SiteOffline", "/site/far")}
    assert len(later.firing()) == 6


def test_a_site_whose_members_are_not_yet_polled_is_judged_with_what_is_remembered() -> None:
    """One comes back, the others are still down: that is no recovery of the site."""
    scene = Scene([*site("far", 10), *site("near", 5, first=11)])
    ids = [f"{number}" for number in range(10_000_001, 10_000_011)]
    for _ in range(4):
        for terminal_id in ids:
            scene.fail(terminal_id)
        scene.wait(INTERVAL_S)
    later = restarted(scene)
    later.poll(ids[0])
    later.wait(300)
    assert later.states("SiteOffline", "/site/far") == []
    for terminal_id in ids[1:]:
        later.poll(terminal_id)
    later.wait(121)
    assert later.states("SiteOffline", "/site/far") == [AlertState.RESOLVED]


def test_a_suspected_outage_of_the_fleet_stays_suspected_until_the_uplinks_are_probed() -> None:
    """Sixty per cent down count only without an uplink: this is not called off for want of an answer."""
    scene = Scene([terminal(number, site=f"shop-{number}") for number in range(1, 11)])
    scene.probe(uplink=False)
    for number in range(1, 7):
        scene.fail(f"{10_000_000 + number}")
    assert scene.pending() == {("FleetUnreachable", "/fleet")}
    later = restarted(scene)
    later.tick()
    assert later.pending() == {("FleetUnreachable", "/fleet")}
    later.probe(uplink=False)
    later.wait(61)
    assert later.firing() == {("FleetUnreachable", "/fleet")}
    later.probe(uplink=True)
    later.wait(121)
    assert later.states("FleetUnreachable", "/fleet") == [AlertState.FIRING, AlertState.RESOLVED]


def test_an_outage_that_nobody_had_noted_before_the_end_is_noted() -> None:
    """Members were saved as down, the alert was not: the first tick opens it."""
    scene = Scene([*site("far", 5), *site("near", 9, first=6)])
    for number in range(1, 6):
        scene.fail(f"{10_000_000 + number}")
    for alert in list(scene.book):
        scene.book.close(alert, scene.now)
    later = restarted(scene)
    later.tick()
    assert later.pending() == {("SiteOffline", "/site/far")}


NEW_IDENTITY = [AlertState.RESOLVED, AlertState.FIRING]


@pytest.mark.parametrize(
    ("case", "rows", "changes", "states"),
    [
        ("the terminal is gone", [terminal(2)], {}, [AlertState.RESOLVED]),
        ("the rule is disabled", [terminal(1)], {"PaperOut": {"enabled": False}}, [AlertState.RESOLVED]),
        ("a label changed", [terminal(1, region="north")], {}, NEW_IDENTITY),
        ("the severity changed", [terminal(1)], {"PaperOut": {"severity": Severity.INFO}}, NEW_IDENTITY),
        ("nothing changed", [terminal(1)], {}, []),
    ],
)
def test_the_first_inventory_is_taken_like_a_reload(
    case: str, rows: list[Terminal], changes: dict[str, dict[str, Any]], states: list[AlertState]
) -> None:
    """Alerts that nobody asks for end, and those that have other labels get another identity."""
    scene = Scene([terminal(1)])
    alert = play(scene, BAD["PaperOut"], until=AlertState.FIRING, alertname="PaperOut")
    later = restarted(scene, rows, changes=changes)
    assert later.states("PaperOut") == states, case
    assert {step.since.wall for step in later.journal} <= {alert.since.wall}
    if states == NEW_IDENTITY:
        assert later.open()["PaperOut", "10000001"].labels == later.journal[-1].labels != alert.labels


def test_alerts_of_kinds_that_are_no_more_end() -> None:
    """As after an update that dropped a detector, about whatever they are."""
    scene = Scene([terminal(1)])
    alert = play(scene, BAD["PaperOut"], until=AlertState.FIRING, alertname="PaperOut")
    for subject in ("10000001", "/site/x"):
        labels = {"alertname": "Former"}
        scene.book.restore(replace(alert, alertname="Former", subject=subject, labels=labels))
    later = restarted(scene)
    assert [(step.alertname, step.state) for step in later.journal] == 2 * [("Former", AlertState.RESOLVED)]


def test_a_site_that_is_gone_ends_its_alert() -> None:
    """At the first tick, as after a reload."""
    scene = Scene(site("far", 5))
    for _ in range(4):
        fails(scene)
        scene.wait(INTERVAL_S)
    later = restarted(scene, [terminal(9, site="other")])
    later.tick()
    assert later.states("SiteOffline", "/site/far") == [AlertState.RESOLVED]
    assert later.open() == {}


def test_terminals_have_their_past_back() -> None:
    """What was seen of them, when, and what became another, by the inventory too."""
    scene = Scene([terminal(1, serial_number="S1")])
    first_seen = scene.now
    scene.say(serial_number="S1", firmware_version="1", uptime_seconds=500)
    scene.pass_(INTERVAL_S)
    scene.say(serial_number="S1", firmware_version="2", uptime_seconds=5)
    scene.pass_(INTERVAL_S)
    scene.say(serial_number="S1", firmware_version="2", uptime_seconds=35)
    scene.pass_(INTERVAL_S)
    before = scene.watched()
    after = restarted(scene, [terminal(1, serial_number="S2")]).watched()
    assert after.first_seen.wall == first_seen.wall
    assert (after.history, after.polls_seen) == (before.history, before.polls_seen)
    assert len(after.restarts) == 1
    assert (after.serial_number, after.firmware_version) == ("S1", "2")
    assert [(change.what, change.before, change.after) for change in after.changes] == [
        ("firmware_version", "1", "2"),
        ("inventory.serial_number", "S1", "S2"),
    ]
    assert after.is_unsaved, "what the inventory changed meanwhile is to be saved"


def test_whom_the_inventory_lost_is_forgotten() -> None:
    """And who is there as before need not be saved again."""
    scene = Scene([terminal(1), terminal(2)])
    fails(scene)
    later = restarted(scene, [terminal(1), terminal(3)])
    unsaved = later.evaluation.dirty
    memories, forgotten = unsaved.drain_unsaved(later.now)
    assert [memory.terminal_id for memory in memories] == ["10000003"]
    assert forgotten == ["10000002"]


def test_a_wall_clock_that_was_set_between_the_runs_does_no_harm() -> None:
    """Set back by a day: durations are told on the monotonic clock, what fires goes on."""
    scene = Scene([terminal(1)])
    play(scene, BAD["PaperOut"], until=AlertState.FIRING, alertname="PaperOut")
    scene.jump(-86400)
    later = restarted(scene)
    BAD["PaperOut"](later)
    later.wait(60)
    assert later.journal_of_terminals() == []


def test_time_in_which_posmon_stood_still_counts_towards_no_hold_after_a_restart_either() -> None:
    """A frozen machine, then a restart by its watchdog."""
    scene = Scene([terminal(1)])
    scene.say(printer={"status": "paper_out"})
    scene.pass_(3600)
    scene.evaluation.stalled(3600, scene.now)
    later = restarted(scene)
    later.say(printer={"status": "paper_out"})
    later.wait(59)
    assert later.firing() == set()
    later.wait(2)
    assert later.firing() == {("PaperOut", "10000001")}


def test_only_what_no_receiver_has_is_unheard() -> None:
    """A withheld entry is as good as none; what is still to be told counts as heard."""
    scene = Scene([terminal(1), terminal(2), terminal(3)])
    fails(scene)
    scene.pass_(INTERVAL_S)
    fails(scene)
    scene.wait(120)
    told, withheld, silent = sorted(
        (alert for alert in scene.book if alert.alertname == "TerminalOffline"), key=lambda each: each.subject
    )
    assert {told.state, withheld.state, silent.state} == {AlertState.FIRING}
    remembered = Remembered(
        alerts=[told, withheld, silent],
        outboxes={
            "a": [Entry(labels=told.labels, annotations={}, since=told.since)],
            "b": [Entry(labels=withheld.labels, annotations={}, since=told.since, withheld_at=scene.now)],
        },
    )
    assert unheard(remembered) == {withheld.key, silent.key}


def test_what_an_outage_explains_no_more_may_have_been_heard() -> None:
    """It was about to be told when posmon was killed; what an open outage explains was not."""
    scene = Scene([*site("shop", 3), terminal(9)])
    fails(scene)
    scene.pass_(INTERVAL_S)
    fails(scene)
    scene.wait(120)
    alerts = {alert.key: alert for alert in scene.book if alert.state is AlertState.FIRING}
    outages = {key for key in alerts if key[0] in ("SiteOffline", "FleetUnreachable")}
    assert ("SiteOffline", "/site/shop") in outages
    of_the_shop = Remembered(alerts=[alert for key, alert in alerts.items() if key[0] != "FleetUnreachable"])
    assert "10000001" not in {alert.subject for alert in perhaps_heard(of_the_shop)}
    over = Remembered(alerts=[alert for key, alert in alerts.items() if key not in outages])
    assert "10000001" in {alert.subject for alert in perhaps_heard(over)}


def test_a_spare_terminal_is_not_watched_after_a_restart() -> None:
    """Its alerts end although the inventory still has it."""
    scene = Scene([terminal(1)])
    play(scene, BAD["PaperOut"], until=AlertState.FIRING, alertname="PaperOut")
    spare = terminal(1, status=InventoryStatus.SPARE)
    later = restarted(scene, [row for row in (spare,) if row.is_polled])
    assert later.states("PaperOut") == [AlertState.RESOLVED]


def test_the_first_to_answer_is_compared_with_what_the_others_ran_before() -> None:
    """Firmware does not look up to date because nobody else has been asked yet."""
    scene = fleet()
    play(scene, runs_old_firmware, until=AlertState.FIRING, alertname="FirmwareOutdated")
    later = restarted(scene)
    later.say(firmware_version="1.0")
    assert later.states("FirmwareOutdated") == []


def test_a_hold_that_elapses_before_the_first_poll_waits_for_it() -> None:
    """Nothing is known of the terminal yet, so that neither this nor its other alerts move."""
    scene = fleet()
    play(scene, restarts, until=AlertState.FIRING, alertname="UnexpectedRestart")
    scene.say(printer={"status": "paper_out"})
    later = restarted(scene)
    later.wait(300)
    assert later.journal_of_terminals() == []
    later.say(printer={"status": "paper_out"})
    assert later.states("PaperOut") == [AlertState.FIRING]
