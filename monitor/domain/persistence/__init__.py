"""What a run saves, and how the next one goes on from it."""
