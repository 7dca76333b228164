"""Finished polls as a recording keeps them: packed into blocks, and unpacked again."""
