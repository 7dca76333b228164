"""What could be done about a noisy rule: a sentence that names the setting or the command."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.digest.rule_tally import RuleTally

RECURS_FROM = 3
"""Twice may be chance; what comes a third time has a cause that lasts."""

MOST_OF = 0.5
"""The share from which a rule's firings count as mostly of one kind."""

_HOLDS_S = (60, 120, 180, 300)
"""Values of `for` worth suggesting; a longer one would hide what should be seen."""

_PAPER = frozenset({"PaperOut", "PaperLow"})
_NOTHING = Phrase(
    "nothing about it stands out; `posmon explain {name}` says what to look at",
    "没有明显规律，请用 `posmon explain {name}` 查看运行手册",  # noqa: RUF001
)


def _no_setting(_alertname: str, _key: str) -> float | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What the configuration says now: `setting(alertname, key)`, and whether shops are told themselves."""

    setting: Callable[[str, str], float | None] = _no_setting
    tells_shops: bool = True


_ANY = InForce()


def suggestion_for(tally: RuleTally, in_force: InForce = _ANY) -> Phrase:
    """Return the first suggestion that fits, the most definite one standing first.

    To raise `for`, to silence, or to tell the shop only is never suggested for alerts of security.
    """
    for suggest in (_held, _paper, _flapping, _one_site, _shop, _nightly, _longer_hold, _information):
        found = suggest(tally, in_force)
        if found is not None:
            return found
    return Phrase(*(text.format(name=tally.alertname) for text in _NOTHING))


def _held(tally: RuleTally, _in_force: InForce) -> Phrase | None:
    if not tally.fired or tally.held < tally.fired or tally.told or tally.shop_told:
        return None
    return Phrase(
        "nothing: all of it was held back, and no receiver was told",
        "无需处理：均已暂缓，未通知任何人",  # noqa: RUF001
    )


def _paper(tally: RuleTally, _in_force: InForce) -> Phrase | None:
    subject, often = tally.by_subject.most_common(1)[0] if tally.by_subject else ("", 0)
    if tally.alertname not in _PAPER or often < RECURS_FROM:
        return None
    return Phrase(
        f"give {subject} more spare paper: it ran short {often} times",
        f"请为 {subject} 多备打印纸：缺纸 {often} 次",  # noqa: RUF001
    )


def _flapping(tally: RuleTally, _in_force: InForce) -> Phrase | None:
    if tally.alertname != "TerminalFlapping" or not tally.by_subject:
        return None
    named = [name.replace("`", "'") for name, _ in tally.by_subject.most_common(3)]
    return Phrase(
        f"look at signal and cabling of {', '.join(named)}; `posmon status {shlex.join(named)}` shows them",
        f"请检查 {'、'.join(named)} 的信号和线缆；`posmon status {shlex.join(named)}` 可查看",  # noqa: RUF001
    )


def _one_site(tally: RuleTally, _in_force: InForce) -> Phrase | None:
    site, there = tally.by_site.most_common(1)[0] if tally.by_site else ("", 0)
    if there < RECURS_FROM or there <= MOST_OF * tally.fired:
        return None
    look = Phrase(
        f"look at {site}: {there} of {tally.fired} are there; its line, its power",
        f"请检查 {site} 的线路和电源：{tally.fired} 次中有 {there} 次在此",  # noqa: RUF001
    )
    if tally.category == Category.SECURITY:
        return Phrase(
            f"look at {site}: {there} of {tally.fired} are there",
            f"请检查 {site}：{tally.fired} 次中有 {there} 次在此",  # noqa: RUF001
        )
    if "`" in site:  # pages take what stands between back quotes for code
        return Phrase(*(said.replace("`", "'") for said in look))
    match = shlex.quote("site=" + site.replace(",", "\\,"))
    command = f"`posmon silence add --match {match} --for 8h --comment TEXT`"
    return Phrase(f"{look.en}; while it is mended: {command}", f"{look.zh}；维修期间：{command}")  # noqa: RUF001


def _shop(tally: RuleTally, in_force: InForce) -> Phrase | None:
    if tally.owner != Owner.SHOP or tally.category == Category.SECURITY:
        return None
    if in_force.tells_shops or not tally.told:
        return None
    return Phrase(
        "the shop can mend it: have posmon tell the shop itself, `notify.shops.email: true`",
        "门店即可处理：可由 posmon 直接通知门店，设置 `notify.shops.email: true`",  # noqa: RUF001
    )


def _nightly(tally: RuleTally, _in_force: InForce) -> Phrase | None:
    hour, often = tally.by_hour.most_common(1)[0] if tally.by_hour else (0, 0)
    days = len(tally.days[hour]) if often else 0
    if tally.category == Category.SECURITY or days < RECURS_FROM or often <= MOST_OF * tally.fired:
        return None
    hours = f"Mo-Su {hour:02}:00-{hour + 1:02}:00"
    command = (
        f"`posmon window add --match alertname={tally.alertname} --every '{hours}' --timezone UTC"
        " --comment TEXT`"
    )
    return Phrase(
        f"{often} of {tally.fired} began from {hour:02}:00 to {hour + 1:02}:00 UTC, on {days} days;"
        f" if that is planned work: {command}",
        f"{tally.fired} 次中有 {often} 次发生在 UTC {hour:02}:00-{hour + 1:02}:00，涉及 {days} 天；"  # noqa: RUF001
        f"如属计划作业：{command}",  # noqa: RUF001
    )


def _longer_hold(tally: RuleTally, in_force: InForce) -> Phrase | None:
    """Suggest the shortest `for` that most firings would not have outlasted."""
    if tally.category == Category.SECURITY or tally.fired < RECURS_FROM:
        return None
    present = in_force.setting(tally.alertname, "for") or 0.0
    for hold_s in _HOLDS_S:
        spared = sum(lasted_s < hold_s for lasted_s in tally.short_s)
        if hold_s > present and spared > MOST_OF * tally.fired:
            key = f"`detectors.{tally.alertname}.for: {hold_s // 60}m`"
            return Phrase(
                f"set {key}: {spared} of {tally.fired} were over sooner",
                f"可设 {key}：{tally.fired} 次中有 {spared} 次在此之前已恢复",  # noqa: RUF001
            )
    return None


def _information(tally: RuleTally, _in_force: InForce) -> Phrase | None:
    is_loud = tally.told and tally.severity != Severity.INFO
    if tally.category == Category.SECURITY or tally.fired < RECURS_FROM or not is_loud:
        return None
    if tally.attended or tally.still_open:
        return None
    key = f"`detectors.{tally.alertname}.severity: info`"
    return Phrase(
        f"nobody acted on any and all ended by themselves: {key}, if that is right",
        f"无人处理且均自行恢复：如属正常，可设 {key}",  # noqa: RUF001
    )
