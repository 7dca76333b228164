"""When terminals are polled, and what a poll came to."""
