"""The confusion matrix: how many samples of each class the network takes for which.

    counts[t, p] = number of samples of class t whose answer is class p

The answer is the class with the largest output; where one output tells two classes apart, the side of
the middle of its range that it is on. Right answers lie on the diagonal.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._answers import answers
from dlcore.probes._samples import SPLITS

AXES = ("class", "answer")


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """train and test: I32 (classes, classes), rows the true class; nothing where the target is a number."""
    resolved = context.spec.resolved
    if resolved.target == "number":
        return {}
    found, classes = {}, len(resolved.dataset.classes)
    for split in SPLITS:
        prediction = context.predictions(split)
        pairs = context.data(split).y.astype(np.int64) * classes + answers(prediction, resolved.range)
        counts = np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
        found[split] = Named(counts.astype(np.int32), AXES)
    return found


ENTRY = Probe(
    id="confusion",
    label="Confusion matrix",
    sentence="How many samples of each class the network takes for which.",
    arrays=arrays,
    needs=("data", "predictions"),
    targets=("binary", "classes"),
)
