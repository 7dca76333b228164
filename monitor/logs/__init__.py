"""Structured logs: JSON lines in service, coloured lines on a terminal."""
