from aiomqtt import Message

from monitor.adapters.sources.mqtt import Inbox


def message(number: int) -> Message:
    """Return a message that says which one it is."""
    return Message(f"pos/{number}/state", b"{}", 0, False, number, None)


async def test_messages_that_find_no_place_are_lost_and_counted() -> None:
    """Those that wait stay in their order, and the next one is taken as soon as there is room."""
    lost: list[None] = []
    inbox = Inbox(2, lose=lambda: lost.append(None))
    for number in range(5):
        inbox.put_nowait(message(number))
    assert len(lost) == 3
    assert inbox.get_nowait().mid == 0
    inbox.put_nowait(message(9))
    assert [inbox.get_nowait().mid for _ in range(2)] == [1, 9]
    assert len(lost) == 3
