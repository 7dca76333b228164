"""Does the host know the terminal, and is there only one of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import bounded
from monitor.domain.alerts.phrase import Phrase, span
from monitor.domain.alerts.subjects import SOURCE, TERMINAL
from monitor.domain.detectors.window_judges import counts, first_mark, lasting, latest, moment_of
from monitor.domain.events.sliding_window import MOST_MARKS, Mark
from monitor.domain.events.terminal_history import ELSEWHERE, Kind
from monitor.domain.events.unknown_ids import SourceWindow
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownIdLimits:
    """So many answers that the host does not know the terminal, or pushes for ids that the inventory lacks.

    A payment that the host approves after that clears it (unsourced).
    """

    count: int = bounded(1, least=1, greatest=MOST_MARKS)
    window_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictLimits:
    """How long after it was last seen twice an id is taken for one again (unsourced)."""

    count: int = bounded(1, least=1, greatest=MOST_MARKS)
    window_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbingLimits:
    """So many different unknown ids from one source (unsourced)."""

    ids: int = bounded(3, least=2, greatest=MOST_MARKS)
    window_s: float = 600.0


_counts_unknown = counts(Kind.UNKNOWN_ID)
_unknown_since = first_mark(Kind.UNKNOWN_ID)


def _source_lasts(source: SourceWindow, window_s: float) -> Verdict:
    now = source.now.monotonic
    if source.ids.last_received + window_s > now:
        return PRESENT
    return ABSENT if source.since.monotonic + window_s <= now else UNKNOWN


def _freshly(source: SourceWindow, window_s: float) -> Sequence[Mark]:
    """Return the window that ends with the latest id, if it has just come in: an old one opens nothing."""
    return latest(source.ids, window_s) if source.ids.fresh else ()


def _unknown(subject: WatchedTerminal | SourceWindow, limits: UnknownIdLimits, is_open: bool) -> Verdict:
    if isinstance(subject, SourceWindow):
        if is_open:
            return _source_lasts(subject, limits.window_s)
        return PRESENT if len(_freshly(subject, limits.window_s)) >= limits.count else ABSENT
    history = subject.events
    marks = history.marks(Kind.UNKNOWN_ID) if history else ()
    if (
        history is not None
        and marks
        and history.last_approved > history.marks(Kind.UNKNOWN_ID).entries[-1][0]
    ):
        return ABSENT
    return _counts_unknown(subject, limits, is_open)


def _began(subject: WatchedTerminal | SourceWindow, limits: UnknownIdLimits) -> Instant:
    if isinstance(subject, SourceWindow):
        return moment_of(latest(subject.ids, limits.window_s), subject.now)
    return _unknown_since(subject, limits)


def _say_unknown(subject: WatchedTerminal | SourceWindow, limits: UnknownIdLimits) -> Phrase:
    if isinstance(subject, SourceWindow):
        count = len(latest(subject.ids, limits.window_s))
        return Phrase(
            f"speaks for {count} terminal id{'s' * (count > 1)} that the inventory does not know",
            f"为 {count} 个档案中没有的终端号上报",
        )
    marks = subject.events.marks(Kind.UNKNOWN_ID) if subject.events else ()
    count = len(latest(marks, limits.window_s)) if marks else 0
    length = span(limits.window_s)
    return Phrase(
        f"the host does not know this terminal: {count} refused in {length.en}",
        f"主机不识别该终端：{length.zh}内被拒 {count} 次",
    )


def _ids(window: Sequence[Mark]) -> int:
    return len({shown for _, shown in window})


def _probed(source: SourceWindow, limits: ProbingLimits, is_open: bool) -> Verdict:
    if is_open:
        return _source_lasts(source, limits.window_s)
    return PRESENT if _ids(_freshly(source, limits.window_s)) >= limits.ids else ABSENT


def _probed_since(source: SourceWindow, limits: ProbingLimits) -> Instant:
    return moment_of(latest(source.ids, limits.window_s), source.now)


def _say_probed(source: SourceWindow, limits: ProbingLimits) -> Phrase:
    count, length = _ids(latest(source.ids, limits.window_s)), span(limits.window_s)
    return Phrase(
        f"tried {count} unknown terminal ids in {length.en}", f"{length.zh}内试用了 {count} 个未知终端号"
    )


def _conflicting(watched: WatchedTerminal, limits: ConflictLimits, is_open: bool) -> Verdict:
    if watched.events is None:
        return UNKNOWN
    marks = watched.events.marks(Kind.CONFLICT)
    if is_open:
        return lasting(watched, marks, limits.window_s)
    return PRESENT if marks.fresh and len(latest(marks, limits.window_s)) >= limits.count else ABSENT


def _say_conflict(watched: WatchedTerminal, limits: ConflictLimits) -> Phrase:
    marks = watched.events.marks(Kind.CONFLICT) if watched.events else ()
    window = latest(marks, limits.window_s) if marks else ()
    seen = [*dict.fromkeys(str(who) for _, who in window)]
    english, chinese = "; ".join(seen), "；".join(map(_in_chinese, seen))
    return Phrase(
        f"the id is in use more than once: {english or 'twice'}", f"该终端号被多处使用：{chinese or '两处'}"
    )


def _in_chinese(who: str) -> str:
    terminal_id = who.removeprefix(ELSEWHERE)
    return who if terminal_id == who else f"终端 {terminal_id} 的地址"


IDENTITY: tuple[Detector, ...] = (
    Detector(
        alertname="UnknownTerminalId",
        category=Category.SECURITY,
        severity=Severity.WARNING,
        owner=Owner.ACQUIRER,
        owners={SOURCE: Owner.SECURITY},
        subjects=(TERMINAL, SOURCE),
        basis=Basis.EVENTS,
        judge=_unknown,
        summary=_say_unknown,
        limits=UnknownIdLimits(),
        began=_began,
    ),
    Detector(
        alertname="TerminalIdConflict",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SECURITY,
        basis=Basis.EVENTS,
        judge=_conflicting,
        summary=_say_conflict,
        limits=ConflictLimits(),
        began=first_mark(Kind.CONFLICT),
    ),
    Detector(
        alertname="TerminalIdProbing",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SECURITY,
        subjects=(SOURCE,),
        basis=Basis.EVENTS,
        judge=_probed,
        summary=_say_probed,
        limits=ProbingLimits(),
        began=_probed_since,
    ),
)
