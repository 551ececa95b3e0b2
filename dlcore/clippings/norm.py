"""Clipping by norm: a gradient that is too long is shortened; its direction stays.

    g ← g · min(1, c / (|g| + 10⁻⁶))          |g| = √Σg² over all weights and biases

It is applied to the gradient of the data loss, before a penalty is added.

Source: Pascanu, Mikolov & Bengio, On the difficulty of training recurrent neural networks (2013);
the 10⁻⁶ as in `torch.nn.utils.clip_grad_norm_`.
"""

from __future__ import annotations

from dlcore.clippings import Clipping, limit
from dlcore.expressions import minimum, named
from dlcore.lazy import torch


def clip(gradient, hyper):
    """See `Clipping`."""
    norm = torch.linalg.vector_norm(gradient, dim=-1, keepdim=True)
    gradient.mul_((hyper["limit"] / (norm + 1e-6)).clamp_(max=1.0))


def expression(gradient, length, hyper):
    """One number of the clipped gradient, as an expression; see `Clipping`."""
    share = minimum(1, hyper["limit"] / (length + 1e-6))
    share = named("k", share.told("Divide the limit by ", length, "; take 1 if that is more than 1."))
    return (gradient * share).told("Multiply ", gradient, " by ", share, ".")


ENTRY = Clipping(
    id="norm",
    label="By norm",
    sentence="A gradient longer than the limit is shortened to it, before the penalty; its direction stays.",
    formula="g ← g · min(1, c/|g|)",
    source="Pascanu, Mikolov & Bengio (2013)",
    params=(limit("How long the gradient of all weights and biases together may be."),),
    examples=({}, {"limit": 0.01}),
    order=20,
    clip=clip,
    expression=expression,
)
