"""Grafana dashboards: what is on them (one module each), and how that becomes Grafana's JSON.

`python -m dashboards.build` writes the JSON that is committed beside this; see docs/grafana.md.
"""
