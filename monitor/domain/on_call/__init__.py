"""What people on call say: silences, acknowledgements, and the record of who did what."""
