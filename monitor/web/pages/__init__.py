"""The HTML pages, their translation and formatting."""
