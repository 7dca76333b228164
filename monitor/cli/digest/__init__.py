"""`posmon digest`."""
