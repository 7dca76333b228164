"""What happened in a day or a week, what recurs, what is noisy and what nobody acknowledged."""
