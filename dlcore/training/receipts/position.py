"""What receipts read of one position of a run: its traces, as the picture has them, and nothing else.

The values of a scene (see `scenes`) are the run's own float32 numbers by address; `Position.number` finds any of
them, `Position.leaf` makes it a leaf.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.expressions import Leaf, Leaves, subscript
from dlcore.lazy import torch
from dlcore.network.address import Sample, written
from dlcore.network.names import Names, small
from dlcore.network.shapes import Block
from dlcore.params import SpecError
from dlcore.training.data import Split, make_split
from dlcore.training.edits import masks_of
from dlcore.training.keeping import newest
from dlcore.training.receipts.checks import Recomputed, answered, measured
from dlcore.training.receipts.learning import Learning
from dlcore.training.receipts.scenes import Scene

if TYPE_CHECKING:
    from dlcore.training.reading import Reading

_LAYER = re.compile(r"^(train\.)?layers\.(\d+)\.(.*)$")
MOST_PASSES = 8  # that one position keeps: each has several numbers for every weight
NO_GRADIENT = "The network does not learn from {}, so there is no gradient for it. Choose a training sample."


@dataclass(frozen=True)
class Asked:
    """A number that is asked for: its name and indices, its sample, and in a layer which layer and part of it.

    `mode` is "train." where the value is that of train mode.
    """

    name: str
    indices: tuple[int, ...]
    sample: Sample
    mode: str = ""
    layer: int = -1
    part: str = ""

    @classmethod
    def of(cls, name: str, indices: tuple[int, ...], sample: Sample) -> Asked:
        """The same with its name taken apart."""
        match = _LAYER.match(name)
        if match:
            return cls(name, indices, sample, match[1] or "", int(match[2]), match[3])
        mode = "train." if name.startswith("train.") else ""
        return cls(name, indices, sample, mode, -1, name.removeprefix("train."))

    @property
    def address(self) -> str:
        """What was asked for."""
        return written(self.name, self.indices)


class Position:
    """A run at one version. Makes what is asked for, and keeps it."""

    def __init__(self, run: Reading, at: int | None = None):
        """`at` is the step that its leaves name, where it is another than the one on screen."""
        self.run, self.network, self.spec, self.at = run, run.network, run.spec, at
        self.names = Names(run.spec, run.network.blocks)
        self.mode = "train." if run.network.has_train_mode else ""  # of the values that gradients belong to
        self.metrics = frozenset(metric.id for metric in run.task.metrics)
        self.output = len(run.network.blocks) - 1
        self.mistaken = run.spec.tree["learning"]["evaluate_in_train_mode"] and run.network.has_train_mode
        self._scenes: dict[Any, Scene] = {}
        self._judged: dict[str, Mapping[str, np.ndarray]] = {}
        self._recomputed: dict[Any, Recomputed] = {}
        self._measured: dict[tuple[str, bool], Mapping[str, float]] = {}

    @cached_property
    def step(self) -> int:
        """Updates done."""
        return self.run.step

    @cached_property
    def learning(self) -> Learning:
        """What makes a step."""
        return Learning.of(self.spec)

    @cached_property
    def earlier(self) -> Position:
        """The position one step before."""
        return Position(self.run.at_step(self.step - 1), self.step - 1)

    def held(self, name: str) -> np.ndarray:
        """Which numbers of a parameter are frozen, in its shape."""
        mask = self._frozen.get(name)
        return np.zeros(self.network.layout[name], bool) if mask is None else mask

    @cached_property
    def _frozen(self) -> dict[str, np.ndarray]:
        return masks_of(self.network, self.run.frozen)

    def is_frozen(self, name: str, indices: tuple[int, ...]) -> bool:
        """Whether a weight or bias is held where it is."""
        return written(name, indices) in self.run.frozen

    # ---- samples ---------------------------------------------------------------------------

    @cached_property
    def batch(self) -> np.ndarray:
        """Indices into train of the coming batch."""
        return self.run.task.coming_batch(self.run.state)

    def place(self, sample: Sample) -> tuple[Any, int | None]:
        """(the scene that the sample is in, its row there); row None for the whole batch."""
        if sample is None:
            return None, None
        if isinstance(sample, int):
            return self._within(sample, len(self.run.data("train")), "the training data"), 0
        if sample[0] == "batch":
            return None, self._within(sample[1], len(self.batch), "the coming batch")
        if sample[0] in ("validation", "test"):
            self._within(sample[1], len(self.run.data(sample[0])), f"the {sample[0]} data")
        return sample, 0

    def sample_at(self, sample: Sample) -> Callable[[int], Sample]:
        """The samples of the pass that a sample is in, by their row."""
        key, _ = self.place(sample)
        return (lambda row: ("batch", row)) if key is None else (lambda row: key)

    def statistic(self, name: str, unit: int, sample: Sample) -> tuple[str, tuple[int, ...], Sample]:
        """What `leaf` takes for a norm's mean or variance: each neuron or channel has its own, or each sample."""
        if self.of_sample(name):
            return name, (), sample
        return name, (unit,), self.place(sample)[0]

    def _within(self, index: int, count: int, where: str) -> int:
        if not 0 <= index < count:
            raise SpecError("sample", f"There is no sample {index} in {where}; it has {count}, counted from 0.")
        return index

    def scene(self, sample: Sample) -> Scene:
        """The pass that a sample is in; SpecError where there is none."""
        key, _ = self.place(sample)
        return newest(self._scenes, key, lambda: self._pass(key), MOST_PASSES)

    def _pass(self, key: Any) -> Scene:
        run, record = self.run, {}
        operations = run.task.operations(run.state, record, *run.place(key))
        if key is None or isinstance(key, int):
            data = _chosen(run.data("train"), self.batch if key is None else np.array([key]))
            if key is None and self.spec.tree["data"]["augment"]:
                inputs, target = run.task.coming_inputs(run.state)
                data = Split(inputs.numpy().reshape(data.x.shape), data.y, inputs, target)
            return Scene(data, operations, record, self._unsaid(data), self._following, learns=True)
        if key[0] == "point":
            data = make_split(self.spec, np.array([key[1:]]), np.zeros(1))
            return Scene(data, operations, record, {"x": data.x}, lambda known: {}, has_target=False)
        data = _chosen(run.data(key[0]), np.array([key[1]]))
        return Scene(data, operations, record, {"x": data.x}, self._counted)

    def _unsaid(self, data: Split) -> dict[str, np.ndarray]:
        """What a trace leaves unsaid: the coordinates, the dropout factors, each sample's part of the loss."""
        coming = self.run.task.coming(self.run.state)
        masks = self.run.stepper.masks(coming.step, len(data))[0]
        known = {f"{name}.mask": mask.numpy() for name, mask in masks.items()}
        return {"x": data.x, "sample_loss.grad": np.full(len(data), 1 / len(data)), **known}

    def _following(self, known: Mapping[str, np.ndarray]) -> dict[str, Any]:
        """What follows from a whole step: the gradient's length, and the loss with the penalty."""
        free = "free_grad" if f"{next(iter(self.network.layout))}.free_grad" in known else "grad"
        gradient = np.concatenate([known[f"{name}.{free}"].ravel() for name in self.network.layout])
        total = known[f"{self.mode}batch_loss"] + known.get("penalty", 0.0)
        length = np.sqrt(np.square(gradient, dtype=np.float64).sum())
        return {"gradient_norm": length, "total_loss": total, **self._counted(known)}

    def _counted(self, known: Mapping[str, np.ndarray]) -> dict[str, Any]:
        """What people count of each sample."""
        values = (torch.from_numpy(known[name]).flatten(1) for name in (f"layers.{self.output}.activation", "target"))
        return {name: tensor.numpy() for name, tensor in answered(self.spec.resolved, *values).items()}

    def _mistaken(self, split: str) -> Any:
        """The outputs of one set where all sets are measured together in train mode."""
        run, names = self.run, [name for name in ("train", "validation", "test") if len(self.run.data(name))]
        x = run.stepper.columns(torch.cat([run.data(name).inputs for name in names])[None])
        outputs = run.stepper.predict_mistaken(run.state, x, run.task.coming(run.state))
        sizes, which = [len(run.data(name)) for name in names], names.index(split)
        return [part[0].cpu().split(sizes)[which] for part in outputs]

    def judged(self, split: str) -> Mapping[str, np.ndarray]:
        """ "sample_loss", and "sample_correct" or "sample_error", of every sample of a set as its metrics have it."""
        if split not in self._judged:
            data, run, loss = self.run.data(split), self.run, self.spec.resolved.loss
            with torch.inference_mode():
                outputs = run.network.forward(data.inputs, run.state.here())
                if self.mistaken:
                    outputs = self._mistaken(split)
                losses = loss.value(outputs[not loss.from_logits], data.target)
                found = {"sample_loss": losses} | answered(self.spec.resolved, outputs[1], data.target)
            self._judged[split] = {name: tensor.numpy() for name, tensor in found.items()}
        return self._judged[split]

    # ---- numbers ---------------------------------------------------------------------------

    def block(self, layer: int) -> Block:
        """A block of the network; SpecError where there is none."""
        if not 0 <= layer <= self.output:
            raise SpecError("address", f"This network has no layers.{layer}; its layers are 0 to {self.output}.")
        return self.network.blocks[layer]

    def of_sample(self, name: str) -> bool:
        """Whether numbers of that name belong to samples one by one."""
        return self.network.of_sample(name)

    def array(self, name: str, sample: Sample = None) -> np.ndarray:
        """All numbers of that name in the sample's scene; SpecError where there are none."""
        if name in self.run.state:
            return self.run.state.here()[name].numpy()
        scene = self.scene(sample)
        found = scene.find(name)
        if found is None:
            raise self._unknown(name, sample, scene)
        return self._shaped(name, found)

    def _shaped(self, name: str, array: np.ndarray) -> np.ndarray:
        """What comes in, which lies flat in a batch, in the shape of the network's input."""
        return array.reshape(len(array), *self.network.input_shape) if name == "inputs" else array

    def _unknown(self, name: str, sample: Sample, scene: Scene) -> SpecError:
        if not scene.learns:
            return SpecError("sample", NO_GRADIENT.format(self.names.sample(sample)))
        return SpecError("address", f"This network has no number called “{name[:60]}”.")

    def number(self, name: str, indices: tuple[int, ...] = (), sample: Sample = None) -> float:
        """One number, as it is on screen; SpecError where there is none."""
        return float(self._pick(self.array(name, sample), name, indices, sample))

    @property
    def is_measured(self) -> bool:
        """Whether the metrics are known, or are soon measured: not where that takes long (see `training.history`)."""
        return not self.run.measured_every or self.run.is_measured

    def number_of(self, asked: Asked) -> float:
        """The number that is asked for, as it is on screen."""
        if asked.name in self.metrics:
            return self.run.metrics[asked.name]
        if asked.name in ("step", "epoch"):
            return float(getattr(self.run, asked.name))
        return self.number(asked.name, asked.indices, asked.sample)

    def _pick(self, array: np.ndarray, name: str, indices: tuple[int, ...], sample: Sample) -> Any:
        """One number of an array; over the samples of the batch their mean, or of gradients their sum, and of a whole
        channel the same over the places of its picture."""
        rows = self.of_sample(name)
        if self.is_channel(name, indices, array.ndim):
            array = over(array, (2, 3), name)
        shape = array.shape[rows:]
        if len(indices) != len(shape) or any(i >= size for i, size in zip(indices, shape, strict=True)):
            raise SpecError("address", f"“{written(name, indices)[:60]}” does not name one number of this network.")
        if not rows:
            return array[indices]
        row = self.place(sample)[1]
        if row is not None:
            return array[(row, *indices)]
        return over(array[(slice(None), *indices)], 0, name)

    def is_channel(self, name: str, indices: tuple[int, ...], axes: int) -> bool:
        """Whether a channel of pictures is meant, by an array of so many axes: all its places together."""
        return self.of_sample(name) and axes == 4 and len(indices) == 1

    def leaf(self, symbol: str, name: str, indices: tuple[int, ...] = (), sample: Sample = None) -> Leaf:
        """A number as a leaf that can be followed."""
        address = self.written(name, indices)
        number = self.number(name, indices, sample)
        return Leaf(symbol, number, address, sample, name=lambda: small(self.names(address, sample)))

    def all_numbers(
        self, symbol: str, end: str = "", sample: Sample = None, only: Callable[[str], bool] = lambda name: True
    ) -> Leaves:
        """Every parameter's number, or with `end` (".grad") what belongs to it, under one symbol."""
        names = [name for name in self.network.layout if only(name)]
        arrays = [self.array(f"{name}{end}", sample) for name in names]
        starts = np.cumsum([0, *(array.size for array in arrays)])

        def each(index: int) -> Leaf:
            which = int(np.searchsorted(starts, index, "right")) - 1
            place = np.unravel_index(index - starts[which], arrays[which].shape)
            return self.leaf(f"{symbol}{subscript(index + 1)}", f"{names[which]}{end}", tuple(map(int, place)), sample)

        return Leaves(f"{symbol}ᵢ", np.concatenate([array.ravel() for array in arrays]), cache(each))

    # ---- checks ----------------------------------------------------------------------------

    def recomputed(self, sample: Sample, double: bool = True) -> Recomputed:
        """The sample's scene once more by PyTorch alone, in float64 or float32; see `checks`."""
        key = (self.place(sample)[0], double)
        dtype = torch.float64 if double else torch.float32
        return newest(self._recomputed, key, lambda: Recomputed(self, self.scene(sample), dtype), MOST_PASSES)

    def measured(self, name: str, double: bool) -> float:
        """A metric once more, in float64 or float32."""
        split = name.partition("_")[0]
        if (split, double) not in self._measured:
            self._measured[split, double] = measured(self, torch.float64 if double else torch.float32, split)
        return self._measured[split, double][name]

    def check(self, name: str, indices: tuple[int, ...] = (), sample: Sample = None) -> float | None:
        """One of these numbers; None where PyTorch's pass has none of that name."""
        if name in self.metrics:
            return self.measured(name, True)
        found = self.recomputed(sample).find(name)
        return None if found is None else float(self._pick(self._shaped(name, found), name, indices, sample))

    def noise(self, name: str, sample: Sample = None) -> float:
        """How far float32 and float64 are apart at most, over all numbers of that name."""
        if name in self.metrics:
            return abs(self.measured(name, True) - self.measured(name, False))
        exact, rounded = (self.recomputed(sample, double).find(name) for double in (True, False))
        if exact is None or not exact.size:
            return 0.0
        return float(np.nan_to_num(np.abs(exact - rounded), nan=np.inf, posinf=np.inf).max())

    def written(self, name: str, indices: tuple[int, ...] = ()) -> str:
        """The address under which a number of this position is found."""
        return written(name, indices, self.at)

    def leaves(self, symbol: str, values: np.ndarray, each: Callable[[int], tuple]) -> Leaves:
        """Numbers that are added up or multiplied under one symbol; each(i) gives the arguments of `leaf` for one."""
        return Leaves(symbol, values, cache(lambda index: self.leaf(*each(index))))


def over(array: np.ndarray, axes: Any, name: str) -> np.ndarray:
    """What values of several samples or places come to: their mean, of gradients their sum."""
    exact = array.astype(np.float64)
    return exact.sum(axes) if name.endswith(".grad") else exact.mean(axes)


def _chosen(split: Split, indices: np.ndarray) -> Split:
    rows = torch.from_numpy(indices)
    return Split(split.x[indices], split.y[indices], split.inputs[rows], split.target[rows])
