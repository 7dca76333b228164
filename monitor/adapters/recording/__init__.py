"""The files of a recording."""
