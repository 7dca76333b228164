"""The windows of planned work, those of the configuration and those of people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from monitor.domain.calendars.flexible import flexible_until
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.on_call.board import OnCallBoard
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.rule_index import RuleIndex
from monitor.domain.on_call.window import OperatorWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedWindow:
    """A window with what finds it; `by` is who opened it, "" for one of the configuration."""

    id: str
    matcher: Matcher
    planned: PlannedWindow
    by: str = ""

    def holds(self, since: float, wall: float, zone: tzinfo) -> tuple[float, float] | None:
        """Return from when until when it holds an alert that began at `since`; None when it does not."""
        length_s = self.planned.length_s
        if length_s is None:
            stretch = self.planned.schedule.stretch(wall, self.planned.zone or zone)
            return (stretch.begin, stretch.end) if stretch.is_inside else None
        until = flexible_until(
            self.planned.schedule, length_s=length_s, since=since, wall=wall, zone=self.planned.zone or zone
        )
        return None if until is None else (until - length_s, until)


class WindowBook:
    """Finds the windows that are about an alert; follows those of the configuration at each reload."""

    def __init__(self, *, fleet: Fleet, on_call: OnCallBoard) -> None:
        self._fleet = fleet
        self._on_call = on_call
        self._index: RuleIndex[PlacedWindow] = RuleIndex()
        self._configured: tuple[PlannedWindow, ...] = ()
        self._opened: Mapping[str, OperatorWindow] = {}
        self._known: dict[str, PlannedWindow | OperatorWindow] = {}
        self._placed: dict[str, PlacedWindow] = {}

    def __iter__(self) -> Iterator[PlacedWindow]:
        """Iterate over all windows, in force or not."""
        self._follow()
        return iter(self._placed.values())

    def __bool__(self) -> bool:
        """Tell whether there is any window, in force or not."""
        self._follow()
        return bool(self._placed)

    def about(
        self, labels: Mapping[str, str], wall: float, zone: tzinfo, *, since: float
    ) -> Iterator[tuple[PlacedWindow, float, float]]:
        """Yield the windows that hold an alert with these labels, and from when until when they do.

        `zone` is that of what the alert is about, `since` when it began (unix seconds).
        """
        self._follow()
        for window in self._index.about(labels):
            if window.matcher.matches(labels):
                held = window.holds(since, wall, zone)
                if held is not None:
                    yield window, *held

    def _follow(self) -> None:
        if self._fleet.planned_windows is self._configured and self._on_call.windows is self._opened:
            return
        self._configured, self._opened = self._fleet.planned_windows, self._on_call.windows
        wanted: dict[str, PlannedWindow | OperatorWindow] = {
            f"config:{one.name}": one for one in self._configured
        }
        wanted |= self._opened
        for window_id in [one for one, window in self._known.items() if wanted.get(one) is not window]:
            self._index.remove(self._placed.pop(window_id))
        for window_id in [one for one in wanted if one not in self._placed]:
            self._placed[window_id] = placed = _placed(window_id, wanted[window_id])
            self._index.add(placed)
        self._known = wanted


def _placed(window_id: str, window: PlannedWindow | OperatorWindow) -> PlacedWindow:
    if isinstance(window, PlannedWindow):
        return PlacedWindow(id=window_id, matcher=Matcher(window.match), planned=window)
    return PlacedWindow(id=window_id, matcher=window.matcher, planned=window.planned(), by=window.by)
