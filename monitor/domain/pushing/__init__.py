"""What may be pushed, by whom and how much: the same for every way a push can come."""
