"""The event tracker as configured."""

import secrets

from monitor.config.settings import Settings
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.fleet.fleet import Fleet

_KEY_BYTES = 32


def make_event_tracker(settings: Settings, fleet: Fleet) -> EventTracker:
    """Return the event tracker of a fleet; without a configured card key it uses one made for this run."""
    keys = settings.events.card_keys() or (secrets.token_bytes(_KEY_BYTES),)
    return EventTracker(
        fleet=fleet,
        codes=settings.response_codes(),
        hasher=CardHasher(keys),
        bounds=settings.events.bounds(),
    )
