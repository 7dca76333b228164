"""The command `posmon probe`."""
