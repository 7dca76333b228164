"""Read models: the state as the API, the page, the exposition and the command line show it."""
