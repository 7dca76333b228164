"""The composition root: constructs everything, wires it, starts and stops it."""
