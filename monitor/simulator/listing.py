"""What a vendor's cloud has of the simulated fleet."""

from collections.abc import Sequence

from monitor.simulator.document import Document

Listing = Sequence[tuple[Document, bool, float]]
"""Each terminal's document, whether it is online, and when it was last seen (unix seconds)."""
