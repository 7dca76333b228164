"""What every command prints with: tables, JSON, CSV, colours, line breaking."""
