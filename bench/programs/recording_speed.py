"""Packs an hour of polls as a recording does, reads it back, prints figures as JSON: `TERMINALS`.

Terminals as they are: of half the battery drains, one poll in ten brings another signal strength, clocks are
off by a few seconds. A block has as many polls for each terminal as that of 100 000 terminals: a third. Times
are of the processor, so that other processes do not count.
"""

import json
import sys
import time
from collections.abc import Iterator
from random import Random

import msgspec

from monitor.adapters.recording.segment import blocks_in, framed
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.recording.packing import BlockPacker
from monitor.domain.recording.recorded_poll import NotedPoll, noted
from monitor.domain.recording.unpacking import BlockUnpacker
from monitor.services.recorder import BLOCK

HOUR_S, INTERVAL_S = 3600, 30
BEGAN = 1_795_222_800.0
LARGE_FLEET = 100_000


class _Till:
    """A terminal that goes on as terminals do."""

    def __init__(self, random: Random) -> None:
        self.terminal_id = f"{random.randrange(10**8):08}"
        self._random = random
        self._serial = f"SN{random.randrange(10**10):010}"
        self._booted = BEGAN - random.randrange(10**6)
        self._skew_s = random.gauss(0, 2)
        self._percent = random.randrange(30, 100) if random.random() < 0.5 else None
        self._signal = -70

    def answer(self, at: float) -> Reading:
        """Return its heartbeat."""
        random = self._random
        if self._percent and random.random() < 1 / 20:
            self._percent = max(1, self._percent - 1)
        if random.random() < 1 / 10:
            self._signal = -60 - random.randrange(20)
        ok = {"status": "ok"}
        document = {
            "terminal_id": self.terminal_id,
            "merchant_id": f"M{self.terminal_id}",
            "serial_number": self._serial,
            "vendor": "acme",
            "model": "M9",
            "firmware_version": "3.1.2",
            "app_version": "7.0",
            "sent_at": rfc3339(round(at + self._skew_s)),
            "uptime_seconds": int(at - self._booted),
            "activity": "idle",
            "battery": self._percent and {"percent": self._percent, "charging": False},
            "printer": ok,
            "registration": {"status": "registered"},
            "pin_pad": ok,
            "card_reader": ok,
            "display": ok,
            "network": {"type": "cellular", "signal_dbm": self._signal, "host_reachable": True},
            "unsent_transactions": 0,
        }
        return msgspec.convert(document, Reading)


def _polls(terminals: int) -> Iterator[NotedPoll]:
    random = Random(1)
    tills = [_Till(random) for _ in range(terminals)]
    for number in range(HOUR_S // INTERVAL_S):
        for place, till in enumerate(tills):
            at = BEGAN + (number + place / terminals) * INTERVAL_S
            result = PollResult(Outcome.OK, 0.03 + random.random() / 5, till.answer(at))
            yield noted(till.terminal_id, result, Instant(at, at))


def main() -> None:
    """Print the figures."""
    terminals = int(sys.argv[1])
    size, packer, frames, packing_s, waiting = terminals * BLOCK // LARGE_FLEET, BlockPacker(), [], 0.0, []
    for poll in _polls(terminals):
        waiting.append(poll)
        if len(waiting) == size:
            began = time.process_time()
            frames.append(framed(packer.pack(waiting)))
            packing_s += time.process_time() - began
            waiting = []
    data, count = b"".join(frames), 0
    began = time.process_time()
    unpacker = BlockUnpacker()
    for block in blocks_in(data):
        assert block is not None
        for _ in unpacker.unpack(block):
            count += 1
    reading_s = time.process_time() - began
    figures = {
        "bytes_per_terminal_day": len(data) / count * 24 * HOUR_S / INTERVAL_S,
        "readings_per_s": count / reading_s,
        "packing_us": packing_s / count * 1e6,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
