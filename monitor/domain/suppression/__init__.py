"""Why an alert is held back."""
