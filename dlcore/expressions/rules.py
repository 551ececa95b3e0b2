"""The functions that expressions may use: how NumPy computes each, and how steep it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class _Rule(NamedTuple):
    """A function of NumPy and the absolute values of its derivatives, given arguments and value."""

    compute: Callable
    slopes: Callable


_erf = np.frompyfunc(math.erf, 1, 1)

RULES = {
    "exp": _Rule(np.exp, lambda x, y: (y,)),
    "expm1": _Rule(np.expm1, lambda x, y: (y + 1,)),
    "log": _Rule(np.log, lambda x, y: (1 / x,)),
    "log1p": _Rule(np.log1p, lambda x, y: (1 / (1 + x),)),
    "sqrt": _Rule(np.sqrt, lambda x, y: (0.5 / y,)),
    "tanh": _Rule(np.tanh, lambda x, y: (1 - y * y,)),
    "erf": _Rule(lambda x: np.float64(_erf(x)), lambda x, y: (2 / math.sqrt(math.pi) * np.exp(-x * x),)),
    "sin": _Rule(np.sin, lambda x, y: (np.cos(x),)),
    "cos": _Rule(np.cos, lambda x, y: (np.sin(x),)),
    "abs": _Rule(np.abs, lambda x, y: (1.0,)),
    "sign": _Rule(np.sign, lambda x, y: (0.0,)),
    "floor": _Rule(np.floor, lambda x, y: (0.0,)),
    "atan2": _Rule(np.arctan2, lambda y, x, angle: (x / (x * x + y * y), y / (x * x + y * y))),
    # Near a tie either may win, so the size is that of the largest.
    "max": _Rule(lambda *x: np.maximum.reduce(np.broadcast_arrays(*x)), lambda *x: (1.0,) * (len(x) - 1)),
    "min": _Rule(lambda *x: np.minimum.reduce(np.broadcast_arrays(*x)), lambda *x: (1.0,) * (len(x) - 1)),
}
