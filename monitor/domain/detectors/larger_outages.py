"""What takes many terminals away at once: the network of a region, a line, a carrier, a host."""

from dataclasses import dataclass

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import MANY, bounded
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.alerts.subjects import PARENT, PARENT_DOWN, REGION, REGION_OUTAGE
from monitor.domain.fleet.parent import Parent
from monitor.domain.fleet.poll_history import HISTORY_POLLS
from monitor.domain.fleet.region_outage import RegionOutage
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLimits:
    """A region is out when `min_sites` and `share` (0-1) of its sites went dark within `window_s`."""

    min_sites: int = bounded(3, least=2, greatest=MANY)
    share: float = bounded(0.5, least=0, greatest=1)
    window_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentLimits:
    """`min_failures` polls in a row must have failed: one lost packet opens no alert."""

    min_failures: int = bounded(2, least=1, greatest=HISTORY_POLLS)


def _lost_together(region: RegionOutage, limits: RegionLimits) -> range:
    return region.lost_together(at_least=limits.min_sites, share=limits.share, window_s=limits.window_s)


def _region_offline(region: RegionOutage, limits: RegionLimits, _is_open: bool) -> Verdict:
    is_out = not region.is_whole_fleet and _lost_together(region, limits)
    return PRESENT if is_out else ABSENT


def _region_out_since(region: RegionOutage, limits: RegionLimits) -> Instant:
    needed = region.needed(at_least=limits.min_sites, share=limits.share)
    return region.went_dark(_lost_together(region, limits)[needed - 1])


def _say_region(region: RegionOutage, limits: RegionLimits) -> Phrase:
    dark, sites = len(_lost_together(region, limits)), region.all_places
    return Phrase(
        f"{dark} of {sites} sites went dark together",
        f"{sites} 家门店中有 {dark} 家同时失联",
    )


def _parent_down(parent: Parent, limits: ParentLimits, is_open: bool) -> Verdict:
    if parent.is_cut_off:
        return PRESENT
    if not parent.failures:
        return UNKNOWN if parent.is_unasked else ABSENT
    return PRESENT if is_open or parent.failures >= limits.min_failures else UNKNOWN


def _parent_down_since(parent: Parent, _limits: ParentLimits) -> Instant:
    return parent.began


def _say_parent(parent: Parent, _limits: ParentLimits) -> Phrase:
    if not parent.failures:
        above = ", ".join(one.name for one in parent.above if one.is_out)
        return Phrase(f"cut off, {above} is down", f"上级 {above} 中断，已失联")
    said = Phrase(f"no answer in {parent.failures} polls", f"连续 {parent.failures} 次轮询无应答")
    if not parent.is_doubted:
        return said
    return Phrase(
        f"{said.en}, but most of what hangs on it answers: nothing is held back",
        f"{said.zh}，但其下大部分终端仍有应答，不压住任何告警",
    )


LARGER_OUTAGES: tuple[Detector, ...] = (
    Detector(
        alertname=REGION_OUTAGE,
        category=Category.CONNECTIVITY,
        severity=Severity.CRITICAL,
        owner=Owner.NETWORK,
        subjects=(REGION,),
        basis=Basis.POLL,
        is_outage=True,
        yields_to_outage=True,
        judge=_region_offline,
        summary=_say_region,
        for_s=60,
        keep_firing_s=120,
        limits=RegionLimits(),
        began=_region_out_since,
    ),
    Detector(
        alertname=PARENT_DOWN,
        category=Category.CONNECTIVITY,
        severity=Severity.CRITICAL,
        owner=Owner.NETWORK,
        subjects=(PARENT,),
        basis=Basis.POLL,
        yields_to_outage=True,
        judge=_parent_down,
        summary=_say_parent,
        for_s=60,
        keep_firing_s=60,
        limits=ParentLimits(),
        began=_parent_down_since,
    ),
)
