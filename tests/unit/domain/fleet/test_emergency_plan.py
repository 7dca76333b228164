"""The plan for an alert: who is called first, and what lies ready."""

from monitor.domain.calendars.plans import Plans
from monitor.domain.fleet.emergency_plan import EmergencyPlan, plan_for, plan_words
from monitor.domain.inventory.contacts import Contact, ContactRole
from monitor.domain.inventory.terminal import InventoryStatus
from tests.scenes import Scene, site, terminal

CARRIER = Contact(
    name="Example Telecom", role=ContactRole.CARRIER, phone="+49 30 1", match={"parent": ("line-7",)}
)
SHOP = Contact(
    name="Frau Beispiel", role=ContactRole.SHOP, email="shop@example.com", match={"site": ("mall",)}
)
FAR = Contact(name="Far", role=ContactRole.FIELD, phone="2", match={"region": ("west",)})
TERMINAL = {"terminal_id": "10000001", "site": "mall", "region": "east", "model": "N910", "owner": "network"}


def scene() -> Scene:
    """Return a site with a spare."""
    spare = terminal(9, site="mall", region="east", model="N910", status=InventoryStatus.SPARE, endpoint="")
    made = Scene(site("mall", 2, region="east", model="N910", merchant_id="m1", parents="line-6; line-7"))
    made.fleet.set_aside(spare)
    made.fleet.follow(Plans(contacts=(SHOP, CARRIER, FAR)))
    return made


def test_who_acts_first_is_called_first() -> None:
    """The rest in the order of the file; the spare of the site."""
    fleet = scene().fleet
    plan = plan_for(TERMINAL, fleet)
    assert [one.name for one in plan.contacts] == ["Example Telecom", "Frau Beispiel"]
    assert [one.terminal_id for one in plan.spares] == ["10000009"]
    assert plan_for(TERMINAL | {"owner": "shop"}, fleet).contacts[0] is SHOP


def test_site_has_the_contacts_of_its_terminals_and_needs_no_spare() -> None:
    """A region has those that name it, and nobody's line."""
    fleet = scene().fleet
    plan = plan_for({"site": "mall", "owner": "network"}, fleet)
    assert [one.name for one in plan.contacts] == ["Example Telecom", "Frau Beispiel"]
    assert plan.spares == ()
    assert [one.name for one in plan_for({"region": "west"}, fleet).contacts] == ["Far"]


def test_words_for_receivers() -> None:
    """One line in each language; none where there is nothing to say."""
    fleet = scene().fleet
    assert plan_words(TERMINAL, fleet) == {
        "plan": "carrier: Example Telecom +49 30 1; shop: Frau Beispiel shop@example.com; "
        "spare: 10000009 N910 at this site",
        "plan_zh": "运营商：Example Telecom +49 30 1；门店：Frau Beispiel shop@example.com；"  # noqa: RUF001
        "备机：10000009 N910（本站点）",  # noqa: RUF001
    }
    assert plan_words({"region": "north"}, fleet) == {}
    assert plan_for(TERMINAL, Scene(site("mall", 1)).fleet) == EmergencyPlan()


def test_spare_that_is_put_to_use_is_no_spare() -> None:
    """The fleet watches it from then on."""
    made = scene()
    row = terminal(9, site="mall", region="east", model="N910")
    made.evaluation.membership.add(row, made.now)
    assert plan_for(TERMINAL, made.fleet).spares == ()
