"""Output of every command: tables, JSON, CSV, colours, line breaking."""
