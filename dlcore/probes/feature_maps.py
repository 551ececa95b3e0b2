"""What every layer makes of one sample: of pictures every channel's map, of vectors every unit's number; or, for each
of these numbers, how the loss would change with it.

A layer's maps share one range around zero, so that channels compare; the pictures that come in have their own, from 0
to 1. Maps of more than 64 rows or columns are thinned, and of many channels only the first are sent.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.limits import LIMITS
from dlcore.params import SpecError
from dlcore.probes import Named, Probe, ProbeContext, quantize
from dlcore.probes._samples import made_up, symmetric, which

SIDE = 64
SHOWN = ("values", "gradients")
AXES = ("unit", "row", "column")


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """layers.<i>: U8 (unit, row, column) or F32 (unit,); inputs: U8 (channel, row, column); of: I32 (2,), which sample
    it is, and 1 where it is one of test.

    Options: `sample` and `split` as `sample_picture`; `show` "values" or "gradients" (∂ loss of that sample / ∂ value,
    in eval mode); `pixels`, a drawn picture (see `made_up`), whose `of` is −1. In a walk only the values of a training
    sample that are known so far.
    """
    show = options.get("show", "values")
    if show not in SHOWN:
        raise SpecError("probe.show", "A feature map shows “values” or “gradients”.")
    split, sample = which(options, context)
    if (drawn := made_up(options, context)) is not None:
        sample, split, show = -1, "", "values"  # nobody knows its answer, so no loss could change with it
    if sample is None:
        return {}
    if drawn is not None:
        values = context.values(drawn)
    elif show == "gradients":
        values = context.slopes(split, sample)
    elif split == "train":
        values = context.trace(sample)
    else:
        values = context.values(context.data(split).inputs[sample].numpy())
    resolved, blocks = context.spec.resolved, context.network.blocks
    found = {"of": Named(np.array([sample, int(split == "test")], np.int32), ("quantity",))}
    if "inputs" in values:
        pixels = values["inputs"][0].reshape(resolved.input_shape)
        span = (0.0, 1.0) if show == "values" else symmetric(pixels)
        found["inputs"] = Named(quantize(_thin(pixels), span), ("channel", "row", "column"), span)
    for block in blocks:
        name = _last(values, block.address)
        if name is None:
            continue
        own = values[name][0]
        if block is blocks[-1] and resolved.picture:  # the answer is a picture, whatever computes it
            own = own.reshape(resolved.picture)
        found[block.address] = _named(own)
    return found


def _last(values: dict[str, np.ndarray], address: str) -> str | None:
    """The name of what the block hands on, or in a walk of the last that is known of it."""
    names = (f"{address}.{part}" for part in ("output", "activation", "normalized", "pre_activation"))
    return next((name for name in names if name in values), None)


def _named(values: np.ndarray) -> Named:
    if values.ndim == 1:
        return Named(values.astype(np.float32), ("unit",))
    span = symmetric(values)
    return Named(quantize(_thin(values[: LIMITS.picture_units]), span), AXES, span)


def _thin(values: np.ndarray) -> np.ndarray:
    step = -(-max(values.shape[1:]) // SIDE)
    return values[:, ::step, ::step]


ENTRY = Probe(
    id="feature_maps",
    label="Feature maps",
    sentence="What every layer makes of one sample, or how the loss would change with it.",
    arrays=arrays,
    needs=("pictures", "trace", "data"),
)
