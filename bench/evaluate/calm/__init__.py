"""How calm on-call sleeps: ordinary weeks of a fleet, through posmon and the shipped example of Alertmanager.

`town` and `life` are what goes on anyway, `troubles` what needs somebody; `stage` is the whole daemon in
simulated time, `alertmanager_model` what Alertmanager makes of its alerts, `ledger` compares both with what
really was. See docs/evaluation.md.
"""
