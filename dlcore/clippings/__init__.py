"""Clippings: a bound on the gradient, so that one wild batch can't throw the weights far off.

One file each; see `Clipping`. The gradient of the data loss is clipped, before the penalty is
added to it, as with `torch.nn.utils.clip_grad_norm_` and an optimizer's `weight_decay` in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcore.params import KEEP, Entry, Param


@dataclass(frozen=True, kw_only=True)
class Clipping(Entry):
    """A clipping. `clip`(gradient, hyper) bounds, in place, the gradient (…, parameters) of the data
    loss for all weights and biases together, several networks at once along leading axes; None
    where there is nothing to do.
    expression(gradient, length, hyper) is one number of it after clipping, as a tree (see
    `dlcore.expressions`); `length` is that of the whole gradient.
    """

    clip: Callable | None
    expression: Callable


def limit(sentence: str) -> Param:
    """The bound c."""
    return Param(
        id="limit", label="Limit", kind="number", default=1, sentence=sentence, minimum=1e-6, maximum=1_000_000,
        choices=(0.01, 0.03, 0.1, 0.3, 1, 3, 10), formula="c", on_change=KEEP, key="clip.limit",
    )  # fmt: skip
