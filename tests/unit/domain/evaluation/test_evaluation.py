from typing import Any

import pytest

from monitor.domain.alerts.alert import AlertState, Severity
from monitor.domain.polling.poll_result import SAYS_NOTHING, Outcome
from monitor.domain.runbooks.advice import Advice, AdviceBook
from monitor.domain.runbooks.text import Span, SpanKind
from tests.scenes import START, Scene, reading, result, site, terminal

PENDING, FIRING, RESOLVED, INACTIVE = (
    AlertState.PENDING,
    AlertState.FIRING,
    AlertState.RESOLVED,
    AlertState.INACTIVE,
)
TAMPERED = {"pin_pad": {"status": "tampered"}}


def dark(scene: Scene, *numbers: int) -> None:
    """Let these terminals fail until what can fire fires."""
    for _ in range(5):
        for number in numbers:
            scene.fail(f"{10_000_000 + number}")
        scene.wait(30)


def test_labels_are_the_inventorys() -> None:
    """An alert is labelled with its name, severity, category and what the inventory says, no more."""
    row = terminal(
        merchant_id="898310148160568",
        merchant_name="Corner shop",
        site="mall",
        region="north",
        vendor="newland",
        model="N910",
        serial_number="S1",
        contact="+86 10 0000",
    )
    scene = Scene([row])
    scene.say(**TAMPERED, model="other", vendor="other", merchant_id="other", serial_number="S1")
    assert scene.open()["TerminalTampered", "10000001"].labels == {
        "alertname": "TerminalTampered",
        "severity": "critical",
        "category": "security",
        "owner": "security",
        "terminal_id": "10000001",
        "merchant_id": "898310148160568",
        "site": "mall",
        "region": "north",
        "vendor": "newland",
        "model": "N910",
    }


def test_what_the_inventory_does_not_say_is_no_label() -> None:
    """An empty label would be none to its receivers."""
    scene = Scene([terminal()])
    scene.say(**TAMPERED)
    labels = scene.open()["TerminalTampered", "10000001"].labels
    assert labels.keys() == {"alertname", "severity", "category", "owner", "terminal_id"}


SAID = ("Somebody opened it.", "有人拆开过。", "Stop using it.", "请立即停用。")


def test_annotations_speak_to_people() -> None:
    """What it is, what it means, what to do in both languages, whom to call and what is known."""
    advice = AdviceBook({"TerminalTampered": Advice(*((Span(SpanKind.PLAIN, words),) for words in SAID))})
    scene = Scene([terminal(contact="+86 10 0000")], advice=advice)
    scene.say(**TAMPERED)
    words = scene.open()["TerminalTampered", "10000001"].annotations
    assert words.keys() == {
        *("summary", "summary_zh", "description", "description_zh", "action", "action_zh"),
        *("contact", "evidence"),
    }
    assert words["summary"] == "10000001: the PIN pad reports that it was opened; its keys are erased"
    assert "PIN pad: tampered" in words["evidence"]
    assert words["contact"] == "+86 10 0000"
    assert words["description"] == "Somebody opened it."


def test_a_sites_alert_has_its_own_labels_and_words() -> None:
    """Site and region are what identifies it."""
    scene = Scene(site("mall", 5, region="north"))
    dark(scene, 1, 2, 3, 4)
    alert = scene.open()["SiteOffline", "/site/mall"]
    assert alert.labels == {
        "alertname": "SiteOffline",
        "severity": "critical",
        "category": "connectivity",
        "owner": "network",
        "site": "mall",
        "region": "north",
    }
    assert alert.annotations["summary"] == "mall: 4 of 5 terminals of the site do not answer"
    assert alert.annotations["evidence"].startswith("10000001: timeout; ")


def test_an_offline_alert_starts_at_the_last_good_poll() -> None:
    """`startsAt` is when it was last known to be well."""
    scene = Scene([terminal()])
    scene.poll()
    good = scene.now
    scene.pass_(30)
    dark(scene, 1)
    assert scene.open()["TerminalOffline", "10000001"].since == good


def test_a_terminal_that_never_answered_is_offline_since_it_is_watched() -> None:
    """Before that nobody looked."""
    scene = Scene([terminal()])
    dark(scene, 1)
    assert scene.open()["TerminalOffline", "10000001"].since == START


def test_a_sites_outage_starts_when_it_was_one() -> None:
    """Of five terminals lost one after another, the fourth makes it an outage."""
    scene = Scene(site("mall", 5))
    for number in range(1, 6):
        scene.poll(f"{10_000_000 + number}")
        scene.pass_(1)
    dark(scene, 1, 2, 3, 4, 5)
    assert scene.open()["SiteOffline", "/site/mall"].since == START.ago(-3)


def test_a_shed_poll_is_no_poll() -> None:
    """Nothing is taken from it, not even its time."""
    scene = Scene([terminal()])
    assert scene.shed() == []
    assert scene.watched().last_poll is None


def test_a_poll_of_a_terminal_taken_out_is_nobodys() -> None:
    """An answer that was under way when the terminal was removed opens nothing."""
    scene = Scene([terminal()])
    gone = scene.watched()
    scene.remove()
    heartbeat = result(reading("10000001", **TAMPERED))
    assert scene.evaluation.accept(gone, heartbeat, scene.now) == ([], False)
    scene.add(terminal())
    assert scene.evaluation.accept(gone, heartbeat, scene.now) == ([], False)
    assert not scene.open()
    assert gone.last_poll is None


def test_a_removed_terminal_takes_its_alerts_along() -> None:
    """What fired resolves, what was pending vanishes."""
    scene = Scene([terminal()])
    scene.say(**TAMPERED, printer={"status": "paper_out"})
    steps = scene.remove()
    assert [(step.alertname, step.state) for step in steps] == [
        ("PaperOut", INACTIVE),
        ("TerminalTampered", RESOLVED),
    ]
    assert not scene.open()


def test_removing_the_healthy_can_make_an_outage() -> None:
    """Sites are judged anew without those who left."""
    scene = Scene(site("mall", 4))
    scene.tick()
    for number in (1, 2, 3):
        scene.fail(f"{10_000_000 + number}")
    assert ("SiteOffline", "/site/mall") not in scene.open()
    assert scene.remove("10000004") == []
    scene.tick()
    assert ("SiteOffline", "/site/mall") in scene.pending()


def test_removing_the_healthy_can_make_the_fleet_unreachable() -> None:
    """The fleet is judged anew as well."""
    scene = Scene([*site("a", 4), *site("b", 7, first=11)])
    for number in (1, 2, 3, 4, 11, 12, 13, 14):
        scene.fail(f"{10_000_000 + number}")
    assert ("FleetUnreachable", "/fleet") not in scene.open()
    scene.remove("10000017")
    scene.tick()
    assert ("FleetUnreachable", "/fleet") in scene.pending()


def test_a_newcomer_can_move_a_site() -> None:
    """An open alert of a site follows the region of most of its terminals, newcomers included."""
    scene = Scene([*site("mall", 3, region="north"), *site("other", 3, first=11)])
    dark(scene, 1, 2, 3)
    for number in (4, 5, 6, 7):
        scene.add(terminal(number, site="mall", region="east"))
        scene.fail(f"{10_000_000 + number}")
    scene.tick()
    assert scene.open()["SiteOffline", "/site/mall"].labels["region"] == "east"


def test_a_site_that_is_gone_has_no_outage() -> None:
    """With its last terminal goes the alert of the site."""
    scene = Scene([*site("mall", 3), terminal(9)])
    dark(scene, 1, 2, 3)
    assert ("SiteOffline", "/site/mall") in scene.firing()
    for number in (1, 2, 3):
        scene.remove(f"{10_000_000 + number}")
    assert [(step.alertname, step.state) for step in scene.tick()] == [("SiteOffline", RESOLVED)]
    assert not scene.open()


def test_a_site_whose_terminals_moved_away_has_no_outage() -> None:
    """The outage goes with the terminals: the old site's alert ends, the new one's opens as old as it is."""
    scene = Scene([*site("mall", 5), terminal(9)])
    dark(scene, 1, 2, 3, 4, 5)
    since = scene.open()["SiteOffline", "/site/mall"].since
    for number in range(1, 6):
        scene.change(terminal(number, site="plaza"))
    scene.tick()
    assert ("SiteOffline", "/site/mall") not in scene.open()
    assert scene.open()["SiteOffline", "/site/plaza"].since == since
    assert not scene.sendable(), "suspected, the new site speaks for its terminals already"
    scene.wait(60)
    assert scene.sendable() == {("SiteOffline", "/site/plaza")}
    assert not {key for key in scene.sent if key[0] in {"TerminalOffline", "FleetUnreachable"}}


def test_the_site_left_behind_is_judged_too() -> None:
    """When the only healthy terminals of a site move away, the rest is an outage at once."""
    scene = Scene(site("mall", 6))
    scene.tick()
    for number in (1, 2, 3):
        scene.fail(f"{10_000_000 + number}")
    for number in (4, 5, 6):
        scene.change(terminal(number, site="plaza"))
    scene.tick()
    assert ("SiteOffline", "/site/mall") in scene.pending()


def test_a_changed_label_is_another_identity() -> None:
    """The old one resolves, the new one goes on as old as it was; without a change nothing happens."""
    scene = Scene([terminal(site="old")])
    scene.say(**TAMPERED, printer={"status": "paper_out"})
    scene.pass_(30)
    assert scene.change(terminal(site="old", contact="someone else", serial_number="S1")) == []
    steps = scene.change(terminal(site="new"))
    assert [(step.alertname, step.previous, step.state, step.labels["site"]) for step in steps] == [
        ("PaperOut", PENDING, INACTIVE, "old"),
        ("PaperOut", INACTIVE, PENDING, "new"),
        ("TerminalTampered", FIRING, RESOLVED, "old"),
        ("TerminalTampered", INACTIVE, FIRING, "new"),
    ]
    assert {step.since for step in steps} == {START}
    scene.pass_(30)
    scene.tick()
    assert ("PaperOut", "10000001") in scene.firing(), "the hold goes on, it does not begin anew"


def test_a_region_that_changes_relabels_the_site() -> None:
    """The site's alert follows most of its terminals, in one step."""
    scene = Scene([*site("mall", 3, region="north"), *site("other", 3, first=11)])
    dark(scene, 1, 2, 3)
    for number in (1, 2, 3):
        scene.change(terminal(number, site="mall", region="south"))
    assert [(step.state, step.labels["region"]) for step in scene.tick()] == [
        (RESOLVED, "north"),
        (FIRING, "south"),
    ]
    assert scene.open()["SiteOffline", "/site/mall"].since == START


def test_maintenance_begins_and_ends_without_losing_anything() -> None:
    """A change of status keeps the alert open and only stops the telling, of terminal and of site."""
    scene = Scene([*site("mall", 3), *site("other", 6, first=11)])
    dark(scene, 1, 2, 3)
    assert scene.sendable() == {("SiteOffline", "/site/mall")}
    for number in (1, 2, 3):
        scene.change(terminal(number, site="mall", status="maintenance"))
    scene.tick()
    assert not scene.sendable()
    assert scene.firing() == {("TerminalOffline", f"1000000{number}") for number in (1, 2, 3)}
    for number in (1, 2, 3):
        scene.change(terminal(number, site="mall"))
    scene.wait(61)
    assert scene.sendable() == {("SiteOffline", "/site/mall")}
    assert ("TerminalOffline", "10000001") not in scene.sent


def test_a_rule_that_is_disabled_ends_its_alerts() -> None:
    """Of terminals, sites, fleet and posmon; the others stay."""
    scene = Scene([*site("a", 3), *site("b", 3, first=11)])
    scene.say(**TAMPERED)
    dark(scene, 1, 2, 3, 11, 12, 13)
    assert {name for name, _ in scene.firing()} == {
        "TerminalTampered",
        "TerminalOffline",
        "SiteOffline",
        "FleetUnreachable",
    }
    off: dict[str, dict[str, Any]] = {
        name: {"enabled": False}
        for name in ("TerminalTampered", "SiteOffline", "FleetUnreachable", "Watchdog")
    }
    steps = scene.reload(off)
    assert {step.state for step in steps} == {RESOLVED}
    dark(scene, 1, 2, 3, 11, 12, 13)
    assert {alert.alertname for alert in scene.book} == {"TerminalOffline"}
    assert scene.sendable() == scene.firing()


def test_a_rule_that_is_enabled_opens_its_alerts_at_the_next_news() -> None:
    """A disabled rule has no memory, an enabled one looks at what is there."""
    scene = Scene([terminal()], changes={"TerminalTampered": {"enabled": False}})
    scene.say(**TAMPERED)
    assert not scene.open()
    assert scene.reload({}) == []
    scene.say(**TAMPERED)
    assert scene.firing() == {("TerminalTampered", "10000001")}


def test_a_severity_that_changes_is_another_identity() -> None:
    """It is a label: receivers route by it."""
    scene = Scene(site("mall", 3))
    scene.say(**TAMPERED)
    dark(scene, 1, 2, 3)
    milder = {"severity": Severity.WARNING}
    scene.reload({"TerminalTampered": milder, "SiteOffline": milder})
    scene.tick()
    opened = scene.open()
    for key in (("TerminalTampered", "10000001"), ("SiteOffline", "/site/mall")):
        assert (opened[key].labels["severity"], opened[key].severity) == ("warning", "warning")
        assert scene.states(*key)[-2:] == [RESOLVED, FIRING]


def test_a_longer_for_holds_what_is_still_pending() -> None:
    """A reload may lengthen a hold under way; it is not cut short by the old one."""
    scene = Scene([terminal()])
    scene.say(printer={"status": "paper_out"})
    scene.reload({"PaperOut": {"for_s": 300.0}})
    scene.wait(299)
    assert scene.pending() == {("PaperOut", "10000001")}
    scene.say(printer={"status": "paper_out"})
    assert scene.pending() == {("PaperOut", "10000001")}
    scene.wait(1)
    scene.say(printer={"status": "paper_out"})
    assert scene.firing() == {("PaperOut", "10000001")}


def test_a_reload_that_changes_nothing_does_nothing() -> None:
    """No hold begins anew, nothing resolves, nothing fires again."""
    scene = Scene([*site("mall", 5), terminal(9)])
    scene.say(**TAMPERED, printer={"status": "paper_out"})
    dark(scene, 1, 2, 3, 4, 5)
    assert scene.reload({}) == []


def test_a_site_of_one_keeps_its_outage_over_a_reload() -> None:
    """Where one terminal is a site, a reload does not take the site away from it for a moment."""
    scene = Scene([terminal(site="kiosk")], changes={"SiteOffline": {"min_terminals": 1}})
    dark(scene, 1)
    assert ("SiteOffline", "/site/kiosk") in scene.firing()
    assert scene.reload({"SiteOffline": {"min_terminals": 1}}) == []
    assert scene.sendable() == {("SiteOffline", "/site/kiosk")}


@pytest.mark.parametrize("share", [0.55, 0.07, 0.28, 0.56])
def test_a_share_that_floating_point_cannot_say_is_still_reached(share: float) -> None:
    """0.55 of 100 terminals is 55, not 55.000000000000007."""
    scene = Scene(site("mall", 100), changes={"SiteOffline": {"share": share}})
    for number in range(1, 57):
        scene.fail(f"{10_000_000 + number}")
    assert ("SiteOffline", "/site/mall") in scene.open()


def test_each_failed_outcome_is_a_failure() -> None:
    """Whatever went wrong with the exchange, there was no good heartbeat."""
    for outcome in set(Outcome) - {Outcome.OK, *SAYS_NOTHING}:
        scene = Scene([terminal()])
        for _ in range(4):
            scene.fail(outcome=outcome)
            scene.wait(30)
        assert scene.firing() == {("TerminalOffline", "10000001")}


def test_a_stranger_does_not_set_the_clock() -> None:
    """The time a stranger gives says nothing of the terminal, nor of posmon's own clock."""
    scene = Scene([terminal()])
    scene.poll("10000001", reading("66666666", sent_at="2020-01-01T00:00:00Z"))
    assert scene.watched().clock_skew_s is None
    scene.say(sent_at="2026-11-21T01:00:00Z")
    assert scene.watched().clock_skew_s == 0.0


def test_strangers_that_agree_do_not_set_the_clock_either() -> None:
    """Five endpoints that answer as somebody else, all an hour ahead, say nothing of posmon's clock."""
    scene = Scene(terminal(number) for number in range(1, 6))
    for number in range(1, 6):
        stranger = reading(f"6666666{number}", sent_at="2026-11-21T02:00:00Z")
        scene.poll(f"{10_000_000 + number}", stranger)
    scene.say(sent_at="2026-11-21T01:00:00Z")
    assert scene.watched().clock_skew_s == 0.0


def test_another_row_is_held_against_an_unchanged_heartbeat() -> None:
    """The inventory's serial number becomes another, the terminal says what it said: that is a mismatch."""
    scene = Scene([terminal(1, serial_number="S1")])
    for _ in range(3):
        scene.poll("10000001", reading(serial_number="S1"))
    scene.evaluation.membership.change(terminal(1, serial_number="S2"), scene.now)
    scene.poll("10000001", reading(serial_number="S1"))
    assert ("TerminalIdMismatch", "10000001") in scene.open()
