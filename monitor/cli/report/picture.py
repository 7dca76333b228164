"""A report for people."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.output.text import age, inert
from monitor.views.availability_report.documents import AvailabilityReportDocument, AvailabilityRowDocument
from monitor.views.availability_report.figures import NOTHING, availability, share

ROWS_SHOWN = 40
_HEADINGS = {
    "en": ("AVAILABILITY", "SERVICE", "KNOWN", "DOWN", "OUTAGES", "REPAIR"),
    "zh": ("可用率", "服务水平", "覆盖率", "中断", "次数", "修复"),
}
_GROUPS = {
    "terminal": ("TERMINAL", "终端"),
    "site": ("SITE", "门店"),
    "merchant": ("MERCHANT", "商户"),
    "region": ("REGION", "地区"),
    "model": ("MODEL", "型号"),
}
_WORDS = {
    "none": ("Nothing was watched in this period.", "该时段内没有监控记录。"),
    "period": ("{begin} to {end} ({zone})", "{begin} 至 {end}（{zone}）"),  # noqa: RUF001
    "more": ("and {n} more; -o csv has all of them", "另有 {n} 行，-o csv 含全部"),  # noqa: RUF001
    "all": ("all", "合计"),
    "worst": ("Lost most open time:", "营业时间损失最多："),  # noqa: RUF001
    "without": ("(none)", "（未填写）"),  # noqa: RUF001
    "causes": ("Lost to:", "损失原因："),  # noqa: RUF001
    "unknown": ("unknown cause", "原因不明"),
}


def report_picture(report: AvailabilityReportDocument, lang: str) -> RenderableType:
    """Return the rows that lost most first, the worst terminals and the causes."""
    period = _say(lang, "period").format(begin=report.since, end=report.until, zone=report.timezone)
    if not report.rows:
        return Group(Text(inert(period)), Text(_say(lang, "none")))
    rows = sorted(report.rows, key=lambda row: (-row.seconds["down"], row.key))
    shown: list[RenderableType] = [Text(inert(period)), _table(report, rows[:ROWS_SHOWN], lang)]
    if len(rows) > ROWS_SHOWN:
        shown.append(Text(_say(lang, "more").format(n=len(rows) - ROWS_SHOWN), style="dim"))
    if report.worst and report.by != "terminal":
        said = [f"  {inert(row.key)}  {age(row.seconds['down'])}" for row in report.worst]
        shown.append(Text("\n".join(["", _say(lang, "worst"), *said])))
    if report.by_cause:
        unknown = _say(lang, "unknown")
        said = [f"  {inert(row.cause) or unknown}  {age(row.seconds)}" for row in report.by_cause]
        shown.append(Text("\n".join(["", _say(lang, "causes"), *said])))
    return Group(*shown)


def _table(
    report: AvailabilityReportDocument, rows: Sequence[AvailabilityRowDocument], lang: str
) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(_GROUPS[report.by][lang == "zh"], overflow="fold")
    for heading in _HEADINGS["zh" if lang == "zh" else "en"]:
        table.add_column(heading, justify="right", overflow="fold")
    for row in rows:
        table.add_row(*_cells(row, row.key or _say(lang, "without")))
    table.add_row(*_cells(report.total, _say(lang, "all")), style="bold")
    return table


def _cells(row: AvailabilityRowDocument, name: str) -> list[str]:
    median = row.mttr_seconds.median
    return [
        inert(name),
        availability(row),
        share(row.service_level),
        share(row.coverage),
        age(row.seconds["down"]),
        str(row.outages),
        NOTHING if median is None else age(median),
    ]


def _say(lang: str, key: str) -> str:
    english, chinese = _WORDS[key]
    return chinese if lang == "zh" else english
