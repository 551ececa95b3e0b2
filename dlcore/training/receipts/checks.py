"""The check: the same numbers once more by PyTorch alone, without the run's stepper and without the trees.

The network's weights are copied, as float64 or as float32, and passed forward; `torch.autograd` gives every
gradient (see `checked_step` for the rest of a step). How far apart float64 and float32 come is what rounding
explains at this position, and a tree that is farther off than that is wrong.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.network.build import TrainMode, fold, norm_tensors
from dlcore.training.receipts.checked_step import CheckedStep

if TYPE_CHECKING:
    from dlcore.training.receipts.position import Position
    from dlcore.training.receipts.scenes import Scene

SPLITS = ("train", "validation", "test")
Found = dict[str, "torch.Tensor"]


class Recomputed:
    """The numbers of one scene, float64 arrays shaped as in the trace, computed in a precision of `dtype`: the
    forward pass, then the gradients, then the step, each only when something of it is asked for."""

    def __init__(self, position: Position, scene: Scene, dtype: Any):
        self._position, self._scene, self._network = position, scene, position.network
        self._x, self._target = scene.data.inputs.to(dtype), scene.data.target.to(dtype)
        self._tensors = copied(position, (*self._network.layout, *self._network.buffers), dtype)
        self._parameters = {name: self._tensors[name].requires_grad_() for name in self._network.layout}
        self._found: Found = {"x": torch.from_numpy(scene.data.x), "inputs": self._x}
        self._stages = [self._forward, self._backward, self._step] if scene.learns else [self._forward]

    def find(self, name: str) -> np.ndarray | None:
        """All numbers of that name; None where this pass has none."""
        with torch.inference_mode(False), torch.enable_grad():
            while name not in self._found and self._stages:
                self._stages.pop(0)()
        return self._found[name].detach().double().numpy() if name in self._found else None

    def _forward(self) -> None:
        """Values in eval mode, and where they are others in train mode too."""
        self._pass(self._found, None)
        self._reached = self._found
        if self._scene.has_target:
            activation = self._found[f"layers.{self._position.output}.activation"].detach()
            self._found |= answered(self._position.spec.resolved, activation.flatten(1), self._target)
        if not self._scene.learns:
            return
        coming = self._position.run.task.coming(self._position.run.state)
        masks = self._position.run.stepper.masks(coming.step, len(self._x))[0]
        masks = {name: mask.to(self._x.dtype) for name, mask in masks.items()}
        self._found |= {f"{name}.mask": mask for name, mask in masks.items()}
        if self._network.has_train_mode:
            train, self._reached = TrainMode(masks), {}
            self._pass(self._reached, train)
            self._found |= {f"train.{name}": value for name, value in self._reached.items()}
            self._found |= {f"{name}.next": buffer for name, buffer in train.buffers.items()}

    def _pass(self, found: Found, train: TrainMode | None) -> None:
        found |= self._values(train)
        for block in self._network.blocks:
            if block.norm != "none":
                kept, norm = norm_tensors(block, self._tensors)[1], catalogue("norms")[block.norm]
                sums = fold(norm, found[f"{block.address}.pre_activation"].detach())
                pair = norm.statistics(sums, kept, train is not None)
                found |= {
                    f"{block.address}.norm.mean": pair[0].flatten(),
                    f"{block.address}.norm.variance": pair[1].flatten(),
                }
        if self._scene.has_target:
            loss = self._position.spec.resolved.loss
            last = f"layers.{self._position.output}.{'pre_activation' if loss.from_logits else 'activation'}"
            losses = loss.value(found[last].flatten(1), self._target)
            found |= {"target": self._target, "sample_loss": losses, "batch_loss": losses.mean()}

    def _values(self, train: TrainMode | None) -> Found:
        """The pass, value by value; where nothing learned is before a value, there is still a gradient for it."""
        passing, sent, found = self._network.passing(self._x, self._tensors, train), None, {}
        while True:
            try:
                name, value = passing.send(sent)
            except StopIteration:
                return found
            sent = None if value.requires_grad else value.detach().requires_grad_()
            found[name] = value if sent is None else sent

    def _backward(self) -> None:
        """∂ batch loss / ∂ everything that it is computed from, by `torch.autograd`."""
        reached = {name: value for name, value in (self._reached | self._parameters).items() if value.requires_grad}
        loss, gradients = self._reached["batch_loss"], [None] * len(reached)
        if loss.requires_grad:
            gradients = torch.autograd.grad(loss, list(reached.values()), allow_unused=True)
        for (name, value), gradient in zip(reached.items(), gradients, strict=True):
            self._found[f"{name}.grad"] = torch.zeros_like(value) if gradient is None else gradient

    def _step(self) -> None:
        """What is made of the gradient."""
        CheckedStep(self._position, self._found, self._parameters).take()


def copied(position: Position, names: Any, dtype: Any) -> Found:
    """The state's tensors of these names, in another precision."""
    return {name: position.run.state.here()[name].clone().to(dtype) for name in names}


def answered(resolved: Any, activation: torch.Tensor, target: torch.Tensor) -> Found:
    """What people count of every sample: "sample_error", its squared miss, or "sample_correct", 0 or 1."""
    if resolved.target == "number":
        return {"sample_error": (activation - target).square().mean(-1)}
    if resolved.coding == "one_hot":
        right = activation.argmax(-1) == target.argmax(-1)
    else:
        middle = sum(resolved.range) / 2
        right = ((activation > middle) == (target > middle))[..., 0]
    return {"sample_correct": right.to(activation.dtype)}


def measured(position: Position, dtype: Any, split: str) -> dict[str, float]:
    """Every metric over the whole of one set; where all are measured together, over all of them."""
    run, network, resolved = position.run, position.network, position.spec.resolved
    splits = SPLITS if position.mistaken else (split,)
    sets = {name: run.data(name) for name in splits if len(run.data(name))}
    sizes = [len(data) for data in sets.values()]
    x, target = (torch.cat([getattr(data, part) for data in sets.values()]).to(dtype) for part in ("inputs", "target"))
    train = None
    if position.mistaken:
        coming = run.task.coming(run.state)
        train = TrainMode({name: mask.to(dtype) for name, mask in run.stepper.masks(coming.step, len(x))[0].items()})
    with torch.no_grad():
        outputs = network.forward(x, copied(position, (*network.layout, *network.buffers), dtype), train=train)
        losses = resolved.loss.value(outputs[not resolved.loss.from_logits], target)
    found = {}
    parts = (losses.split(sizes), outputs[1].split(sizes), target.split(sizes))
    for split, loss, activation, wanted in zip(sets, *parts, strict=True):
        found[f"{split}_loss"] = float(loss.mean())
        for name, counted in answered(resolved, activation, wanted).items():
            mean = float(counted.double().mean())
            error = name == "sample_error"
            found[f"{split}_{'error' if error else 'accuracy'}"] = math.sqrt(mean) if error else mean
    return found
