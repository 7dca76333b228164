"""Whom to call about an alert, and which spare terminals are near."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.alerts.alert import Owner
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.inventory.contacts import Contact, ContactRole, PlaceValues
from monitor.domain.inventory.terminal import Terminal

MOST_CONTACTS = 10
MOST_SPARES = 3

_SHORT_CONTACTS = 3
_SHORT_SPARES = 2
_COLUMNS = ("terminal_id", "merchant_id", "site", "region", "vendor", "model")
_ROLE_OF: Mapping[str, ContactRole] = {
    Owner.SHOP: ContactRole.SHOP,
    Owner.FIELD: ContactRole.FIELD,
    Owner.NETWORK: ContactRole.CARRIER,
    Owner.ACQUIRER: ContactRole.ACQUIRER,
    Owner.SECURITY: ContactRole.SECURITY,
}
ROLES_ZH: Mapping[ContactRole, str] = {
    ContactRole.SHOP: "门店",
    ContactRole.FIELD: "现场服务",
    ContactRole.CARRIER: "运营商",
    ContactRole.ACQUIRER: "收单机构",
    ContactRole.SECURITY: "安全",
    ContactRole.OTHER: "联系人",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyPlan:
    """The contacts for a place, whoever acts first before others, and the nearest spares."""

    contacts: tuple[Contact, ...] = ()
    spares: tuple[Terminal, ...] = ()

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.contacts or self.spares)


def plan_for(labels: Mapping[str, str], fleet: Fleet) -> EmergencyPlan:
    """Return the plan for an alert with these labels, or for what they name."""
    if not fleet.contacts and not fleet.spares:
        return EmergencyPlan()
    row = _row(labels, fleet)
    contacts = fleet.contacts.of(_place(labels, row))
    first = _ROLE_OF.get(labels.get("owner", ""))
    contacts.sort(key=lambda contact: contact.role is not first)
    spares: list[Terminal] = []
    if labels.get("terminal_id"):
        site, region, model = (labels.get(name, "") for name in ("site", "region", "model"))
        spares = fleet.spares.near(site=site, region=region, model=model, most=MOST_SPARES)
    return EmergencyPlan(contacts=tuple(contacts[:MOST_CONTACTS]), spares=tuple(spares))


def plan_words(labels: Mapping[str, str], fleet: Fleet) -> dict[str, str]:
    """Return the annotations `plan` and `plan_zh`, a line each; none where there is nothing to say."""
    plan = plan_for(labels, fleet)
    if not plan:
        return {}
    called = [
        (contact.role.value, ROLES_ZH[contact.role], f"{contact.name} {contact.reached_at}".rstrip())
        for contact in plan.contacts[:_SHORT_CONTACTS]
    ]
    english = [f"{role}: {said}" for role, _, said in called]
    chinese = [f"{role}：{said}" for _, role, said in called]  # noqa: RUF001
    for spare in plan.spares[:_SHORT_SPARES]:
        is_here = bool(spare.site) and spare.site == labels.get("site")
        english.append(f"spare: {spare.terminal_id} {spare.model}".rstrip() + _at(spare, is_here=is_here))
        where = "本站点" if is_here else spare.site or spare.region
        chinese.append(f"备机：{spare.terminal_id} {spare.model}".rstrip() + f"（{where}）")  # noqa: RUF001
    return {"plan": "; ".join(english), "plan_zh": "；".join(chinese)}  # noqa: RUF001


def _at(spare: Terminal, *, is_here: bool) -> str:
    return " at this site" if is_here else f" at {spare.site or spare.region}"


def _row(labels: Mapping[str, str], fleet: Fleet) -> Terminal | None:
    """Return the inventory row of the terminal, or of one of the site."""
    terminal_id = labels.get("terminal_id", "")
    if terminal_id:
        watched = fleet.get(terminal_id)
        return watched.terminal if watched is not None else fleet.unpolled.get(terminal_id)
    group = fleet.sites.get(labels.get("site", ""))
    member = group.example if group is not None else None
    return member.terminal if member is not None else None


def _place(labels: Mapping[str, str], row: Terminal | None) -> PlaceValues:
    place = {name: (labels[name],) for name in _COLUMNS if labels.get(name)}
    if row is None:
        return place
    for name in ("merchant_id", "region"):
        if getattr(row, name):
            place.setdefault(name, (getattr(row, name),))
    parents = tuple(name.strip() for name in row.parents.split(";") if name.strip())
    return place | {"parent": parents}
