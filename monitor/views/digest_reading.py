"""Reading a period from the store."""

from monitor.domain.digest.attention import AttentionLog
from monitor.domain.digest.period_log import Digest, PeriodLog
from monitor.domain.on_call.action import Action
from monitor.ports.store import Store

ACTIONS_AT_ONCE = 500


async def read_digest(store: Store, since: float, until: float) -> Digest:
    """Return what happened from `since` to before `until` (unix seconds).

    What is not durable yet is left out, and so is what the disk does not let be read.
    """
    attention = AttentionLog(actions=await _actions(store, since, until), held=await store.held(since, until))
    async for messages in store.told(since, until):
        for message in messages:
            attention.take(message)
    log = PeriodLog(since=since, until=until, attention=attention)
    async for steps in store.steps(since, until):
        log.take(steps)
    return log.digest()


async def _actions(store: Store, since: float, until: float) -> list[Action]:
    """Return what people did in a period, newest first."""
    found: list[Action] = []
    before: int | None = None
    while page := await store.actions(before=before, limit=ACTIONS_AT_ONCE):
        recent = [one for one in page if one.at >= since]
        found += [one for one in recent if one.at < until]
        before = page[-1].number
        if len(recent) < len(page):
            break
    return found
