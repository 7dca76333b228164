"""`posmon inventory hours`."""

from typing import TYPE_CHECKING

import click

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option
from monitor.cli.output.text import inert

if TYPE_CHECKING:
    from rich.console import RenderableType

    from monitor.views.hours_documents import HoursPage, LearntHours

HOURS = "/api/v1/inventory/hours"

CSV_HEADER = ("terminal_id", "site", "timezone", "opening_hours")
"""Columns of an inventory, and only these: the rows can be merged into one."""

_SHORTEST_DAYS, _DAYS, _LONGEST_DAYS = 14, 28, 90
_PATIENCE_S = 300.0
"""The daemon reads weeks of its journal, for every terminal."""

_WORDS = {
    "none": (
        "No hours to suggest, of {n} terminals in {days} days.",
        "{days} 天内 {n} 台终端没有可建议的营业时间。",
    ),
    "as_given": ("{n} keep to the hours that the inventory gives", "{n} 台与档案中的营业时间一致"),
    "never_off": ("{n} are never off for hours", "{n} 台从不长时间关机"),
    "too_short": ("{n} were seen for less than two weeks", "{n} 台的记录不足两周"),
    "irregular": ("{n} go off, but not at regular times", "{n} 台的关机时间没有规律"),
    "no_zone": (
        "{n} have no timezone in the inventory; --timezone names one for them",
        "{n} 台在档案中没有时区，可用 --timezone 指定",  # noqa: RUF001
    ),
    "SITE": ("SITE", "门店"),
    "HOURS": ("HOURS", "营业时间"),
    "SUPPORT": ("SUPPORT", "依据"),
    "support": ("{agreeing} of {known} days, ±{margin} min", "{known} 天中 {agreeing} 天，±{margin} 分钟"),  # noqa: RUF001
    "terminals": ("{n} terminals: {ids}", "{n} 台终端：{ids}"),  # noqa: RUF001
    "given": ("the inventory says {given}: it {remark}", "档案为 {given}：{remark}"),  # noqa: RUF001
    "no_site": ("(no site)", "（无门店）"),  # noqa: RUF001
    "applied": (
        "Nothing of this is applied. Check it, then merge what -o csv prints into the inventory.",
        "以上均未生效。请核对后，将 -o csv 的输出合并到档案。",  # noqa: RUF001
    ),
}
_IDS_SHOWN = 3


@click.command(
    epilog="""\b
Exit code: 0, 2 wrong usage, 3 the daemon does not answer.

\b
Examples:
  posmon inventory hours
  posmon inventory hours --site mall --days 60
  posmon inventory hours --timezone Asia/Shanghai -o csv > hours.csv
"""
)
@click.option("--site", "sites", multiple=True, help="Only this site; may be repeated.")
@click.option(
    "--days",
    type=click.IntRange(_SHORTEST_DAYS, _LONGEST_DAYS),
    default=_DAYS,
    show_default=True,
    help="Learn from so many days.",
)
@click.option("--timezone", default="", help="Whose clock to assume where the inventory names none.")
@language_option()
@output_option("table", "json", "csv")
@daemon_options()
def hours(
    *,
    sites: tuple[str, ...],
    days: int,
    timezone: str,
    lang: str,
    output: str,
    url: DaemonUrl,
    access: Credentials,
) -> None:
    """Suggest opening hours, learnt from when terminals go off and return.

    Suggested is what a terminal keeps to on four of five days, over two weeks at least. Nothing is applied.
    CSV has a row for each terminal without hours; a rhythm that contradicts the inventory is shown only.
    """
    from monitor.views.hours_documents import HoursPage

    query = {"days": str(days), "site": sites} | ({"timezone": timezone} if timezone else {})
    with ApiClient(url, access=access, timeout_s=_PATIENCE_S) as daemon:
        page = daemon.ask(HOURS, HoursPage, query)
    if output == "json":
        from monitor.cli.output.json_csv import json_of

        click.echo(json_of(page), nl=False)
    elif output == "csv":
        from monitor.cli.output.json_csv import csv_of

        click.echo(csv_of([CSV_HEADER, *csv_rows(page)]), nl=False)
        for line in reasons(page, lang):
            click.echo(line, err=True)
    else:
        from monitor.cli.output.screen import print_picture

        if page.hours:
            print_picture(_table(page, lang))
        else:
            click.echo(_words(lang, "none", n=page.terminals, days=page.days))
        for line in reasons(page, lang):
            click.echo(line)
        if page.hours:
            click.echo(_words(lang, "applied"))


def csv_rows(page: "HoursPage") -> list[list[str]]:
    """Return a row for each terminal of which the inventory gives no hours."""
    return [
        [inert(cell) for cell in (terminal_id, one.site, one.timezone, one.opening_hours)]
        for one in page.hours
        if not one.given
        for terminal_id in one.terminal_ids
    ]


def reasons(page: "HoursPage", lang: str) -> list[str]:
    """Return why nothing is suggested of the other terminals."""
    counts = {"as_given": page.as_given} | page.not_learnt
    return [_words(lang, why, n=count) for why, count in counts.items() if count]


def _words(lang: str, key: str, **values: object) -> str:
    english, chinese = _WORDS.get(key, (key, key))
    return (chinese if lang == "zh" else english).format(**values)


def _table(page: "HoursPage", lang: str) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for heading in ("SITE", "HOURS", "SUPPORT"):
        table.add_column(_words(lang, heading), overflow="fold")
    for one in page.hours:
        site = one.site or _words(lang, "no_site")
        terminals = _terminals(one, lang)
        said = one.remark_zh if lang == "zh" else one.remark
        hours = [one.opening_hours, one.timezone]
        if one.given:
            hours.append(_words(lang, "given", given=one.given, remark=said))
        support = _words(lang, "support", agreeing=one.agreeing, known=one.known, margin=one.margin_minutes)
        cells = (f"{site}\n{terminals}", "\n".join(hours), support)
        table.add_row(*(Text("\n".join(map(inert, cell.split("\n")))) for cell in cells))
    return table


def _terminals(one: "LearntHours", lang: str) -> str:
    ids = ", ".join(one.terminal_ids[:_IDS_SHOWN])
    count = len(one.terminal_ids)
    if count == 1:
        return ids
    return _words(lang, "terminals", n=count, ids=ids + (", ..." if count > _IDS_SHOWN else ""))
