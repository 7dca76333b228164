"""Work on the whole fleet that lets others have their turn."""

from monitor.views.census import Census, parts_of
from monitor.views.sources import Sources


async def count_fleet(sources: Sources) -> Census:
    """Return the whole fleet counted, about a millisecond at a time."""
    census = Census(sources.book)
    for part in parts_of(sources.fleet):
        census.count(part)
        await sources.clock.sleep(0)
    return census
