"""posmon's own liveness, reloads and trend of the fleet."""
