"""A simulated fleet that answers over real HTTP."""
