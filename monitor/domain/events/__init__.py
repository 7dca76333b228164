"""What terminals tell of single transactions and log-ins, and the patterns in it."""
