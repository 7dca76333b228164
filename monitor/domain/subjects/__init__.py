"""What alerts can be about: one class for each kind of thing."""
