"""Momentum: a heavy ball that rolls downhill.

    v ← μ·v + g
    w ← w − η·v

v, the velocity, remembers the share μ of itself. Steps that agree add up, to at most 1 / (1 − μ)
times the gradient (ten times for μ = 0.9); steps to and fro cancel. The ball is only a picture:
it has no mass, and v is counted in gradients, not in metres per second.

Source: Polyak, Some methods of speeding up the convergence of iteration methods (1964), in the
form of `torch.optim.SGD(momentum=μ)`.
"""

from __future__ import annotations

from dlcore.optimizers import Optimizer, add_scaled, fraction, learning_rate, moved


def update(value, gradient, slots, hyper, t, out=None):
    """One step, see `Optimizer`; all tensors share one shape."""
    result, room, _ = (None, {}, None) if out is None else out
    velocity = add_scaled(gradient, hyper["momentum"], slots["velocity"], out=room.get("velocity"))
    result = add_scaled(value, -hyper["learning_rate"], velocity, out=result)
    return result, {"velocity": velocity}


def pytorch(hyper):
    """The same with `torch.optim`, see `Optimizer`."""
    return f"torch.optim.SGD(parameters, lr={hyper['learning_rate']!r}, momentum={hyper['momentum']!r})"


def expression(value, gradient, slots, hyper, t):
    """What comes after one step, as expressions; see `Optimizer`."""
    speed = hyper["momentum"] * slots["velocity"] + gradient
    velocity = moved(slots["velocity"], speed.told("Keep a share of ", slots["velocity"], " and add ", gradient, "."))
    after = value - hyper["learning_rate"] * velocity
    after = after.told("Step against ", velocity, ", by the learning rate times it.")
    return {"value": after, "velocity": velocity}


ENTRY = Optimizer(
    id="momentum",
    label="Momentum",
    sentence="Rolls downhill like a heavy ball: steps in the same direction add up.",
    formula="v ← μ·v + g,  w ← w − η·v",
    source="Polyak (1964), Some methods of speeding up the convergence of iteration methods",
    params=(
        learning_rate(0.03),  # as plain SGD, so that switching shows what the momentum alone does
        fraction("momentum", "Momentum", 0.9, "The share of its speed that the ball keeps.", "μ"),
    ),
    examples=({}, {"learning_rate": 0.1, "momentum": 0.5}, {"momentum": 0.0}),
    order=20,
    update=update,
    expression=expression,
    slots=("velocity",),
    symbols=("v",),
    pytorch=pytorch,
)
