"""Commands about posmon itself: version, shell completion, manual page."""
