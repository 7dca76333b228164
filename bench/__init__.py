"""Measures posmon against references on one machine, in one run; see docs/performance.md.

`parts` has a module for each thing that `python -m bench` measures, `programs` the processes that they start,
`report` writes the figures into documents; the modules beside these are what parts share. `evaluate` is
another matter: how well alerts fit generated traffic, see docs/evaluation.md.
"""
