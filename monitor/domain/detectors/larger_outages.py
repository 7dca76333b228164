"""What takes many sites away at once: the network of a region."""

from dataclasses import dataclass

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, Verdict
from monitor.domain.alerts.limits import MANY, bounded
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.alerts.subjects import REGION, REGION_OUTAGE
from monitor.domain.fleet.region_outage import RegionOutage
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLimits:
    """A region is out when `min_sites` and `share` (0-1) of its sites went dark within `window_s`."""

    min_sites: int = bounded(3, least=2, greatest=MANY)
    share: float = bounded(0.5, least=0, greatest=1)
    window_s: float = 600.0


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
)
