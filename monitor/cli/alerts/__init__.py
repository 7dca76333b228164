"""The command `posmon alerts`."""
