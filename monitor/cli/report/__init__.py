"""`posmon report`."""
