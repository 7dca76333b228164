"""Commands for administrators: configuration, inventory, store, tokens."""
