"""The hours that posmon has learnt, as clients of the API decode them."""

from msgspec import Struct


class LearntHours(Struct, kw_only=True):
    """The hours that terminals of one site keep to, though nothing applies them.

    `opening_hours` are written as an inventory takes them, in `timezone`. `agreeing` of `known` days were
    like that, nine of ten of these within `margin_minutes`. `given` are the hours of the inventory, ""
    without; then `remark` says how they are contradicted. `usually` says it for people, `usually_zh` in
    Chinese.
    """

    site: str
    terminal_ids: list[str]
    opening_hours: str
    timezone: str
    agreeing: int
    known: int
    margin_minutes: int
    usually: str
    usually_zh: str
    given: str = ""
    remark: str = ""
    remark_zh: str = ""


class HoursPage(Struct, kw_only=True):
    """What was learnt from `since` to `until`: hours that the inventory lacks, or contradicts.

    `as_given` counts terminals that keep to the inventory's hours; `not_learnt` counts the others by the
    reason: `never_off` for long, `too_short` a time seen (two weeks are needed), `irregular`, or `no_zone` in
    the inventory.
    """

    since: str
    until: str
    days: int
    hours: list[LearntHours]
    terminals: int
    as_given: int
    not_learnt: dict[str, int]
