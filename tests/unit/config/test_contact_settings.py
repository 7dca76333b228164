"""Contacts as they are written, and as they are wrong."""

from pathlib import Path

import pytest

from monitor.config.loading import load_settings
from monitor.domain.errors import InvalidConfiguration
from monitor.domain.inventory.contacts import Contact, ContactRole


def contacts(folder: Path, text: str) -> tuple[Contact, ...]:
    """Return the contacts of a configuration."""
    (folder / "posmon.yaml").write_text(f"contacts:\n{text}\n", encoding="utf-8")
    return load_settings(folder / "posmon.yaml", {}).plans().contacts


def test_contacts_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    """One value of a match is a list of one."""
    text = """\
  - {name: Example Telecom, role: carrier, phone: "+49 30 1234-567", match: {region: [east, west]}}
  - {name: 张三, role: shop, email: shop@example.com, note: after ten, match: {site: mall}}"""
    assert contacts(tmp_path, text) == (
        Contact(
            name="Example Telecom",
            role=ContactRole.CARRIER,
            phone="+49 30 1234-567",
            match={"region": ("east", "west")},
        ),
        Contact(
            name="张三",
            role=ContactRole.SHOP,
            email="shop@example.com",
            note="after ten",
            match={"site": ("mall",)},
        ),
    )


@pytest.mark.parametrize(
    ("entry", "field", "reason"),
    [
        ("{name: a, role: shop}", "phone", "is missing, and email too"),
        ("{name: a, role: shop, phone: call me}", "phone", "not a telephone number"),
        ("{name: a, role: shop, phone: '+49 30 1234;5'}", "phone", "not a telephone number"),
        ("{name: a, role: shop, phone: '1'}", "phone", "not a telephone number"),
        ("{name: a, role: shop, phone: 110}", "phone", "write text; quote it"),
        ("{name: a, role: shop, email: a.example}", "email", "not a mail address"),
        ("{name: a, role: boss, phone: '110'}", "role", "must be one of shop, field, carrier"),
        ("{name: '', role: shop, phone: '110'}", "name", "is empty"),
        ("{role: shop, phone: '110'}", "name", "is missing"),
        ("{name: a, role: shop, phone: '110', match: {regoin: a}}", "match.regoin", "did you mean 'region'?"),
        (
            "{name: a, role: shop, phone: '110', match: {severity: info}}",
            "match.severity",
            "not a key of a contact",
        ),
        ("{name: a, role: shop, phone: '110', match: {region: []}}", "match.region", "is empty"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, entry: str, field: str, reason: str) -> None:
    """And its key."""
    with pytest.raises(InvalidConfiguration) as caught:
        contacts(tmp_path, f"  - {entry}")
    (fault,) = caught.value.faults
    assert (fault.line, fault.field) == (2, f"contacts[0].{field}")
    assert reason in fault.reason
