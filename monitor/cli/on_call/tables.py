"""Silences, acknowledgements and actions for people."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.on_call.acknowledgement import end_in
from monitor.cli.on_call.silence import matched_in
from monitor.cli.on_call.window import times_in
from monitor.cli.on_call.words import in_words
from monitor.cli.output.local_time import local_time
from monitor.cli.output.text import age, inert
from monitor.domain.instant import parse_rfc3339
from monitor.views.device_record_documents import DeviceEntryDocument
from monitor.views.documents import (
    AcknowledgementDocument,
    AcknowledgementPage,
    ActionDocument,
    SilenceDocument,
    SilencePage,
    WindowDocument,
    WindowPage,
)

OURS = "posmon"
_WIDEST_NAME = 20


def silences_table(page: SilencePage, lang: str) -> RenderableType:
    """Return an entry for each silence: when it ends, what it is about, whose it is and why."""
    if not page.silences:
        return Text(in_words(lang, "no silences"))
    table = _table(in_words(lang, "ENDS"), in_words(lang, "SILENCE"))
    for silence in page.silences:
        table.add_row(between(page.now, silence.until), _silence_entry(silence, page.now, lang))
    return table


def windows_table(page: WindowPage, lang: str) -> RenderableType:
    """Return an entry for each window: when it ends if it is in force, when it is, what it is about, why."""
    if not page.windows:
        return Text(in_words(lang, "no windows"))
    table = _table(in_words(lang, "ENDS"), in_words(lang, "WINDOW"))
    for one in page.windows:
        ends = between(page.now, one.active_until) if one.active_until else "-"
        table.add_row(ends, _window_entry(one, lang))
    return table


def acknowledgements_table(page: AcknowledgementPage, lang: str) -> RenderableType:
    """Return an entry for each acknowledgement: for how long, of which alert, whose it is and why."""
    if not page.acks:
        return Text(in_words(lang, "no acks"))
    table = _table(in_words(lang, "FOR"), in_words(lang, "ACKNOWLEDGED"))
    for one in page.acks:
        table.add_row(between(one.at, page.now), _acknowledgement_entry(one, lang))
    return table


def actions_table(actions: Sequence[ActionDocument], lang: str) -> RenderableType:
    """Return a row for each action."""
    if not actions:
        return Text(in_words(lang, "no actions"))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(in_words(lang, "WHEN"), no_wrap=True)
    table.add_column(in_words(lang, "WHO"), overflow="fold", max_width=_WIDEST_NAME)
    table.add_column(in_words(lang, "WHAT"), overflow="fold")
    for action in actions:
        who = inert(action.by) if action.via == OURS else inert(f"{action.by} ({action.via})")
        table.add_row(Text(local_time(action.at)), Text(who), _action_entry(action, lang))
    return table


def device_record_table(entries: Sequence[DeviceEntryDocument], lang: str) -> RenderableType:
    """Return a row for each line of a device record: when, what, and who wrote it."""
    if not entries:
        return Text(in_words(lang, "no record"))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(in_words(lang, "WHEN"), no_wrap=True)
    table.add_column(in_words(lang, "WHAT"), overflow="fold")
    for one in entries:
        if one.what:
            said = entry(one.what.replace("_", " "), (f"{one.before or '-'} → {one.after or '-'}",))
        else:
            said = entry(f"{in_words(lang, one.kind)}: {one.text}", (f"{one.by} ({one.via})",))
        table.add_row(Text(local_time(one.at)), said)
    return table


def between(begin: str, end: str) -> str:
    """Return how long it is from one timestamp to another, `?` when either is none."""
    first, last = parse_rfc3339(begin), parse_rfc3339(end)
    return "?" if first is None or last is None else age(last - first)


def entry(head: str, lines: Iterable[str]) -> Text:
    """Return a head and what is said below it, line by line."""
    said = [Text(inert(head), style="bold"), *(Text(inert(line)) for line in lines if line)]
    return Text("\n").join(said)


def whose(by: str, comment: str) -> str:
    """Return author and comment."""
    return f"{by}: {comment}" if comment else by


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(headings[0], no_wrap=True, justify="right")
    table.add_column(headings[1], overflow="fold")
    return table


def _silence_entry(silence: SilenceDocument, now: str, lang: str) -> Text:
    to_come = (parse_rfc3339(silence.starts_at) or 0.0) > (parse_rfc3339(now) or 0.0)
    elsewhere = "" if silence.origin == OURS else in_words(lang, "elsewhere").format(origin=silence.origin)
    lines = (
        in_words(lang, "begins").format(begin=local_time(silence.starts_at)) if to_come else "",
        f"{matched_in(silence.matched, lang)}, "
        + in_words(lang, "until").format(until=local_time(silence.until)),
        whose(silence.by, silence.comment),
        elsewhere,
    )
    return Text("\n").join((entry(silence.says, lines), Text(inert(silence.id), style="dim")))


def _window_entry(one: WindowDocument, lang: str) -> Text:
    following = "" if one.active_until or not one.every or not one.next_start else local_time(one.next_start)
    lines = (
        times_in(one, lang),
        in_words(lang, "next").format(start=following) if following else "",
        matched_in(one.matched, lang),
        whose(one.by or in_words(lang, one.origin), one.comment),
    )
    head = f"{one.name}  {one.says}" if one.name else one.says
    return Text("\n").join((entry(head, lines), Text(inert(one.id), style="dim")))


def _acknowledgement_entry(one: AcknowledgementDocument, lang: str) -> Text:
    said = entry(
        f"{one.alertname}  {one.subject.lstrip('/')}", (whose(one.by, one.comment), end_in(one, lang))
    )
    return Text("\n").join((said, Text(inert(one.id), style="dim")))


def _action_entry(action: ActionDocument, lang: str) -> Text:
    details = action.details
    about = details.get("match") or f"{details.get('alertname', '')} {details.get('subject', '').lstrip('/')}"
    until = details.get("until", "") if action.what.endswith(".add") else ""
    lines = (
        in_words(lang, "until").format(until=local_time(until)) if until else "",
        action.comment,
    )
    return entry(f"{in_words(lang, action.what)}: {about.strip() or action.target}", lines)
