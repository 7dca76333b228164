"""Whole stories: what may page whom while much goes wrong at once.

Polls are staggered over 30 s as in the product, a failed one takes 5 s, and the rules tick every
second. `scene.sent` has everything that was sendable at any moment.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.alerts.alert import AlertState
from monitor.domain.detectors.connectivity import flapping_share
from monitor.domain.polling.cadence import Cadence
from tests.scenes import START, Scene, Screening, evenly_spread, reading, site, terminal

FLEET = ("FleetUnreachable", "/fleet")


def all_up(_terminal_id: str) -> bool:
    """Everybody answers."""
    return True


def all_down(_terminal_id: str) -> bool:
    """Nobody answers."""
    return False


def up_but(*lost: str) -> Callable[[str], bool]:
    """Everybody answers but these."""
    return lambda terminal_id: terminal_id not in lost


def offline(number: int) -> tuple[str, str]:
    """Name the offline alert of a terminal."""
    return "TerminalOffline", f"{10_000_000 + number}"


def site_offline(name: str) -> tuple[str, str]:
    """Name the offline alert of a site."""
    return "SiteOffline", f"/site/{name}"


def shops(count: int, size: int) -> list[Any]:
    """Return `count` sites of `size` terminals, named s0, s1 and so on."""
    return [row for number in range(count) for row in site(f"s{number}", size, first=number * size + 1)]


def stage(*rows: Any, interval_s: float = 30.0) -> tuple[Scene, Screening]:
    """Return a scene whose terminals have answered for two minutes, and who polls them."""
    scene = Scene(rows)
    screening = Screening(scene, evenly_spread(scene), Cadence(interval_s=interval_s, timeout_s=5.0))
    screening.play(2 * interval_s + 60, all_up)
    assert not scene.open()
    return scene, screening


def test_a_healthy_fleet_pages_nobody() -> None:
    """An hour of good answers opens nothing at all."""
    scene, screening = stage(*shops(3, 5))
    screening.play(3600, all_up)
    assert not scene.open()
    assert not scene.sent


def test_a_terminal_alone_is_reported_once_it_was_silent_for_ninety_seconds() -> None:
    """One dead terminal is one alert, 90 s after its last good poll and a second for the tick."""
    scene, screening = stage(*shops(3, 5))
    last_good = scene.watched().last_good
    assert last_good is not None
    screening.play(300, up_but("10000001"))
    assert scene.sent.keys() == {offline(1)}
    alert = scene.open()[offline(1)]
    assert alert.since.monotonic >= last_good.monotonic
    assert alert.fired_at is not None
    assert 90 <= alert.fired_at.monotonic - alert.since.monotonic <= 91
    screening.play(60, all_up)
    assert not scene.open()


def test_one_lost_packet_pages_nobody() -> None:
    """A single failed poll does not even open an alert, at whatever interval."""
    for interval_s in (10, 30, 300):
        scene, _ = stage(terminal(), interval_s=interval_s)
        scene.pass_(interval_s)
        scene.fail()
        scene.wait(29)
        assert not scene.open()
        scene.poll()
        scene.wait(300)
        assert not scene.sent


def test_a_dark_site_is_one_alert() -> None:
    """Fifteen terminals of a shop fall silent: at no moment is one of them reported by itself."""
    scene, screening = stage(*site("mall", 15), *shops(4, 5)[15:])
    mall = {f"{number}" for number in range(10_000_001, 10_000_016)}
    screening.play(3600, lambda terminal_id: terminal_id not in mall)
    assert scene.sent.keys() == {site_offline("mall")}
    assert len(scene.firing()) == 16
    assert scene.states("SiteOffline", "/site/mall") == [AlertState.PENDING, AlertState.FIRING]


@pytest.mark.parametrize("dark_s", [40, 70, 100, 150, 300, 590, 640, 1000, 4000])
def test_a_site_that_returns_brings_no_page(dark_s: float) -> None:
    """However long it was dark, its terminals come back one by one without being reported."""
    scene, screening = stage(*site("mall", 15), *shops(4, 5)[15:])
    mall = {f"{number}" for number in range(10_000_001, 10_000_016)}
    screening.play(dark_s, lambda terminal_id: terminal_id not in mall)
    screening.play(1200, all_up)
    assert scene.sent.keys() <= {site_offline("mall")}
    assert not scene.open()


@pytest.mark.parametrize("interval_s", [30, 60, 120, 300])
def test_a_site_that_was_dark_for_a_moment_is_nothing(interval_s: float) -> None:
    """Each terminal misses one poll, whatever the interval: the minute of suspicion is not over by then."""
    scene, screening = stage(*site("mall", 15), interval_s=interval_s)
    screening.play(interval_s, all_down)
    missed = {member.terminal.terminal_id for member in scene.fleet if member.is_down}
    assert len(missed) >= 12
    screening.play(3 * interval_s, all_up)
    assert not {key for key in scene.sent if key[0] == "SiteOffline"} or interval_s > 60


@pytest.mark.parametrize("timeout_s", [5, 10, 20, 28])
def test_however_long_a_poll_takes_to_fail_the_fleet_comes_first(timeout_s: float) -> None:
    """Sites are held long enough for the whole fleet to be asked."""
    scene = Scene(shops(6, 5))
    screening = Screening(scene, evenly_spread(scene), Cadence(interval_s=30, timeout_s=timeout_s))
    screening.play(120, all_up)
    screening.play(900, all_down)
    assert scene.sent.keys() == {FLEET}


@given(
    sites=st.lists(st.integers(3, 6), min_size=2, max_size=6),
    dark_s=st.integers(20, 900),
    data=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_wherever_the_polls_fall_a_dark_fleet_is_one_alert(
    sites: list[int], dark_s: int, data: st.DataObject
) -> None:
    """Whatever the phases of the terminals and however long it lasts, nothing smaller is ever sent."""
    rows = [row for n, size in enumerate(sites) for row in site(f"s{n}", size, first=10 * n + 1)]
    phases = {row.terminal_id: data.draw(st.floats(0, 0.999)) for row in rows}
    scene = Scene(rows)
    screening = Screening(scene, phases, Cadence(interval_s=30, timeout_s=5))
    screening.play(90, all_up)
    screening.play(dark_s, all_down)
    screening.play(900, all_up)
    assert scene.sent.keys() <= {FLEET}
    assert not scene.open()


@given(size=st.integers(3, 15), dark_s=st.integers(20, 900), dead=st.booleans(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_wherever_the_polls_fall_a_dark_site_is_one_alert(
    size: int, dark_s: int, *, dead: bool, data: st.DataObject
) -> None:
    """Whatever the phases and the length, of its terminals only one that stays dead is ever sent."""
    rows = [*site("mall", size), *site("plaza", 20, first=101)]
    phases = {row.terminal_id: data.draw(st.floats(0, 0.999)) for row in rows[:size]}
    phases |= {row.terminal_id: place / 20 for place, row in enumerate(rows[size:])}
    scene = Scene(rows)
    screening = Screening(scene, phases, Cadence(interval_s=30, timeout_s=5))
    screening.play(90, all_up)
    screening.play(dark_s, lambda terminal_id: terminal_id not in {row.terminal_id for row in rows[:size]})
    screening.play(1800, up_but("10000001") if dead else all_up)
    assert scene.sent.keys() <= {site_offline("mall")} | ({offline(1)} if dead else set())
    assert scene.sendable() == ({offline(1)} if dead else set())


def test_a_site_that_returns_resolves_two_minutes_after_most_of_it() -> None:
    """The site's alert ends once the share has been low for its keep-firing time."""
    scene, screening = stage(*site("mall", 15))
    screening.play(300, all_down)
    returned = scene.elapsed
    screening.play(600, all_up)
    ended = next(step for step in scene.journal if step.subject == "/site/mall" and step.state == "resolved")
    assert 120 <= ended.at.monotonic - START.monotonic - returned <= 155


@pytest.mark.parametrize("dark_s", [150, 300, 640, 1500])
def test_who_outlives_the_outage_of_the_site_is_reported(dark_s: float) -> None:
    """Two of fifteen stay dead: they are told of, after the site resolved and not before."""
    scene, screening = stage(*site("mall", 15))
    screening.play(dark_s, all_down)
    screening.play(1200, up_but("10000003", "10000009"))
    assert scene.sent.keys() == {site_offline("mall"), offline(3), offline(9)}
    ended = next(
        step.at for step in scene.journal if step.subject == "/site/mall" and step.state == "resolved"
    )
    assert scene.sent[offline(3)] >= ended.monotonic - START.monotonic
    assert scene.firing() == {offline(3), offline(9)}


def test_a_dark_fleet_is_one_alert() -> None:
    """Everything falls silent: FleetUnreachable is all that is ever sent, and nothing else on return."""
    scene, screening = stage(*shops(6, 5), terminal(90), terminal(91))
    screening.play(1800, all_down)
    assert scene.sent.keys() == {FLEET}
    assert len(scene.firing()) == 1 + 6 + 32
    screening.play(1800, all_up)
    assert scene.sent.keys() == {FLEET}
    assert not scene.open()


def test_a_dark_fleet_that_is_too_large_to_be_asked_in_time_is_one_alert() -> None:
    """Long before most of the fleet is known to be lost, a few hundred losses in a row tell why."""
    scene = Scene(shops(40, 10))
    cadence = Cadence(interval_s=30.0, timeout_s=5.0)
    screening = Screening(scene, evenly_spread(scene), cadence, places=20)
    screening.play(60, all_up)
    screening.play(70, all_down)
    assert scene.fleet.whole.share < 0.8
    assert FLEET in scene.pending()
    screening.play(60, all_down)
    screening.play(200, all_up)
    assert scene.sent.keys() == {FLEET}
    assert not scene.open()


@pytest.mark.parametrize("dark_s", [60, 100, 300, 640, 2000])
def test_a_fleet_that_returns_without_some_terminals(dark_s: float) -> None:
    """One dead terminal per shop delays nobody's return: only the dead are reported, no shop is."""
    scene, screening = stage(*shops(6, 5))
    screening.play(dark_s, all_down)
    dead = [f"{number}" for number in range(10_000_001, 10_000_031, 5)]
    screening.play(1800, up_but(*dead))
    assert scene.sent.keys() - {FLEET} == {("TerminalOffline", terminal_id) for terminal_id in dead}


def test_a_fleet_that_returns_without_one_shop() -> None:
    """A shop that is still dark when the fleet is back is reported as a shop."""
    scene, screening = stage(*shops(6, 5))
    screening.play(640, all_down)
    screening.play(1200, lambda terminal_id: terminal_id > "10000005")
    assert scene.sent.keys() == {FLEET, site_offline("s0")}
    assert scene.sendable() == {site_offline("s0")}


def test_a_fleet_in_one_place_is_a_site() -> None:
    """With a single shop nobody can tell its line from posmon's own: it is the shop that is reported."""
    scene, screening = stage(*site("only", 6))
    screening.play(600, all_down)
    assert scene.sent.keys() == {site_offline("only")}


def test_terminals_without_a_site_are_reported_one_by_one() -> None:
    """Three of twenty loners fall silent: nothing larger explains it."""
    scene, screening = stage(*(terminal(number) for number in range(1, 21)))
    screening.play(300, up_but("10000001", "10000002", "10000003"))
    assert scene.sent.keys() == {offline(1), offline(2), offline(3)}


def test_a_fleet_of_loners_can_be_unreachable() -> None:
    """Terminals without a site are places of their own."""
    scene, screening = stage(*(terminal(number) for number in range(1, 6)))
    screening.play(600, all_down)
    assert scene.sent.keys() == {FLEET}


def test_two_of_a_small_site_are_two_alerts() -> None:
    """A shop of two has no outage of its own."""
    scene, screening = stage(*site("kiosk", 2), *site("mall", 10, first=11))
    screening.play(300, up_but("10000001", "10000002"))
    assert scene.sent.keys() == {offline(1), offline(2)}


def test_one_long_dead_is_still_told_of_during_a_larger_outage() -> None:
    """What was reported before the site fell goes on being sent: stopping would look like a recovery."""
    scene, screening = stage(*site("mall", 15), *shops(4, 5)[15:])
    screening.play(600, up_but("10000001"))
    assert scene.sendable() == {offline(1)}
    mall = {f"{number}" for number in range(10_000_001, 10_000_016)}
    for _ in range(60):
        screening.play(10, lambda terminal_id: terminal_id not in mall)
        assert offline(1) in scene.sendable()
    assert scene.sent.keys() == {offline(1), site_offline("mall")}
    for _ in range(60):
        screening.play(10, up_but("10000001"))
        assert offline(1) in scene.sendable()


def test_a_slowly_polled_terminal_is_confirmed_by_quick_retries() -> None:
    """At five minutes' interval a dead terminal is reported a retry after the poll that missed it."""
    scene, screening = stage(*(terminal(number) for number in range(1, 6)), interval_s=300)
    screening.play(400, up_but("10000001"))
    assert scene.sent.keys() == {offline(1)}
    assert scene.sent[offline(1)] <= 660 + 300 + 30 + 10


def test_a_slowly_polled_fleet_is_calm() -> None:
    """At five minutes' interval good answers open nothing, however old the last one is."""
    scene, screening = stage(*shops(3, 5), interval_s=300)
    screening.play(3600, all_up)
    assert not scene.sent


def test_a_lost_uplink_explains_half_a_fleet() -> None:
    """With every probe failing, half the fleet down is enough to suspect posmon's own link."""
    scene, screening = stage(*shops(4, 5))
    scene.probe(gateway=False, resolver=False)
    half = {row.terminal_id for row in shops(4, 5)[:10]}
    screening.play(600, lambda terminal_id: terminal_id not in half)
    assert scene.sent.keys() == {FLEET}


def test_one_probe_that_answers_is_an_uplink() -> None:
    """With one probe answering, half the fleet down is what it looks like: two dark shops."""
    scene, screening = stage(*shops(4, 5))
    scene.probe(gateway=True, resolver=False)
    half = {row.terminal_id for row in shops(4, 5)[:10]}
    screening.play(600, lambda terminal_id: terminal_id not in half)
    assert scene.sent.keys() == {site_offline("s0"), site_offline("s1")}


def test_a_lost_uplink_with_everybody_answering_is_nothing() -> None:
    """Probes alone open no alert."""
    scene, screening = stage(*shops(4, 5))
    scene.probe(gateway=False)
    screening.play(600, all_up)
    assert not scene.sent


def test_a_probe_that_fails_late_shows_in_the_alerts_at_once() -> None:
    """The judgement follows the probes without waiting for a poll."""
    scene = Scene(shops(2, 5))
    for number in range(1, 6):
        scene.fail(f"{10_000_000 + number}")
    assert FLEET not in scene.open()
    scene.probe(gateway=False)
    assert FLEET in scene.pending()
    scene.probe(gateway=True)
    assert FLEET not in scene.open()


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("interval_s", [30.0, 300.0])
def test_a_wall_clock_that_jumps_is_nobodys_fault(jump_s: float, size: int, interval_s: float) -> None:
    """Posmon's clock is set by an hour, and set back: no alert of any kind opens, let alone fires."""
    scene, screening = stage(*(terminal(number) for number in range(1, size + 1)), interval_s=interval_s)
    for jump in (jump_s, -jump_s, -jump_s, jump_s):
        scene.jump(jump)
        screening.play(4 * interval_s, all_up)
    assert not scene.journal_of_terminals()


def test_a_machine_that_slept_blames_no_clock() -> None:
    """The monotonic clock stands still while a machine is suspended, the terminals' go on."""
    scene, screening = stage(*(terminal(number) for number in range(1, 6)))
    scene.sleep(900)
    screening.play(600, all_up)
    assert not scene.journal_of_terminals()


def test_a_wall_clock_that_jumps_moves_no_hold() -> None:
    """Ninety seconds are ninety seconds while the wall clock goes back and forth."""
    scene, screening = stage(*shops(1, 3), terminal(9))
    screening.play(45, up_but("10000009"))
    scene.jump(-7200)
    screening.play(200, up_but("10000009"))
    alert = scene.open()[offline(9)]
    assert alert.fired_at is not None
    assert 90 <= alert.fired_at.monotonic - alert.since.monotonic <= 91


def test_maintenance_is_expected_to_look_ill() -> None:
    """A terminal under repair opens alerts that nobody is sent, and counts in no outage."""
    rows = [*site("shop", 2), terminal(3, site="shop", status="maintenance"), terminal(4, site="other")]
    scene, screening = stage(*rows)
    screening.play(600, up_but("10000001", "10000002", "10000003"))
    assert scene.sent.keys() == {offline(1), offline(2)}
    assert offline(3) in scene.firing()
    assert scene.fleet.sites["shop"].down == 2


def test_paper_out_on_a_silent_terminal_stays_out() -> None:
    """No data is not ok: an alert that fires when the terminal falls silent fires on."""
    scene = Scene([terminal()])
    scene.say(printer={"status": "paper_out"})
    scene.wait(61)
    for _ in range(40):
        scene.pass_(30)
        scene.fail()
        scene.tick()
    assert ("PaperOut", "10000001") in scene.firing()
    scene.poll()
    assert ("PaperOut", "10000001") in scene.firing(), "an answer that does not speak of paper says nothing"
    scene.say(printer={"status": "ok"})
    assert not scene.firing()


def test_a_suspicion_is_not_confirmed_by_silence() -> None:
    """Paper seen out once, then silence: whether it was out for a minute nobody knows."""
    scene = Scene([terminal()])
    scene.say(printer={"status": "paper_out"})
    scene.pass_(30)
    scene.fail()
    scene.wait(600)
    assert ("PaperOut", "10000001") in scene.pending()
    scene.say(printer={"status": "ok"})
    assert ("PaperOut", "10000001") not in scene.open()


def test_a_stranger_confirms_nothing() -> None:
    """While its endpoint answers as another, a terminal's own alerts neither fire nor resolve."""
    scene = Scene([terminal()])
    scene.say(printer={"status": "paper_out"}, battery={"percent": 5})
    scene.pass_(30)
    scene.poll("10000001", reading("66666666", printer={"status": "ok"}, battery={"percent": 100}))
    scene.wait(600)
    assert scene.pending() == {(name, "10000001") for name in ("PaperOut", "BatteryCritical", "BatteryLow")}
    assert scene.firing() == {("TerminalIdMismatch", "10000001")}
    scene.say(printer={"status": "ok"}, battery={"percent": 100})
    assert not scene.open()


def test_a_battery_that_runs_empty_is_one_alert_at_a_time() -> None:
    """BatteryLow gives way to BatteryCritical in the same step, and comes back after it with a new hold."""
    scene = Scene([terminal()])
    scene.say(battery={"percent": 18})
    scene.wait(301)
    assert scene.firing() == {("BatteryLow", "10000001")}
    scene.say(battery={"percent": 7})
    scene.wait(59)
    assert scene.firing() == {("BatteryLow", "10000001")}
    scene.wait(1)
    assert scene.firing() == {("BatteryCritical", "10000001")}
    scene.say(battery={"percent": 17})
    assert scene.pending() == {("BatteryLow", "10000001")}
    assert not scene.firing()


def test_a_canary_does_not_outdate_the_others() -> None:
    """One terminal on the next version says nothing about the rest; half of them do."""
    scene = Scene(terminal(number, model="N910") for number in range(1, 11))
    for number in range(1, 11):
        version = "3.3.0" if number == 1 else "3.2.9"
        scene.poll(f"{10_000_000 + number}", reading(f"{10_000_000 + number}", firmware_version=version))
    for member in scene.fleet:
        scene.poll(member.terminal.terminal_id, member.reading)
    assert not scene.open()
    for number in range(2, 6):
        scene.poll(f"{10_000_000 + number}", reading(f"{10_000_000 + number}", firmware_version="3.3.0"))
    scene.poll("10000010", reading("10000010", firmware_version="3.2.9"))
    assert scene.pending() == {("FirmwareOutdated", "10000010")}


def test_a_rollout_that_takes_a_day_pages_nobody() -> None:
    """A version older than half the fleet's is only reported after 24 hours."""
    scene = Scene(terminal(number, model="N910") for number in range(1, 4))
    for number, version in enumerate(("2", "2", "1"), 1):
        scene.poll(f"{10_000_000 + number}", reading(f"{10_000_000 + number}", firmware_version=version))
    scene.pass_(24 * 3600 - 1)
    scene.tick()
    assert not scene.firing()
    scene.pass_(1)
    scene.tick()
    assert scene.firing() == {("FirmwareOutdated", "10000003")}


def flap(scene: Scene) -> None:
    """Let the terminal answer every fifth of 300 polls."""
    for _ in range(60):
        for is_up in (True, False, False, False, False):
            scene.pass_(30)
            if is_up:
                scene.poll()
            else:
                scene.fail()
            scene.tick()


def test_a_flapping_terminal_is_one_alert() -> None:
    """A terminal that comes and goes is reported as such, not each time it goes."""
    scene = Scene([terminal(), *shops(2, 5)[1:]])
    flap(scene)
    flapped_at = scene.sent["TerminalFlapping", "10000001"]
    scene.sent.clear()
    flap(scene)
    assert flapped_at < 1200
    assert scene.sent.keys() == {("TerminalFlapping", "10000001")}


def test_a_flapping_terminal_that_dies_is_reported() -> None:
    """After ten failures in a row it no longer comes and goes."""
    scene = Scene([terminal()])
    for _ in range(10):
        scene.pass_(30)
        scene.poll()
        scene.pass_(30)
        scene.fail()
        scene.tick()
    for _ in range(9):
        scene.pass_(30)
        scene.fail()
        scene.tick()
    assert scene.sendable() == {("TerminalFlapping", "10000001")}
    scene.pass_(30)
    scene.fail()
    assert scene.sendable() == {("TerminalFlapping", "10000001"), offline(1)}


def test_the_outage_of_a_site_is_not_flapping() -> None:
    """A site that goes dark six times in an hour leaves no terminal flapping behind."""
    scene, screening = stage(*site("mall", 15), *shops(4, 5)[15:])
    mall = {f"{number}" for number in range(10_000_001, 10_000_016)}
    for _ in range(6):
        screening.play(300, lambda terminal_id: terminal_id not in mall)
        screening.play(300, all_up)
    assert scene.sent.keys() == {site_offline("mall")}
    for terminal_id in mall:
        watched = scene.watched(terminal_id)
        assert flapping_share(watched.history, watched.polls_seen) == 0.0


def test_a_poll_that_posmon_shed_says_nothing() -> None:
    """Out of file descriptors, posmon does not blame the terminals."""
    scene = Scene(site("shop", 5))
    for _ in range(20):
        scene.pass_(30)
        for number in range(1, 6):
            scene.shed(f"{10_000_000 + number}")
        scene.tick()
    assert not scene.journal_of_terminals()
    assert not scene.fleet.whole.down


def test_the_watchdog_barks_while_posmon_polls() -> None:
    """Watchdog fires from the first tick, resolves when polling stalls for two minutes, and comes back."""
    scene = Scene()
    scene.tick()
    assert scene.states("Watchdog", "/posmon") == [AlertState.FIRING]
    scene.tick(silent_s=119)
    assert len(scene.states("Watchdog", "/posmon")) == 1
    scene.tick(silent_s=120)
    scene.tick(silent_s=0)
    assert scene.states("Watchdog", "/posmon") == [AlertState.FIRING, AlertState.RESOLVED, AlertState.FIRING]


def regional_fleet() -> list[Any]:
    """Return eight shops of the north, of one to five terminals, and four of the south."""
    sizes = [1, 1, 2, 5, 3, 1, 2, 4]
    firsts = [1 + sum(sizes[:place]) for place in range(len(sizes))]
    north = [
        row
        for place, (first, size) in enumerate(zip(firsts, sizes, strict=True))
        for row in site(f"n{place}", size, first=first, region="north")
    ]
    south = [row for place in range(4) for row in site(f"s{place}", 3, first=100 + 3 * place, region="south")]
    return [*north, *south]


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(31)), jitter=st.integers(0, 29), carrier=st.booleans())
def test_a_carrier_s_outage_is_one_page_in_whichever_order_polls_find_it(
    order: list[int], jitter: int, carrier: bool
) -> None:
    """Small shops count too; when the carrier is back nothing else is told, not even late."""
    rows = regional_fleet()
    scene = Scene(rows)
    phases = {row.terminal_id: order[place] / len(rows) for place, row in enumerate(rows)}
    screening = Screening(scene, phases, Cadence(interval_s=30.0, timeout_s=5.0))
    screening.play(120 + jitter, all_up)
    spared = set() if carrier else {"n4", "n7"}
    lost = [row.terminal_id for row in rows if row.region == "north" and row.site not in spared]
    screening.play(600, up_but(*lost))
    assert scene.sent.keys() == {("RegionOffline", "/region/north")}
    screening.play(600, all_up)
    assert scene.sent.keys() == {("RegionOffline", "/region/north")}
    assert not scene.open()


def test_who_stays_dark_after_a_region_s_outage_is_told_with_its_true_beginning() -> None:
    """One shop does not come back with the others."""
    scene, screening = stage(*regional_fleet())
    north = [row.terminal_id for row in regional_fleet() if row.region == "north"]
    began = scene.elapsed
    screening.play(600, up_but(*north))
    screening.play(600, up_but("10000001"))
    assert scene.sent.keys() == {("RegionOffline", "/region/north"), offline(1)}
    since = scene.open()[offline(1)].since.monotonic - START.monotonic
    assert began - 35 <= since <= began + 0.1


def test_an_outage_of_all_regions_is_the_fleet_s() -> None:
    """Posmon's own link is gone: no region is told, though each was dark before the fleet was."""
    scene, screening = stage(*regional_fleet())
    screening.play(600, all_down)
    assert scene.sent.keys() == {FLEET}


def test_shops_that_fail_hours_apart_are_told_one_by_one() -> None:
    """Four shops of six that went dark in as many hours have nothing in common."""
    rows = [terminal(number, region="north") for number in range(1, 7)]
    rows += [terminal(number, region="south") for number in range(7, 12)]
    scene, screening = stage(*rows)
    for number in range(1, 5):
        screening.play(3600, up_but(*(f"{10_000_000 + lost}" for lost in range(1, number + 1))))
    assert scene.sent.keys() == {offline(number) for number in range(1, 5)}
