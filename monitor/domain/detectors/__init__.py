"""What can be wrong with a terminal: one file per category and one table that lists them all."""
