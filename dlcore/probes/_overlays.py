"""What the overlays share: pictures of where in a sample's picture an answer comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from dlcore.probes import Named, ProbeContext, quantize
from dlcore.probes._answers import answers
from dlcore.probes._samples import which, whole

LEAST = 1e-30
NEEDS = ("data", "trace", "pictures")


class Asked(NamedTuple):
    """One sample's numbers (1, inputs), and the answer that is asked about: the output's `column`, times `sign`, which
    is −1 for the first of two classes that one output tells apart. `unit` is the class, 0 where there are none."""

    inputs: np.ndarray
    unit: int
    column: int
    sign: int


def asked(context: ProbeContext, options: Mapping[str, Any]) -> Asked | None:
    """What the options say: `split`, `sample` (the last one where there are fewer) and `unit`, a class, left out the
    one that the network answers. None where there is no sample, or where the answer is a picture."""
    resolved, (split, sample) = context.spec.resolved, which(options, context)
    if sample is None or resolved.picture:
        return None
    inputs = context.data(split).inputs[sample : sample + 1].numpy()
    if resolved.target == "number":
        return Asked(inputs, 0, 0, 1)
    unit = whole(options, "unit", None, len(resolved.dataset.classes))
    if unit is None:
        found = context.inside.answers(inputs)
        unit = int(answers(found if found.shape[1] > 1 else found[:, 0], resolved.range)[0])
    return Asked(inputs, unit, unit, 1) if resolved.columns > 1 else Asked(inputs, unit, 0, 2 * unit - 1)


def overlay(values: np.ndarray, of: Asked, signed: bool) -> dict[str, Named]:
    """map U8 (row, column), from 0 or as far below it as above; unit I32 (quantity,): the class that it is of."""
    values = np.nan_to_num(values)
    most = max(float(np.abs(values).max(initial=0)), LEAST)
    span = (-most if signed else 0.0, most)
    return {
        "map": Named(quantize(values, span), ("row", "column"), span),
        "unit": Named(np.array([of.unit], np.int32), ("quantity",)),
    }
