"""The command `posmon explain`."""
