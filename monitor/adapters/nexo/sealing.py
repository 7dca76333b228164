"""What can seal messages, and open sealed ones, without the cryptography that does it."""

from collections.abc import Mapping
from typing import Any, Protocol


class BadSeal(Exception):
    """A message is not to be trusted; `str()` continues "the answer" and quotes nothing of it."""


class Sealing(Protocol):
    """A key that is shared with terminals; see `monitor.adapters.nexo.sealed_message`."""

    def seal(self, message: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return a message sealed."""
        ...

    def unseal(self, document: object, *, request: Mapping[str, Any]) -> object:
        """Return the message that answers `request`; raises BadSeal."""
        ...
