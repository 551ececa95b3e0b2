"""The check of a step: from the gradient that `torch.autograd` found to the weights after it.

Clipping, optimizer and decoupled penalty are the catalogue's own PyTorch functions in another precision, never the
trees. `torch.optim` itself would load a second's worth of compiler into the worker; the tests hold receipts against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcore.lazy import torch
from dlcore.network.build import is_weight

if TYPE_CHECKING:
    from dlcore.training.receipts.position import Position

Found = dict[str, "torch.Tensor"]


class CheckedStep:
    """One step on `parameters`, whose gradients are in `found`; all that it computes is added there, by address."""

    def __init__(self, position: Position, found: Found, parameters: Found):
        self.found, self.parameters, self.learning = found, parameters, position.learning
        self.run, self.mode, self.names = position.run, position.mode, list(parameters)
        self.weights = [name for name in parameters if is_weight(name)]
        self.held = {name: torch.from_numpy(position.held(name)) for name in parameters}

    def take(self) -> None:
        """All of it."""
        numbers, coming = self.learning.numbers, self.run.task.coming(self.run.state)
        factor = self.learning.schedule.factor(coming.epoch, numbers["schedule"])
        self.rate = numbers["optimizer"]["learning_rate"] * factor
        self.found["learning_rate"] = torch.tensor(self.rate, dtype=torch.float64)
        gradients = self._penalized(self._clipped(self._freed()))
        for name, gradient in gradients.items():
            self.found[f"{name}.total_grad"] = gradient
        with torch.no_grad():
            self._optimized(gradients)
            self._decoupled()
        for name, before in self.parameters.items():
            self.found[f"{name}.update"] = self.found[f"{name}.next"] - before.detach()
        data = self.found.get(f"{self.mode}batch_loss", self.found["batch_loss"])
        self.found["total_loss"] = data + self.found.get("penalty", 0.0)

    def _freed(self) -> Found:
        """The gradients, 0 where a number is frozen."""
        gradients = {name: self.found[f"{name}.grad"] for name in self.names}
        if any(mask.any() for mask in self.held.values()):
            gradients = self._held_at_zero(gradients)
            self.found |= {f"{name}.free_grad": gradient for name, gradient in gradients.items()}
        return gradients

    def _held_at_zero(self, gradients: Found) -> Found:
        return {name: gradient.masked_fill(self.held[name], 0.0) for name, gradient in gradients.items()}

    def _clipped(self, gradients: Found) -> Found:
        """Within their bound."""
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients.values()])
        self.found["gradient_norm"] = flat.norm()
        if self.learning.clipping.clip is None:
            return gradients
        flat = flat.clone()
        self.learning.clipping.clip(flat, self.learning.numbers["clipping"])
        parts = flat.split([gradient.numel() for gradient in gradients.values()])
        clipped = {name: part.view_as(gradients[name]) for name, part in zip(gradients, parts, strict=True)}
        self.found |= {f"{name}.clipped_grad": gradient for name, gradient in clipped.items()}
        return clipped

    def _penalized(self, gradients: Found) -> Found:
        """With the penalty's gradient, by `torch.autograd` of its value; none for weights that are dead."""
        penalty, numbers = self.learning.penalty, self.learning.numbers["penalty"]
        if penalty.id == "none":
            return gradients
        weights = [self.parameters[name] for name in self.weights]
        self.found["penalty"] = sum(penalty.value(weight, numbers) for weight in weights)
        if penalty.gradient is not None:
            slopes = dict(zip(self.weights, torch.autograd.grad(self.found["penalty"], weights), strict=True))
            for name, gradient in gradients.items():
                slope = slopes.get(name, torch.zeros_like(gradient))
                self.found[f"{name}.penalty_grad"], gradients[name] = slope, gradient + slope
            gradients = self._held_at_zero(gradients)
        if "dead" in penalty.slots:
            gradients = {name: one * (1 - self._slot("penalty", "dead", name)) for name, one in gradients.items()}
        return gradients

    def _slot(self, owner: str, slot: str, name: str) -> torch.Tensor:
        entry = getattr(self.learning, owner)
        return self.run.state.here()[f"{owner}.{entry.id}.{slot}.{name}"].clone().to(self.parameters[name].dtype)

    def _optimized(self, gradients: Found) -> None:
        """The optimizer's step: its next values and slots; what is frozen stays."""
        entry, hyper = self.learning.optimizer, {**self.learning.numbers["optimizer"], "learning_rate": self.rate}
        updates = int(self.run.state.counts["optimizer"][0]) + 1
        for name, gradient in gradients.items():
            before = self.parameters[name].detach()
            slots = {slot: self._slot("optimizer", slot, name) for slot in entry.slots}
            after, moved = entry.update(before, gradient, slots, hyper, updates)
            self.found[f"{name}.next"] = torch.where(self.held[name], before, after)
            for slot, tensor in moved.items():
                kept = torch.where(self.held[name], slots[slot], tensor)
                self.found[f"optimizer.{entry.id}.{slot}.{name}.next"] = kept

    def _decoupled(self) -> None:
        """What a decoupled penalty makes of the optimizer's values."""
        penalty, numbers, found = self.learning.penalty, self.learning.numbers["penalty"], self.found
        if penalty.decoupled is None:
            return
        for name, parameter in self.parameters.items():
            before, after = parameter.detach(), found[f"{name}.next"]
            found[f"{name}.optimizer_update"], found[f"{name}.decoupled"] = after - before, torch.zeros_like(after)
            if not is_weight(name):
                continue
            slots = {slot: self._slot("penalty", slot, name) for slot in penalty.slots}
            decayed, moved = penalty.decoupled(before, after, slots, numbers, self.rate)
            found[f"{name}.next"] = torch.where(self.held[name], before, decayed)
            found[f"{name}.decoupled"] = found[f"{name}.next"] - after
            for slot, tensor in moved.items():
                kept = torch.where(self.held[name], slots[slot], tensor)
                found[f"penalty.{penalty.id}.{slot}.{name}.next"] = kept
