"""How a command reports what went wrong, and its exit codes."""
