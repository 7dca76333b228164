"""The figures of calm, as tables for people and JSON for later."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from bench.evaluate.calm.score import CalmScore, calm_targets_missed
from bench.evaluate.world.story import DAY_S, HOUR_S, MINUTE_S


def calm_lines(score: CalmScore) -> Iterator[str]:
    """Yield the tables."""
    yield f"{score.thousand_weeks:g} weeks of 1 000 terminals, {score.polls} polls"
    yield ""
    yield "per 1 000 terminals and week:"
    yield _row("alert", "owner", ("notif.", "pages", "needed", "needless"))
    names = sorted(score.notifications | score.pages, key=lambda name: (-score.pages[name], name))
    for name in names:
        pages, needed = score.pages[name], score.needed[name]
        numbers = (score.notifications[name], pages, needed, pages - needed)
        yield _row(*name, [f"{score.rate(number):.1f}" for number in numbers])
    total, needed = score.pages.total(), score.needed.total()
    numbers = (score.notifications.total(), total, needed, total - needed)
    yield _row("together", "", [f"{score.rate(number):.1f}" for number in numbers])
    yield ""
    yield _row("needless pages, by alert", "what it was about", ("pages",))
    for (alertname, reason), number in score.needless.most_common():
        yield _row(alertname, reason, (str(number),))
    yield ""
    yield _row("needs on-call", "", ("all", "found", "buried", "split", "pages", "delay s"))
    for kind_name, kind in sorted(score.kinds.items()):
        delay = f"{median(kind.delays_s):.0f}" if kind.delays_s else "-"
        counts = (kind.incidents, kind.found, kind.buried, kind.split, sum(kind.pages))
        yield _row(kind_name, "", (*map(str, counts), delay))
    yield ""
    yield from calm_summary(score)


def calm_summary(score: CalmScore) -> Iterator[str]:
    """Yield how the figures stand to the targets."""
    total, needed = score.pages.total(), score.needed.total()
    yield f"found: {score.found} of {score.incidents}"
    yield f"needless pages per 1 000 terminals and week: {score.rate(total - needed):.1f}"
    yield f"needed: {needed} of {total} pages"
    missed = [*calm_targets_missed(score)]
    yield "all targets met" if not missed else "targets missed: " + "; ".join(missed)


def page_lines(score: CalmScore) -> Iterator[str]:
    """Yield every page, with what it was needed for or about."""
    for judged in sorted(score.judged, key=lambda judged: judged.page.opened_at):
        page, alert = judged.page, judged.page.first
        place = alert.labels.get("terminal_id") or alert.labels.get("site") or alert.labels.get("card", "")
        word = "needed" if judged.incident else "needless"
        yield (
            f"{_moment(page.opened_at)}  {page.receiver:<9} {word:<8} {alert.labels['alertname']:<27} "
            f"{place:<13} {len(page.alerts):>3} alerts  {judged.reason}"
        )


def calm_document(score: CalmScore, *, seeds: Sequence[int], took_s: float) -> dict[str, Any]:
    """Return all figures as a document; rates are per 1 000 terminals and week, delays seconds."""
    total, needed = score.pages.total(), score.needed.total()
    return {
        "seeds": list(seeds),
        "took_s": round(took_s),
        "thousand_terminal_weeks": score.thousand_weeks,
        "polls": score.polls,
        "alerts": [
            {
                "alertname": alertname,
                "owner": owner,
                "notifications": score.rate(score.notifications[alertname, owner]),
                "pages": score.rate(score.pages[alertname, owner]),
                "needed_pages": score.rate(score.needed[alertname, owner]),
            }
            for alertname, owner in sorted(score.notifications | score.pages)
        ],
        "notifications": score.rate(score.notifications.total()),
        "pages": score.rate(total),
        "needless_pages": score.rate(total - needed),
        "needed_share": needed / total if total else None,
        "needless": [
            {"alertname": alertname, "about": reason, "pages": number}
            for (alertname, reason), number in score.needless.most_common()
        ],
        "incidents": {
            name: {
                "incidents": kind.incidents,
                "found": kind.found,
                "buried": kind.buried,
                "split": kind.split,
                "pages": kind.pages,
                "delays_s": [round(delay) for delay in kind.delays_s],
            }
            for name, kind in sorted(score.kinds.items())
        },
        "found_share": score.found / score.incidents if score.incidents else None,
        "targets_missed": [*calm_targets_missed(score)],
    }


def _moment(at: float) -> str:
    day, rest = divmod(at, DAY_S)
    return f"day {int(day)} {int(rest // HOUR_S):02}:{int(rest % HOUR_S // MINUTE_S):02}"


def _row(name: str, more: str, cells: Sequence[str]) -> str:
    return f"{name:<28}{more:<20}" + "".join(f"{cell:>9}" for cell in cells)
