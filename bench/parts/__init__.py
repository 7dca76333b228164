"""What is measured, one module for each part: `measure(plan, directory)` returns its figures."""
