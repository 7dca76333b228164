"""Measured figures, written into the documents: tables between marks, and plots."""
