"""How well posmon's alerts and diagnoses fit what really happened, on generated traffic in faked time.

`world` is what goes on anyway, `incidents` what goes wrong; `stage` lets posmon watch both, `truth` says
which alerts it should have raised, `score` compares, and `run` plays one seed. See docs/evaluation.md.
"""
