"""What goes on anyway: signing in, restarts, operators, roll-outs of firmware."""

from functools import partial

from bench.evaluate.world.device import Device
from bench.evaluate.world.shops import MODELS, Shop
from bench.evaluate.world.story import DAY_S, HOUR_S, MINUTE_S, Story

RESTARTS_A_DAY = 0.05
FORGETFUL = 0.06
"""So many log-ins are preceded by one to three wrong passwords."""

ROLL_OUT_EVERY = 6
"""Days from one model's new firmware to the next model's."""


def plan_routine(shop: Shop, day: int, story: Story) -> None:
    """Let one day's routine take place at a shop."""
    random, begins = story.random, day * DAY_S
    for device in shop.devices:
        for hour in range(24):
            story.at(begins + hour * HOUR_S + random.uniform(0, HOUR_S), device.stir)
        opens = begins + shop.opens
        story.at(opens - random.uniform(1, 14) * MINUTE_S, device.sign_in)
        story.at(begins + shop.closes - random.uniform(1, 10) * MINUTE_S, device.settle)
        for _ in range(random.randint(2, 4)):
            at = opens + random.random() * (shop.closes - shop.opens)
            _plan_log_in(device, at, story)
        if random.random() < RESTARTS_A_DAY:
            story.at(begins + random.random() * DAY_S, device.restart)


def _plan_log_in(device: Device, at: float, story: Story) -> None:
    operator = f"{story.random.randint(1, 4):02}"
    if story.random.random() < FORGETFUL:
        for _ in range(story.random.randint(1, 3)):
            story.at(at, partial(device.log_in, operator, success=False))
            at += story.random.uniform(8, 40)
    story.at(at, partial(device.log_in, operator, success=True))


def plan_roll_out(shops: list[Shop], day: int, story: Story) -> None:
    """Give one model its new firmware, in the nights of three days."""
    if day % ROLL_OUT_EVERY != 1:
        return
    turn = day // ROLL_OUT_EVERY
    model = list(MODELS)[turn % len(MODELS)]
    for device in (device for shop in shops for device in shop.devices if device.row.model == model):
        at = (day + story.random.randrange(3)) * DAY_S + story.random.uniform(1, 5) * HOUR_S
        story.at(at, partial(_upgrade, device, f"{MODELS[model]}.{turn + 1}0"))


def _upgrade(device: Device, version: str) -> None:
    device.restart()
    device.say(firmware_version=version)
