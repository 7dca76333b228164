"""The journal in memory, beyond what every store keeps to."""

from bench.memory_store import MemoryStore
from tests.contract.test_store import record, transition


async def test_the_journal_is_bounded() -> None:
    """The oldest transitions make room, whosever they are."""
    store = MemoryStore(capacity=3)
    for second in range(5):
        await store.commit(record(transition("1", second), transition("2", second)))
    assert list(await store.history("1", limit=10)) == [transition("1", 4)]
    assert list(await store.history("2", limit=10)) == [transition("2", 4), transition("2", 3)]
