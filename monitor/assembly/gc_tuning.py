"""Settings of the interpreter: neither garbage collection nor threads may delay the event loop."""

import gc
import sys

GC_THRESHOLDS = (10_000, 3, 500)
"""A poll makes some ten short-lived objects; the default of 700 has them walked for nothing.

The second generation comes to some 40 000 objects before it is walked, which takes up to 15 ms; with
100 000 it was 40.
"""

SWITCH_S = 0.0002
"""So long at most a thread that computes keeps the interpreter from the event loop.

The loop lets go of the interpreter at every system call. With the default of 5 ms it would get it back
that late, several times in each poll, as long as an inventory is read or a portion written to the store.
"""


def tune_for_start() -> None:
    """Switch between threads often; collect no garbage: a start makes a million objects and drops none."""
    sys.setswitchinterval(SWITCH_S)
    gc.disable()


def freeze_gc() -> None:
    """Freeze current objects out of garbage collection, then enable it.

    They live as long as posmon does. A collection before the freeze would take up to a second; the little
    garbage there is stays.
    """
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()
