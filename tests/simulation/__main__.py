"""Lives one world and tells what happened in it: `python -m tests.simulation SEED`."""

import sys

from tests.simulation.invariants import breaches
from tests.simulation.world import World


def main() -> None:
    """Print the plan, the journal, what receivers heard, and what should not have happened."""
    world = World(int(sys.argv[1]))
    world.live()
    print(world.plan)
    for written in world.disk.journal:
        step = written.step.transition
        told = "told" if written.step.told else ""
        print(f"{written.at_s:8.2f} {step.alertname} {step.subject}: {step.previous} -> {step.state} {told}")
    for receiver in world.receivers:
        for told_at in receiver.heard:
            notice = told_at.notice
            state = "resolved" if notice.resolved else "firing"
            print(f"{told_at.at_s:8.2f} {receiver.name} hears: {state} {sorted(notice.labels.items())}")
    for breach in breaches(world):
        print(f"BREACH: {breach}")


if __name__ == "__main__":
    main()
