"""What every second of every terminal was, and the reports made of it."""
