"""One sample's way through the network: what each neuron adds up, and what it makes of it.

The sample is one of the data, or nobody's: with `point` any place of the plane, with `inputs` other numbers
for some of the network's inputs. So one can ask what would be; no data and no run is changed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcore.limits import is_number
from dlcore.params import SpecError
from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._samples import OF_VALUE, made_up, which


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """inputs F32 (inputs,); layers.<i>.pre_activation, .normalized where there is a norm, .activation F32 (units,), of
    pictures (unit, row, column).

    Options: `sample`, its index; `split`, "train" or "test"; `point` [x₁, x₂], with `beyond` as
    for the output map; `inputs` {"1": value} by their numbers from 0; `pixels`, a drawn picture (see `made_up`). {}
    where there are no samples and no point is given. In a walk only what is known of a training sample.
    """
    split, sample = which(options, context)
    point, others, drawn = options.get("point"), options.get("inputs"), made_up(options, context)
    if drawn is not None:
        inputs = drawn
    elif point is not None:
        inputs = context.inputs_at(_point(point), options.get("beyond"))
    elif sample is not None:
        inputs = context.data(split).inputs[sample].numpy().copy()
    else:
        return {}
    if others:
        inputs = _with(inputs, others)
    found = {}
    of_train = point is None and drawn is None and not others and split == "train"
    values = context.trace(sample) if of_train else context.values(inputs)
    for name, array in values.items():
        if name == "inputs" or (name.startswith("layers.") and name.endswith(("activation", "normalized"))):
            found[name] = Named(array[0].astype(np.float32), OF_VALUE[array.ndim - 1])
    return found


def _point(point: Any) -> list[float]:
    if not isinstance(point, list | tuple) or len(point) != 2 or not all(map(is_number, point)):
        raise SpecError("probe.point", "A point is two numbers, its place on the plane.")
    return [float(value) for value in point]


def _with(inputs: np.ndarray, others: Any) -> np.ndarray:
    known = {str(index): index for index in range(len(inputs))}
    if not isinstance(others, Mapping) or not all(name in known and is_number(others[name]) for name in others):
        last = len(known) - 1
        raise SpecError("probe.inputs", f"Inputs are numbers, under the inputs’ own numbers from 0 to {last}.")
    changed = inputs.copy()
    for name, value in others.items():
        changed[known[name]] = value
    return changed


ENTRY = Probe(
    id="sample_values",
    label="One sample",
    sentence="What every neuron makes of one sample.",
    arrays=arrays,
    needs=("trace", "data"),
)
