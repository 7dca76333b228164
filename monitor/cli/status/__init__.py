"""The command `posmon status`."""
