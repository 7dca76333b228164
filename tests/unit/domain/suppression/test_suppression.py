import pytest

from monitor.domain.alerts.subjects import site_subject
from tests.scenes import Scene, site, terminal


def withheld(scene: Scene, alertname: str, subject: str = "10000001") -> str | None:
    """Return what keeps an open alert from being sent."""
    return scene.suppressor(scene.open()[alertname, subject])


def lose(scene: Scene, *numbers: int, polls: int = 1) -> None:
    """Let these terminals fail so many polls, 30 s apart."""
    for _ in range(polls):
        for number in numbers:
            scene.fail(f"{10_000_000 + number}")
        scene.wait(30)


def test_an_alert_by_itself_is_sent() -> None:
    """Nothing larger, nothing withheld."""
    scene = Scene([terminal()])
    lose(scene, 1, polls=4)
    assert withheld(scene, "TerminalOffline") is None


def test_a_site_speaks_for_its_terminals_from_the_first_suspicion() -> None:
    """A pending SiteOffline withholds already; another site's and a loner's alerts are not withheld."""
    scene = Scene([*site("a", 5), *site("b", 9, first=11), terminal(30)])
    lose(scene, 1, 11, 30, polls=2)
    for number in (2, 3, 4, 5):
        scene.poll(f"{10_000_000 + number}")
    lose(scene, 1, 2, 3, 4, 5, 11, 30)
    assert ("SiteOffline", "/site/a") in scene.pending()
    assert withheld(scene, "TerminalOffline", "10000001") == "SiteOffline"
    assert withheld(scene, "TerminalOffline", "10000011") is None
    assert withheld(scene, "TerminalOffline", "10000030") is None


def test_the_fleet_speaks_for_sites_and_terminals() -> None:
    """FleetUnreachable comes first, and is itself never withheld."""
    scene = Scene([*site("a", 5), *site("b", 5, first=11), terminal(30)])
    lose(scene, 1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 30, polls=4)
    assert withheld(scene, "TerminalOffline", "10000001") == "FleetUnreachable"
    assert withheld(scene, "TerminalOffline", "10000030") == "FleetUnreachable"
    assert withheld(scene, "SiteOffline", "/site/a") == "FleetUnreachable"
    assert withheld(scene, "FleetUnreachable", "/fleet") is None


@pytest.mark.parametrize("document", [{"pin_pad": {"status": "tampered"}}])
def test_only_silence_is_explained_by_a_larger_silence(document: dict[str, object]) -> None:
    """A tampered terminal is told of, whatever happens to its site."""
    scene = Scene(site("a", 5))
    scene.say(**document)
    lose(scene, 1, 2, 3, 4, 5, polls=4)
    assert withheld(scene, "TerminalTampered") is None


def test_a_terminal_that_is_not_in_service_is_not_told_of() -> None:
    """The inventory's status withholds everything about the terminal, and says so."""
    scene = Scene([terminal(status="maintenance")])
    scene.say(pin_pad={"status": "tampered"})
    assert withheld(scene, "TerminalTampered") == "status maintenance"
    scene.change(terminal())
    assert withheld(scene, "TerminalTampered") is None


def test_what_was_sent_before_the_outage_is_sent_on() -> None:
    """An alert that fired before the larger outage began is no part of it."""
    scene = Scene(site("a", 5))
    lose(scene, 1, polls=5)
    assert withheld(scene, "TerminalOffline") is None
    for number in (2, 3, 4, 5):
        scene.poll(f"{10_000_000 + number}")
    lose(scene, 1, 2, 3, 4, 5, polls=5)
    assert withheld(scene, "TerminalOffline", "10000001") is None
    assert withheld(scene, "TerminalOffline", "10000002") == "SiteOffline"


def test_an_outage_that_is_over_explains_who_was_not_asked_since() -> None:
    """Once the site is back, a terminal is told of when it failed another poll, not before."""
    scene = Scene(site("a", 5))
    lose(scene, 1, 2, 3, 4, 5, polls=5)
    for number in (2, 3, 4, 5):
        scene.poll(f"{10_000_000 + number}")
    scene.wait(121)
    assert ("SiteOffline", "/site/a") not in scene.open()
    assert withheld(scene, "TerminalOffline", "10000001") == "SiteOffline"
    lose(scene, 1)
    assert withheld(scene, "TerminalOffline", "10000001") is None


def test_who_failed_again_since_the_outage_passed_is_told_of_at_its_end() -> None:
    """Asked again while the site's alert was only waiting to settle, it need not be asked once more."""
    scene = Scene(site("a", 5))
    lose(scene, 1, 2, 3, 4, 5, polls=5)
    for number in (2, 3, 4, 5):
        scene.poll(f"{10_000_000 + number}")
    scene.wait(10)
    scene.fail("10000001")
    assert withheld(scene, "TerminalOffline", "10000001") == "SiteOffline"
    scene.wait(121)
    assert withheld(scene, "TerminalOffline", "10000001") is None


def test_a_poll_that_began_in_the_outage_tells_nothing_of_afterwards() -> None:
    """A poll that was under way when the site came back and timed out later is still explained by it."""
    scene = Scene(site("a", 5))
    lose(scene, 1, 2, 3, 4, 5, polls=5)
    for number in (2, 3, 4, 5):
        scene.poll(f"{10_000_000 + number}")
    scene.wait(3)
    scene.fail("10000001", took_s=5.0)
    scene.wait(121)
    assert withheld(scene, "TerminalOffline", "10000001") == "SiteOffline"
    scene.fail("10000001", took_s=5.0)
    assert withheld(scene, "TerminalOffline", "10000001") is None


def test_what_ended_soon_after_the_outage_is_not_told_of_while_it_keeps_firing() -> None:
    """A site that was back some seconds later than most of the fleet is no news, unless it is lost again."""
    scene = Scene([*site("a", 3), *site("b", 20, first=101)])
    everybody = [*range(1, 4), *range(101, 121)]
    lose(scene, *everybody, polls=5)
    for number in range(101, 121):
        scene.poll(f"{10_000_000 + number}")
    scene.wait(10)
    lose(scene, 1, 2, 3)
    for number in (1, 2, 3):
        scene.poll(f"{10_000_000 + number}")
    scene.wait(100)
    assert ("FleetUnreachable", "/fleet") not in scene.open()
    assert withheld(scene, "SiteOffline", "/site/a") == "FleetUnreachable"
    lose(scene, 1, 2, 3)
    assert withheld(scene, "SiteOffline", "/site/a") is None


def test_an_outage_long_over_explains_nothing_new() -> None:
    """The next silence of one terminal is its own, also in its tail of keep-firing."""
    scene = Scene(site("a", 5), changes={"TerminalOffline": {"keep_firing_s": 60.0}})
    lose(scene, 1, 2, 3, 4, 5, polls=5)
    for _ in range(3):
        for number in (1, 2, 3, 4, 5):
            scene.poll(f"{10_000_000 + number}")
        scene.wait(60)
    assert not scene.open()
    lose(scene, 1, polls=5)
    assert withheld(scene, "TerminalOffline") is None
    scene.poll()
    scene.wait(30)
    assert withheld(scene, "TerminalOffline") is None


def test_a_suspicion_that_is_withdrawn_explains_who_was_not_asked_since() -> None:
    """A site that was only suspected to be dark makes no page of those about to be asked."""
    scene = Scene(site("a", 5), changes={"SiteOffline": {"for_s": 3600.0}})
    lose(scene, 1, 2, 3, 4, 5, polls=5)
    scene.poll("10000002")
    scene.poll("10000003")
    assert not {key for key in scene.open() if key[0] == "SiteOffline"}
    assert withheld(scene, "TerminalOffline", "10000001") == "SiteOffline"
    scene.wait(1)
    scene.fail("10000001")
    assert withheld(scene, "TerminalOffline", "10000001") is None


def test_a_subject_of_a_site_is_no_terminal_id() -> None:
    """Terminal ids have no slash, so a site of the same name is not mistaken for one."""
    assert site_subject("10000001") == "/site/10000001"
