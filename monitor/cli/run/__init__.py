"""Commands that run a daemon or a simulated fleet."""
