from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.subjects import FLEET, SITE
from monitor.domain.detectors.table import DETECTORS
from tests.extension.kinds import with_merchants
from tests.extension.rows import MERCHANT_DARK
from tests.scenes import Scene, site, terminal
from tests.unit.domain.subjects.kinds import subjects_of

CAFE = "/merchant/cafe"
NOT_TERMINALS = {"SiteOffline": {"enabled": False}, "FleetUnreachable": {"enabled": False}}


def merchant() -> Scene:
    """Return four terminals of a café, of which two have failed, and two of a hotel that answer."""
    rows = [
        terminal(1, site="a", merchant_id="cafe", contact="021-555"),
        *(terminal(number, site="b", merchant_id="cafe") for number in (2, 3, 4)),
        *(terminal(number, merchant_id="hotel") for number in (5, 6)),
    ]
    scene = Scene(rows, changes=NOT_TERMINALS, detectors=(*DETECTORS, MERCHANT_DARK), kinds=with_merchants())
    for row in rows:
        scene.poll(row.terminal_id)
    scene.pass_(30)
    for terminal_id in ("10000001", "10000002"):
        scene.fail(terminal_id)
    return scene


def test_a_site_is_named_by_its_members() -> None:
    """The region is that of most members, the contact that of the first who has one."""
    rows = [terminal(1, site="mall"), *site("mall", 2, first=2, region="north", contact="021-555")]
    scene = Scene(rows)
    kind, mall = subjects_of(scene)[SITE], scene.fleet.sites["mall"]
    assert (kind.subject(mall), kind.title(mall)) == ("/site/mall", "mall")
    assert kind.labels(mall) == {"site": "mall", "region": "north"}
    assert kind.contact(mall) == "021-555"


def test_the_fleet_speaks_as_posmon() -> None:
    """It has no labels of its own and nobody to call: its own link is suspected."""
    scene = Scene(site("mall", 2))
    kind, whole = subjects_of(scene)[FLEET], scene.fleet.whole
    assert (kind.subject(whole), kind.title(whole), kind.contact(whole)) == ("/fleet", "posmon", "")
    assert kind.labels(whole) == {}
    assert kind.asked_at(whole, scene.now) == scene.now


def test_a_new_kind_of_group_opens_and_ends_with_its_members() -> None:
    """Its alert has the subject, labels, words and evidence of its class, and no other code knows it."""
    scene = merchant()
    alert = scene.open()["MerchantDark", CAFE]
    assert alert.labels == {
        "alertname": "MerchantDark",
        "severity": "critical",
        "category": "connectivity",
        "owner": "network",
        "merchant": "cafe",
    }
    assert alert.annotations["summary"] == "cafe: 2 of 4 terminals are dark"
    assert alert.annotations["contact"] == "021-555"
    assert "10000001" in alert.annotations["evidence"]
    scene.poll("10000001")
    assert ("MerchantDark", CAFE) not in scene.open()
    assert scene.states("MerchantDark", CAFE) == [AlertState.FIRING, AlertState.RESOLVED]


def test_a_new_kind_of_outage_holds_its_members_back() -> None:
    """Who is down with the merchant is not sent; who was not counted in goes on being sent."""
    scene = merchant()
    for _ in range(4):
        scene.pass_(30)
        scene.fail("10000001")
        scene.fail("10000002")
        scene.fail("10000005")
    alerts = scene.open()
    held_back = {
        subject: scene.suppressor(alerts["TerminalOffline", subject])
        for subject in ("10000001", "10000002", "10000005")
    }
    assert held_back == {"10000001": "MerchantDark", "10000002": "MerchantDark", "10000005": None}


def test_a_new_kind_of_group_follows_a_reload() -> None:
    """When its members move away its alert ends at the next tick, for there is no such group any more."""
    scene = merchant()
    for number in range(1, 5):
        scene.change(terminal(number, merchant_id="hotel"))
    scene.tick()
    assert ("MerchantDark", CAFE) not in scene.open()
    assert scene.fleet.groups.find(CAFE) is None


def test_the_words_of_a_new_kind_are_kept_true() -> None:
    """A third terminal goes dark: the alert that fires says so without a step."""
    scene = merchant()
    scene.fail("10000003")
    scene.wait(130)
    assert scene.open()["MerchantDark", CAFE].annotations["summary"] == "cafe: 3 of 4 terminals are dark"
    assert scene.states("MerchantDark", CAFE) == [AlertState.FIRING]
