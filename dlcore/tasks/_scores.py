"""How well outputs fit their targets, by the spec's loss and by what people count."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcore.lazy import torch


class Scores:
    """The loss, and accuracy or root mean squared error, as the spec's target asks."""

    def __init__(self, resolved: Any):
        """`resolved` is `RunSpec.resolved`."""
        self.resolved = resolved
        self.second, self.second_better = ("error", "lower") if resolved.target == "number" else ("accuracy", "higher")

    def judged(self, pre_activation: torch.Tensor, activation: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """(2, …, samples): the loss of each sample, and its squared miss, or 1 where its class is right."""
        losses = self.resolved.loss.value(pre_activation if self.resolved.loss.from_logits else activation, target)
        if self.resolved.target == "number":
            second = (activation - target).square().mean(-1)
        elif self.resolved.coding == "one_hot":
            second = activation.argmax(-1) == target.argmax(-1)
        else:
            middle = sum(self.resolved.range) / 2
            second = ((activation > middle) == (target > middle))[..., 0]
        return torch.stack([losses, second.to(losses.dtype)])

    def mean(self, judged: torch.Tensor) -> dict[str, list[float]]:
        """Loss, and accuracy or root mean squared error, of some of the samples in `judged` (2, members, samples):
        one number for each member."""
        loss, second = (judged.sum(-1) / judged.shape[-1]).tolist()  # in half the time of `mean`
        return {"loss": loss, self.second: list(map(math.sqrt, second)) if self.second == "error" else second}

    def readable(self, activation: torch.Tensor) -> np.ndarray:
        """(…, samples) of (…, samples, columns), or as it is for several classes."""
        activation = activation.cpu()
        if self.resolved.target == "binary" and self.resolved.columns == 2:
            return activation[..., 1].numpy()
        return activation[..., 0].numpy() if self.resolved.columns == 1 else activation.numpy()
