"""Terminals and sites that cannot be reached."""

from functools import partial

from bench.evaluate.incidents.cast import OFFLINE_AFTER_S, Cast, Reach, Script
from bench.evaluate.world.device import Device, Silence
from bench.evaluate.world.journal import Incident
from bench.evaluate.world.story import HOUR_S, MINUTE_S
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.polling.poll_result import Outcome

SITE_OUT_AFTER_S = 60.0
_SITE_SHARE, _SITE_LEAST = 0.8, 3


def lose_line(cast: Cast, by: Incident) -> None:
    """Take the shop's router or line away; what has a SIM of its own goes on."""
    _lose_site(cast, by, [device for device in cast.shop.devices if device.said.link != "cellular"])


def cut_power(cast: Cast, by: Incident) -> None:
    """Cut the shop's power: everything goes dark."""
    _lose_site(cast, by, [*cast.shop.devices])


def _lose_site(cast: Cast, by: Incident, lost: list[Device]) -> None:
    lasts_s = cast.story.random.choice((cast.story.random.uniform(0.5, 3), 10, 60, 240)) * MINUTE_S
    share = len(lost) / len(cast.shop.devices)
    is_site_out = len(lost) >= _SITE_LEAST and share >= _SITE_SHARE
    for device in lost:
        device.is_off = True
        cast.silence(device, by, Silence(), lasts_s, is_due=not is_site_out)
        cast.later(lasts_s, partial(setattr, device, "is_off", False))
    if is_site_out:
        slowest_s = max(device.interval_s for device in lost)
        cast.journal.state(
            "SiteOffline",
            f"/site/{cast.shop.name}",
            cast.story.now,
            cast.story.now + lasts_s,
            by=by,
            is_due=lasts_s >= SITE_OUT_AFTER_S + 2 * slowest_s,
            after_s=SITE_OUT_AFTER_S,
        )


def _has_wired_majority(shop: object, _device: Device) -> bool:
    devices = shop.devices  # type: ignore[attr-defined]
    wired = [device for device in devices if device.said.link != "cellular"]
    return len(wired) >= _SITE_LEAST and len(wired) >= _SITE_SHARE * len(devices)


def _has_both_links(shop: object, _device: Device) -> bool:
    links = {device.said.link == "cellular" for device in shop.devices}  # type: ignore[attr-defined]
    return len(links) > 1 and len(shop.devices) >= _SITE_LEAST  # type: ignore[attr-defined]


def drain_battery(cast: Cast, by: Incident) -> None:
    """Drain the battery over an hour, until the terminal goes dark."""
    device = cast.device
    for percent in range(60, 0, -6):
        cast.later((60 - percent) * MINUTE_S, partial(device.say, battery=float(percent)))
    cast.later(61 * MINUTE_S, partial(_go_dark, cast, by, Silence(), HOUR_S))
    cast.later(61 * MINUTE_S + HOUR_S, partial(device.say, battery=90.0))


def lose_own_link(cast: Cast, by: Incident) -> None:
    """Take the terminal's own radio away, which was weak before."""
    device, before = cast.device, cast.device.said.signal_dbm
    device.say(signal_dbm=-109.0)
    lasts_s = cast.story.random.uniform(3, 90) * MINUTE_S
    cast.later(10 * MINUTE_S, partial(_go_dark, cast, by, Silence(), lasts_s))
    cast.later(10 * MINUTE_S + lasts_s, partial(device.say, signal_dbm=before))


def stop_application(cast: Cast, by: Incident) -> None:
    """Stop the application, or let it answer with errors; the device is there."""
    silence = cast.story.random.choice(
        (Silence(Outcome.REFUSED, "connection refused"), Silence(Outcome.HTTP_STATUS, "HTTP status 500"))
    )
    _go_dark(cast, by, silence, cast.story.random.uniform(3, 90) * MINUTE_S)


def lose_name(cast: Cast, by: Incident) -> None:
    """Lose the host name."""
    _go_dark(cast, by, Silence(Outcome.DNS), cast.story.random.uniform(3, 90) * MINUTE_S)


def _go_dark(cast: Cast, by: Incident, silence: Silence, lasts_s: float) -> None:
    device = cast.device
    device.is_off = True
    cast.silence(device, by, silence, lasts_s)
    cast.later(lasts_s, partial(setattr, device, "is_off", False))


def blink(cast: Cast, by: Incident) -> None:
    """Interrupt for about as long as the contract waits."""
    cast.silence(cast.device, by, Silence(), cast.story.random.uniform(20, 2 * OFFLINE_AFTER_S))


def deliver_late(cast: Cast, _by: Incident) -> None:
    """Hold back what is pushed for a terminal, and deliver it hours later."""
    device = cast.device
    device.is_held_back = True
    cast.later(cast.story.random.uniform(0.5, 6) * HOUR_S, device.deliver)


OUTAGES = (
    Script(
        kind="site's line lost",
        cause=Cause.SITE_LINE,
        play=lose_line,
        reach=Reach.SITE,
        per_1000=3,
        suits=_has_wired_majority,
    ),
    Script(
        kind="power cut",
        cause=Cause.POWER_CUT,
        play=cut_power,
        reach=Reach.SITE,
        per_1000=2,
        suits=_has_both_links,
    ),
    Script(
        kind="battery empty",
        cause=Cause.POWER,
        play=drain_battery,
        suits=lambda _shop, device: device.said.battery is not None,
    ),
    Script(
        kind="own link lost",
        cause=Cause.OWN_LINK,
        play=lose_own_link,
        suits=lambda _shop, device: device.said.link == "cellular",
    ),
    Script(kind="application stopped", cause=Cause.APPLICATION, play=stop_application),
    Script(kind="name not resolved", cause=Cause.WRONG_ENDPOINT, play=lose_name),
    Script(kind="short interruption", cause=Cause.OWN_LINK, play=blink, per_1000=4),
    Script(
        kind="delivered late",
        cause=None,
        play=deliver_late,
        per_1000=5,
        suits=lambda _shop, device: device.pushes,
    ),
)
