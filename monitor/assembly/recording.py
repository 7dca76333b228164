"""The recorder, where one is configured, and the backtest over what it wrote."""

from monitor.adapters.inventory_files import load_inventory
from monitor.adapters.recording.folder import folder_beside
from monitor.adapters.recording.writer import SegmentWriter
from monitor.config.settings import Settings
from monitor.domain.backtest.replay import BacktestRun
from monitor.ports.clock import Clock
from monitor.services.recorder import Recorder


def recorder_of(settings: Settings, clock: Clock) -> Recorder | None:
    """Return the recorder, None where nothing is to be recorded."""
    recording = settings.recording
    if not recording.days:
        return None
    writer = SegmentWriter(folder_beside(settings.storage.path), days=recording.days)
    return Recorder(recording=writer, clock=clock, flush_s=recording.flush_interval_s)


def replay_of(settings: Settings) -> BacktestRun:
    """Return a blank replay under these settings, with their inventory; raises InvalidDocument."""
    inventory = load_inventory(
        settings.inventory.path,
        policy=None,
        dialects=settings.response_codes().dialects,
        sources=[source.name for source in settings.sources],
        calendars=[calendar.name for calendar in settings.calendars],
    )
    rule_book = settings.rule_book()
    return BacktestRun(
        terminals=inventory,
        rule_book=rule_book,
        plans=settings.plans(),
        gap_s=rule_book["Watchdog"].limits.stalled_after_s,
    )
