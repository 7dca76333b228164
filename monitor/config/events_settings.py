"""The section `events`: how old an event may be, and the key for the hashes of cards."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from monitor.config.section import Place, Section, refuse
from monitor.config.values import Duration, Secret
from monitor.domain.event_tracking.event_bounds import EventBounds
from monitor.domain.events.card_hash import SHORTEST_KEY

_LONGEST_AGE_S = 7 * 24 * 3600.0
_FURTHEST_AHEAD_S = 3600.0


class EventsSettings(Section):
    """Bounds on the events that heartbeats and pushes bring."""

    max_age_s: Annotated[Duration, Field(ge=60, le=_LONGEST_AGE_S)] = 24 * 3600.0
    max_future_s: Annotated[Duration, Field(le=_FURTHEST_AHEAD_S)] = 300.0
    card_key: Secret | None = None
    former_card_key: Secret | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse(self._bad_keys())
        return self

    def _bad_keys(self) -> Iterator[tuple[Place, str]]:
        for name, key in (("card_key", self.card_key), ("former_card_key", self.former_card_key)):
            if key is not None and len(_bytes(key)) < SHORTEST_KEY:
                yield (name,), f"is shorter than {SHORTEST_KEY} bytes; make one with: openssl rand -hex 32"
        if self.former_card_key is not None and self.card_key is None:
            yield ("former_card_key",), "needs card_key as well"

    def bounds(self) -> EventBounds:
        """Return how old and how far ahead an event may be."""
        return EventBounds(max_age_s=self.max_age_s, max_future_s=self.max_future_s)

    def card_keys(self) -> tuple[bytes, ...]:
        """Return the keys for cards, the current one first; none when none is configured."""
        return tuple(_bytes(key) for key in (self.card_key, self.former_card_key) if key is not None)


def _bytes(key: SecretStr) -> bytes:
    return key.get_secret_value().encode()
