"""What layers share that leave every number at its place."""

from __future__ import annotations

from dlcore.expressions import Number
from dlcore.layers import Reads
from dlcore.params import KEEP, Param


def output_shape(input_shape, **params):
    """Any shape stays as it is."""
    return tuple(input_shape)


def as_it_is(x, weights, **params):
    """What comes in."""
    return x


def number_itself(x, weights, **params):
    """The number itself, as an expression."""
    return x.at(0).told("The number comes in as it is.")


def reads(index, input_shape, **params):
    """The number at the same place."""
    return Reads(((0, tuple(index)),))


def feeds(port, index, input_shape, **params):
    """The number at the same place."""
    return (tuple(index),)


def one(x, weights, at, **params):
    """1: it is the same number."""
    return Number(1)


def nothing(input_shape, **params):
    """As PyTorch code: none, since the block adds its norm or activation itself."""
    return ()


def left_out(x, weights, drawn, rate):
    """x (n, …) times what was drawn, factors that broadcast with it; in eval mode x itself."""
    return x if drawn is None else x * drawn


def kept_or_not(x, weights, rate):
    """The number, in training times what was drawn for it."""
    if "drawn" not in weights:
        return x.at(0).told("Outside training nothing is left out, so the number goes on as it is.")
    product = x.at(0) * weights["drawn"]
    return product.told("Multiply it by the dropout factor: 0 for what is left out in this step.")


def factor(x, weights, at, rate):
    """The factor that was drawn, or 1."""
    return weights["drawn"] if "drawn" in weights else Number(1)


def rate_param(sentence: str) -> Param:
    """The parameter `rate` of a dropout."""
    return Param(
        id="rate", label="Rate", kind="number", default=0.5, minimum=0, maximum=0.9, step=0.05,
        choices=(0.1, 0.2, 0.3, 0.5, 0.8), formula="p", on_change=KEEP, sentence=sentence,
    )  # fmt: skip
