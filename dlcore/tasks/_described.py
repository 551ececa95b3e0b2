"""What can be said of supervised learning without building it: what is measured, and how long an epoch is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from dlcore.tasks import Metric
from dlcore.tasks._scores import Scores

# Where the target is the picture itself, the data's own goal, to tell classes apart, is not what is done.
GIVING_BACK = {
    "goal": "Give every picture back as it came in.",
    "hint": "Make the narrowest layer wider or narrower, and compare what comes back.",
}


def metrics(resolved: Any, splits: Iterable[str]) -> list[Metric]:
    """What is measured: the loss, and accuracy or error, of every split."""
    scores = Scores(resolved)
    return [
        Metric(f"{split}_{name}", f"{split.capitalize()} {name}", split, better)
        for name, better in (("loss", "lower"), (scores.second, scores.second_better))
        for split in splits
    ]


def describe_run(spec: Any, splits: Mapping[str, int]) -> dict[str, Any]:
    """See `TaskEntry`; an epoch is one pass over the training data."""
    resolved, train = spec.resolved, splits["train"]
    batch = min(spec.tree["learning"]["batch_size"], max(train, 1))
    steps = -(-train // batch) if resolved.remainder == "train" else train // batch
    measured = metrics(resolved, [name for name, size in splits.items() if size or name == "train"])
    own = GIVING_BACK if spec.tree["data"].get("target") == "picture" else {}
    return {"metrics": [asdict(metric) for metric in measured], "steps_per_epoch": max(steps, 1), **own}
