"""Measures posmon against references on one machine, in one run. See docs/performance.md."""
