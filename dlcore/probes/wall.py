"""The wall: samples in the order of their losses, the worst first, with what the network answers.

Of one split; options `true` and `answer` leave only the samples of that class, or taken for that class. At most
`limit` of them are told.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._answers import answers, shares
from dlcore.probes._samples import SPLITS, split_of, whole

MOST, USUAL = 240, 60


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """samples I32 (sample,): indices into the split, the largest loss first; losses and target F32 (sample,).

    found I32 (quantity,): how many samples there are of that kind, and how many of them the network has wrong; of I32
    (quantity,): what was asked for, the split's place in `SPLITS`, `true` and `answer`, −1 where any is meant.
    Of classes also shares F32 (sample, class), see `shares`, and answers I32 (sample,); of a number output F32
    (sample,).
    """
    resolved, split = context.spec.resolved, split_of(options)
    classes, y, losses = len(resolved.dataset.classes), context.data(split).y, context.losses(split)
    chosen, wrong, found = np.ones(len(losses), bool), np.zeros(len(losses), bool), {}
    if resolved.target != "number":
        prediction = context.predictions(split)
        answer = answers(prediction, resolved.range)
        wrong = answer != y
        for wanted, of in (("true", y), ("answer", answer)):
            if (one := whole(options, wanted, None, classes)) is not None:
                chosen &= of == one
        found = {"shares": (shares(prediction, resolved.range), ("sample", "class")), "answers": (answer, ("sample",))}
    elif not resolved.picture:
        found = {"output": (context.predictions(split), ("sample",))}
    limit = whole(options, "limit", USUAL, MOST + 1)
    known = np.flatnonzero(chosen)
    # what is not a number is as bad as can be; among equals the order of the data
    order = known[np.argsort(-np.nan_to_num(losses[known], nan=np.inf), kind="stable")][:limit]
    found |= {"losses": (losses, ("sample",)), "target": (y, ("sample",))}
    told = {name: Named(_plain(values[order]), axes) for name, (values, axes) in found.items()}
    counts = np.array([len(known), wrong[known].sum()], np.int32)
    of = [SPLITS.index(split), *(-1 if (one := options.get(name)) is None else one for name in ("true", "answer"))]
    return told | {
        "samples": Named(order.astype(np.int32), ("sample",)),
        "found": Named(counts, ("quantity",)),
        "of": Named(np.array(of, np.int32), ("quantity",)),
    }


def _plain(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int32 if values.dtype.kind == "i" else np.float32)


ENTRY = Probe(
    id="wall",
    label="Wall of samples",
    sentence="Samples one by one with the network’s answers, the worst mistakes first.",
    arrays=arrays,
    needs=("data", "predictions"),
)
