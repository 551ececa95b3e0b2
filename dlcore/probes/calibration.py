"""Calibration: of all answers that the network gives with some confidence, how many are right?

    in each of ten equal bins b of the confidence, max over the classes of their shares:
    accuracy(b) = share of right answers        confidence(b) = mean confidence
    expected calibration error = Σ_b n_b / n · |accuracy(b) − confidence(b)|

Sources: Niculescu-Mizil & Caruana, Predicting good probabilities with supervised learning (2005); Guo, Pleiss, Sun &
Weinberger, On calibration of modern neural networks (2017).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._answers import answers, shares
from dlcore.probes._samples import SPLITS

BINS = 10


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """For train and test: <split>.counts I32 (bin,); <split>.confidence and <split>.accuracy F32 (bin,), NaN where no
    answer is in the bin; <split>.error F32 (quantity,) of one. A confidence on an edge is in the lower bin."""
    resolved, found = context.spec.resolved, {}
    if resolved.target == "number":
        return found
    for split in SPLITS:
        prediction = context.predictions(split)
        confidence = shares(prediction, resolved.range).max(axis=1, initial=0)
        right = answers(prediction, resolved.range) == context.data(split).y
        known = np.isfinite(confidence)
        counts, sure, hits = binned(confidence[known].astype(np.float64), right[known])
        error = np.abs(hits - sure).sum() / max(counts.sum(), 1)
        with np.errstate(invalid="ignore"):
            found[f"{split}.confidence"] = Named((sure / counts).astype(np.float32), ("bin",))
            found[f"{split}.accuracy"] = Named((hits / counts).astype(np.float32), ("bin",))
        found[f"{split}.counts"] = Named(counts.astype(np.int32), ("bin",))
        found[f"{split}.error"] = Named(np.array([error], np.float32), ("quantity",))
    return found


def binned(confidence: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(how many, sum of confidences, how many right) of every bin."""
    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence)
    weights = (None, confidence, right.astype(np.float64))
    counts, sure, hits = (np.bincount(bins, each, minlength=BINS).astype(np.float64) for each in weights)
    return counts, sure, hits


ENTRY = Probe(
    id="calibration",
    label="Calibration",
    sentence="Of the answers that the network is sure of by so much, how many are right.",
    source="Guo, Pleiss, Sun & Weinberger (2017), On calibration of modern neural networks",
    arrays=arrays,
    needs=("data", "predictions"),
    targets=("binary", "classes"),
)
