"""Reports of failures, and exit codes."""
