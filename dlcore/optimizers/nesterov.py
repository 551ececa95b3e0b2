"""Nesterov momentum: a heavy ball that brakes before the slope turns.

    v ← μ·v + g
    w ← w − η·(g + μ·v)

Compared with plain momentum the newest gradient counts once more, as if it had been measured
where the ball is about to be. That damps the swinging.

Source: Nesterov (1983); in the form of Sutskever, Martens, Dahl & Hinton, On the importance of
initialization and momentum in deep learning (2013), as `torch.optim.SGD(nesterov=True)`.
"""

from __future__ import annotations

from dlcore.optimizers import Optimizer, add_scaled, fraction, learning_rate, moved


def update(value, gradient, slots, hyper, t, out=None):
    """One step, see `Optimizer`; all tensors share one shape."""
    result, room, _ = (None, {}, None) if out is None else out
    rate, keep = hyper["learning_rate"], hyper["momentum"]
    velocity = add_scaled(gradient, keep, slots["velocity"], out=room.get("velocity"))
    halfway = add_scaled(value, -rate, gradient, out=result)
    result = add_scaled(halfway, -rate * keep, velocity, out=result)
    return result, {"velocity": velocity}


def pytorch(hyper):
    """The same with `torch.optim`, see `Optimizer`; there it needs some momentum."""
    if not hyper["momentum"]:
        return ""
    rate, keep = hyper["learning_rate"], hyper["momentum"]
    return f"torch.optim.SGD(parameters, lr={rate!r}, momentum={keep!r}, nesterov=True)"


def expression(value, gradient, slots, hyper, t):
    """What comes after one step, as expressions; see `Optimizer`."""
    speed = hyper["momentum"] * slots["velocity"] + gradient
    velocity = moved(slots["velocity"], speed.told("Keep a share of ", slots["velocity"], " and add ", gradient, "."))
    after = value - hyper["learning_rate"] * (gradient + hyper["momentum"] * velocity)
    after = after.told("Add the kept share of ", velocity, " to ", gradient, ", and step against that.")
    return {"value": after, "velocity": velocity}


ENTRY = Optimizer(
    id="nesterov",
    label="Nesterov",
    sentence="Momentum that looks one step ahead, so it brakes earlier and swings less.",
    formula="v ← μ·v + g,  w ← w − η·(g + μ·v)",
    source="Nesterov (1983); Sutskever, Martens, Dahl & Hinton (2013)",
    params=(
        learning_rate(0.03),  # as plain SGD, so that switching shows what the momentum alone does
        fraction("momentum", "Momentum", 0.9, "The share of its speed that the ball keeps.", "μ"),
    ),
    examples=({}, {"learning_rate": 0.1, "momentum": 0.5}),
    order=30,
    update=update,
    expression=expression,
    slots=("velocity",),
    symbols=("v",),
    pytorch=pytorch,
)
