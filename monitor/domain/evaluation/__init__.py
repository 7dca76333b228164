"""From poll results and events to alert transitions."""
