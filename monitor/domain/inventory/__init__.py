"""The terminals an operator lists, and how they are selected and addressed."""
