"""The command `posmon sources`."""
