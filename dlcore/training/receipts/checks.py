"""The check: the same numbers once more by PyTorch alone, without the run's stepper and without the trees.

The network's weights are copied, as float64 or as float32, and passed forward; `torch.autograd` gives every
gradient, `torch.optim` the update where it has the same optimizer. How far apart float64 and float32 come is
what rounding explains at this position, and a tree that is farther off than that is wrong.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.network.address import Sample
from dlcore.network.build import TrainMode, norm_tensors
from dlcore.training.receipts.checked_step import CheckedStep

if TYPE_CHECKING:
    from dlcore.training.receipts.position import Position

SPLITS = ("train", "validation", "test")
Found = dict[str, "torch.Tensor"]


def recomputed(position: Position, sample: Sample, dtype: Any) -> dict[str, np.ndarray]:
    """Every number of the sample's scene by address, shaped as in the trace, float64."""
    scene, network = position.scene(sample), position.network
    with torch.inference_mode(False), torch.enable_grad():
        tensors = copied(position, (*network.layout, *network.buffers), dtype)
        parameters = {name: tensors[name].requires_grad_() for name in network.layout}
        x, target = scene.data.inputs.to(dtype), scene.data.target.to(dtype)
        found: Found = {"x": torch.from_numpy(scene.data.x), "inputs": x}
        outputs = network.forward(x, tensors, found)
        _statistics(position, found, tensors, False)
        if "target" in scene.values:
            found["target"] = target
            _losses(position, found, outputs, target)
            found |= answered(position.spec.resolved, outputs[1], target)
        if scene.learns:
            coming = position.run.task.coming(position.run.state)
            masks = position.run.stepper.masks(coming.step, len(x))[0]
            found |= {f"{name}.mask": mask.to(dtype) for name, mask in masks.items()}
            _gradients(position, found, x, target, tensors, parameters)
            CheckedStep(position, found, parameters).take()
    return {name: tensor.detach().double().numpy() for name, tensor in found.items()}


def copied(position: Position, names: Any, dtype: Any) -> Found:
    """The state's tensors of these names, in another precision."""
    return {name: position.run.state[name].clone().to(dtype) for name in names}


def _losses(position: Position, found: Found, outputs: Any, target: torch.Tensor) -> torch.Tensor:
    loss = position.spec.resolved.loss
    losses = loss.value(outputs[not loss.from_logits], target)
    found["sample_loss"], found["batch_loss"] = losses, losses.mean()
    return found["batch_loss"]


def _statistics(position: Position, found: Found, tensors: Found, train: bool) -> None:
    """The mean and the variance that each norm takes."""
    for block in position.network.blocks:
        if block.norm != "none":
            kept = norm_tensors(block, tensors)[1]
            sums = found[f"{block.address}.pre_activation"].detach()
            pair = catalogue("norms")[block.norm].statistics(sums, kept, train)
            found |= {
                f"{block.address}.norm.{name}": one.flatten()
                for name, one in zip(("mean", "variance"), pair, strict=True)
            }


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


def _gradients(
    position: Position, found: Found, x: torch.Tensor, target: torch.Tensor, tensors: Found, parameters: Found
) -> None:
    """∂ batch loss / ∂ everything that it is computed from, by `torch.autograd`; values of train mode too."""
    network, values = position.network, found
    if network.has_train_mode:
        ends = (name for name in found if name.endswith(".mask"))
        train = TrainMode({name.removesuffix(".mask"): found[name] for name in ends})
        values = {}
        _losses(position, values, network.forward(x, tensors, values, train), target)
        _statistics(position, values, tensors, True)
        found |= {f"{name}.next": buffer for name, buffer in train.buffers.items()}
    reached = {name: value for name, value in (values | parameters).items() if value.requires_grad}
    loss = values["batch_loss"]
    gradients: Any = [None] * len(reached)
    if loss.requires_grad:
        gradients = torch.autograd.grad(loss, list(reached.values()), allow_unused=True)
    for (name, value), gradient in zip(reached.items(), gradients, strict=True):
        found[f"{name}.grad"] = torch.zeros_like(value) if gradient is None else gradient
    if values is not found:
        found |= {f"train.{name}": value for name, value in values.items()}


def measured(position: Position, dtype: Any) -> dict[str, float]:
    """Every metric over its whole set."""
    run, network, resolved = position.run, position.network, position.spec.resolved
    sets = {name: run.data(name) for name in SPLITS if len(run.data(name))}
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
