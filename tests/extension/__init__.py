"""More rows than posmon has: all that somebody writes who adds detectors and a kind of subject."""
