"""The garbage collector of the interpreter, spared what lives as long as posmon does."""

import gc

GC_THRESHOLDS = (20_000, 20, 50)
"""A poll makes some ten short-lived objects; the default of 700 has them walked for nothing."""


def spare_collector() -> None:
    """Keep the garbage collector from walking the fleet over and over: it lives as long as posmon does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
