"""Which of the possible causes is behind an alert: tables of weighted evidence, open to inspection."""
