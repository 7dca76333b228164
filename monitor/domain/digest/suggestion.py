"""What could be done about a noisy rule, in one sentence."""

from monitor.domain.alerts.alert import Category
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.digest.rule_tally import SHORT_S, RuleTally

RECURS_FROM = 3
"""Twice may be chance; what comes a third time has a cause that lasts."""

MOST_OF = 0.5
"""The share from which a rule's firings count as mostly of one kind."""

_PAPER = frozenset({"PaperOut", "PaperLow"})
_NOTHING = Phrase(
    "nothing about it stands out; its runbook says what to look at",
    "没有明显规律，请参阅运行手册",  # noqa: RUF001
)


def suggestion_for(tally: RuleTally) -> Phrase:  # noqa: PLR0911
    """Return the first suggestion that fits, the most definite one standing first.

    To raise `for`, or to tell the shop only, is never suggested for alerts of security.
    """
    subject, often = tally.by_subject.most_common(1)[0] if tally.by_subject else ("", 0)
    if tally.alertname in _PAPER and often >= RECURS_FROM:
        return Phrase(
            f"give {subject} more spare paper: it ran short {often} times",
            f"请为 {subject} 多备打印纸：缺纸 {often} 次",  # noqa: RUF001
        )
    if tally.alertname == "TerminalFlapping":
        return Phrase("look at signal and cabling of the terminals named", "请检查相关终端的信号和线缆")
    site, there = tally.by_site.most_common(1)[0] if tally.by_site else ("", 0)
    if there >= RECURS_FROM and there > MOST_OF * tally.fired:
        return Phrase(
            f"look at {site}: {there} of {tally.fired} are there; its line, its power",
            f"请检查 {site} 的线路和电源：{tally.fired} 次中有 {there} 次在此",  # noqa: RUF001
        )
    if tally.category == Category.SECURITY or tally.fired < RECURS_FROM:
        return _NOTHING
    if tally.short > MOST_OF * tally.fired:
        minutes = int(SHORT_S / 60)
        return Phrase(
            f"raise its `for`: {tally.short} of {tally.fired} were over within {minutes} minutes",
            f"可调高其 `for`：{tally.fired} 次中有 {tally.short} 次在 {minutes} 分钟内恢复",  # noqa: RUF001
        )
    if not tally.acknowledged and not tally.still_open:
        return Phrase(
            "nobody acknowledged any and all ended by themselves: give it `severity: info`",
            "无人确认且均自行恢复：可设为 `severity: info`",  # noqa: RUF001
        )
    return _NOTHING
