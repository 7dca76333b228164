"""The result of a backtest for people, 80 columns wide."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.backtest.document import CHANGES, BacktestAlert, BacktestDifference, BacktestDocument
from monitor.cli.output.text import age, inert

SHOWN = 5
"""So many terminals of each change are named; -o csv names all."""

_HEADINGS = {
    "en": ("ALERT", "RAISED", "TOLD", "LONGER", "SHORTER", "GONE", "NEW"),
    "zh": ("告警", "触发", "通知", "更长", "更短", "消失", "新增"),
}
_WORDS = {
    "en": {
        "polls": "{polls} polls from {first} to {last}",
        "empty": "The recording has no polls of this time.",
        "none": "Neither settings raise an alert.",
        "unwatched": "{unwatched} polls are of terminals that an inventory does not poll",
        "damaged": "Left out: {damaged} damaged stretches of the recording, {lost} polls that build on them",
        "more": "and {count} more",
        "cannot": "Not backtested, because a recording has neither events nor pushes nor posmon's own state:",
        "longer": "longer",
        "shorter": "shorter",
        "gone": "gone",
        "new": "new",
    },
    "zh": {
        "polls": "{polls} 次轮询，从 {first} 到 {last}",
        "empty": "这段时间没有记录任何轮询。",
        "none": "两套设置都没有触发告警。",
        "unwatched": "{unwatched} 次轮询的终端不在清单的轮询范围内",
        "damaged": "略去 {damaged} 段损坏的记录，以及依赖它们的 {lost} 次轮询",
        "more": "另有 {count} 个",
        "cannot": "无法回测（记录中没有事件、推送和 posmon 自身的状态）：",
        "longer": "更长",
        "shorter": "更短",
        "gone": "消失",
        "new": "新增",
    },
}


def backtest_lines(document: BacktestDocument, lang: str) -> Iterator[RenderableType]:
    """Yield what is printed, in order."""
    words = _WORDS[lang]
    if not document.first_poll:
        yield Text(words["empty"])
        return
    span = {
        "polls": document.polls,
        "first": document.first_poll[:19],
        "last": (document.last_poll or "")[:19],
    }
    yield Text(words["polls"].format(**span))
    if document.unwatched:
        yield Text(words["unwatched"].format(unwatched=document.unwatched))
    if document.damaged_blocks or document.lost_polls:
        yield Text(words["damaged"].format(damaged=document.damaged_blocks, lost=document.lost_polls))
    yield Text("")
    yield _counts(document.alerts, _HEADINGS[lang]) if document.alerts else Text(words["none"])
    for alert in document.alerts:
        yield from _changes(alert, words)
    yield Text("")
    yield Text(f"{words['cannot']} {', '.join(document.not_backtested)}", style="dim")


def _counts(alerts: Sequence[BacktestAlert], headings: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(headings[0], overflow="fold")
    for heading in headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for alert in alerts:
        table.add_row(
            alert.alertname,
            f"{alert.raised_before}\N{RIGHTWARDS ARROW}{alert.raised}",
            f"{alert.told_before}\N{RIGHTWARDS ARROW}{alert.told}",
            *(str(len(part)) for part in (alert.longer, alert.shorter, alert.gone, alert.new)),
        )
    return table


def _changes(alert: BacktestAlert, words: dict[str, str]) -> Iterator[Text]:
    for change in CHANGES:
        differences: list[BacktestDifference] = getattr(alert, change)
        if not differences:
            continue
        yield Text(f"\n{alert.alertname}, {words[change]}:")
        for one in differences[:SHOWN]:
            times = f"{age(one.before_seconds)} \N{RIGHTWARDS ARROW} {age(one.after_seconds)}"
            yield Text(f"  {inert(one.subject)}  {one.fired_at[:19]}  {times}")
        if (more := len(differences) - SHOWN) > 0:
            yield Text(f"  {words['more'].format(count=more)}")
