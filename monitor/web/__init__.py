"""The HTTP face: status page, JSON API, metrics, reload."""
