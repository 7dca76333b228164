"""What posmon advises for each alert, read from the runbooks."""
