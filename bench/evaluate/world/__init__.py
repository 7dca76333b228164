"""Shops, terminals, customers and hosts on ordinary days, and the journal of what really happened."""
