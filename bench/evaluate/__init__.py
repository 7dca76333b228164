"""How well posmon's alerts and diagnoses fit what really happened, on generated traffic in faked time."""
