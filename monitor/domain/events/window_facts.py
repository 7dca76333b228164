"""The facts about a card or a source, as evidence for people."""

from collections.abc import Iterable

from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.unknown_ids import SourceWindow
from monitor.domain.instant import rfc3339

MOST_TOLD = 10


def card_facts(window: CardWindow) -> dict[str, str]:
    """Return where a card's PIN was wrong, and when last."""
    entries = window.wrong_pins.entries
    if not entries:
        return {}
    last = window.now.ago(window.now.monotonic - entries[-1][0])
    terminals = dict.fromkeys(str(terminal_id) for _, terminal_id in reversed(entries))
    return {"wrong PINs at": _some(terminals), "last wrong PIN": rfc3339(last.wall)}


def source_facts(window: SourceWindow) -> dict[str, str]:
    """Return the unknown ids, the latest first."""
    ids = window.distinct()
    return {"unknown ids": _some(ids)} if ids else {}


def _some(names: Iterable[str]) -> str:
    everything = list(names)
    more = len(everything) - MOST_TOLD
    return " ".join(everything[:MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
