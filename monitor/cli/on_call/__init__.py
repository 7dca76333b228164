"""Commands of people on call: silences, acknowledgements, the record of actions."""
