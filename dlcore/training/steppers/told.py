"""The operations of a step in words and as a line of code.

In the lines x are the inputs, z a layer's sums, n what its norm makes of them, a its activations, o what dropout
leaves of those, W and b weights and biases, g the gradient of all parameters together; d_a1 is the derivative of
the batch's mean loss with respect to a1. Layers count from 0, as in addresses. Functions bear the names of their
catalogue's entries; `_slope` is an entry's derivative. `tests/.../test_walked.py` runs these lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.network.build import SOFTMAX, is_weight
from dlcore.network.names import small
from dlcore.tasks import Operation

LETTERS = {"pre_activation": "z", "normalized": "n", "activation": "a", "output": "o"}


class Told:
    """Operations of one stepper's step."""

    def __init__(self, stepper: Any):
        self._stepper = stepper
        self._blocks = stepper.network.blocks
        self._index = {block.address: index for index, block in enumerate(self._blocks)}
        self._layers = [f"layer {index + 1}" for index in range(len(self._blocks) - 1)] + ["the output layer"]

    def batch(self, samples: int, learns: bool) -> Operation:
        """The samples are picked."""
        one = "This sample is taken, with its right answer."
        several = f"The next {samples} training samples are taken, with their right answers: the batch."
        sentence = several if learns and samples > 1 else one
        return Operation("batch", "batch", None, ("target",), "target = targets[batch]", sentence)

    def inputs(self, count: int) -> Operation:
        """Their inputs."""
        numbers = f"{count} numbers" if count != 1 else "one number"
        sentence = f"The inputs are worked out from each point: {numbers} that the network is given."
        return Operation("inputs", "batch", None, ("inputs",), "x = inputs[batch]", sentence)

    def forward(self, name: str, addresses: Sequence[str]) -> Operation:
        """One value of a block, on the way forward."""
        i, value = self._place(name)
        block, where = self._blocks[i], self._layers[i]
        activation = None if block.activation == SOFTMAX else catalogue("activations")[block.activation]
        norm = catalogue("norms")[block.norm]
        code, sentence = {
            "pre_activation": (
                f"z{i} = {self._line(i, 'forward')}",
                f"The sums of {where} are computed. {catalogue('layers')[block.kind].sentence}",
            ),
            "normalized": (
                f"n{i} = {norm.id}_norm(z{i}, {', '.join(f'{part}{i}' for part in block.norm_parameters)})",
                f"The sums of {where} are brought to one scale. {norm.sentence}",
            ),
            "activation": (
                f"a{i} = {self._line(i, 'forward')}",
                f"The values of {where} are computed. {catalogue('layers')[block.kind].sentence}",
            )
            if not catalogue("layers")[block.kind].has_activation
            else (
                f"a{i} = {block.activation}({self._sum(i)})",
                f"The sums of {where} go through its activation, "
                + (_rule(activation) if activation else "softmax: it turns them into shares that add up to 1."),
            ),
            "output": (
                f"o{i} = a{i} * mask{i}",
                f"Dropout leaves out neurons of {where} by chance; the others count for more to make up for it.",
            ),
        }[value]
        return Operation(name, "forward", i, tuple(addresses), code, sentence)

    def loss(self, addresses: Sequence[str]) -> Operation:
        """The losses of the samples, and their mean."""
        entry = self._stepper.criterion
        code = f"loss = {entry.id}({self._judged()}{self._flat()}, target).mean()"
        sentence = f"The loss says how far off the outputs are. {entry.sentence} Its mean over the samples counts."
        return Operation("loss", "loss", None, tuple(addresses), code, sentence)

    def backward(self, name: str, addresses: Sequence[str]) -> Operation:
        """∂ loss / ∂ one value of a block or one of its parameters."""
        i, value = self._place(name)
        where = self._layers[i]
        if ".norm." in name:
            code = f'd_{value}{i} = {self._blocks[i].norm}_norm_back(d_n{i}, z{i})["{value}"]'
            sentence = f"The gradient of each {value} that the norm of {where} has learned, added up over the samples."
        elif value in LETTERS:
            code, sentence = self._delta(i, value)
        else:
            code = f"d_{_short(value)}{i} = {self._line(i, value)}"
            over, own = "the samples", "its neuron"
            if len(self._blocks[i].output_shape) == 3:
                over, own = "the samples and all places of the picture", "its channel there"
            sentence = f"The gradient of each {value} of {where}, added up over {over}: " + (
                f"the value that comes in times δ of {own}." if is_weight(name) else f"δ of {own}."
            )
        return Operation(f"{name}.grad", "backward", i, tuple(addresses), code, sentence)

    def _delta(self, i: int, value: str) -> tuple[str, str]:
        block, where, last = self._blocks[i], self._layers[i], i == len(self._blocks) - 1
        letter, judged = LETTERS[value], self._judged()
        if f"{letter}{i}" == judged:
            slope = f"{self._stepper.criterion.id}_slope({judged}{self._flat()}, target)"
            slope = f"{slope}.view_as({judged})" if self._flat() else slope
            return (
                f"d_{judged} = {slope} / len(target)",
                "The way back begins: how the mean loss changes with each output of each sample. "
                "Such a number is called δ. As the loss is a mean, each sample’s slope is divided by their number.",
            )
        if not last and value == ("output" if block.dropout else "activation"):
            readers = [
                (j, port) for j, other in enumerate(self._blocks) for port, at in enumerate(other.sources) if at == i
            ]
            found = " + ".join(self._line(j, "input", port) for j, port in readers) or f"0 * {letter}{i}"
            return f"d_{letter}{i} = {found}", f"δ goes back to {where}. {_gathered(len(readers))}"
        if value == "activation":
            return f"d_a{i} = d_o{i} * mask{i}", f"Where dropout left a neuron of {where} out, no δ comes back to it."
        if value == "pre_activation" and block.norm != "none":
            return (
                f'd_z{i} = {block.norm}_norm_back(d_n{i}, z{i})["z"]',
                f"δ goes back through the norm of {where}. As the norm couples its values, each gets a part of all.",
            )
        return (
            f"d_{letter}{i} = d_a{i} * {block.activation}_slope({self._sum(i)}, a{i})",
            f"δ goes back through the activation of {where}: times its slope at the sum.",
        )

    def frozen(self, addresses: Sequence[str]) -> Operation:
        """Frozen numbers take no part."""
        sentence = "Frozen weights and biases take no part: their gradients are set to 0."
        return Operation("frozen", "clip", None, tuple(addresses), "g[frozen] = 0", sentence)

    def clip(self, addresses: Sequence[str]) -> Operation:
        """The bound on the gradient."""
        entry = self._stepper.clipping
        sentence = f"The gradient is clipped. {entry.sentence}"
        return Operation("clip", "clip", None, tuple(addresses), f"g = clip_{entry.id}(g)", sentence)

    def penalty(self, addresses: Sequence[str]) -> Operation:
        """The penalty's value, and what it adds to the gradient."""
        entry = self._stepper.penalty
        code, sentence = f"penalty = {entry.id}(w)", f"The penalty puts a price on large weights. {entry.sentence}"
        if entry.gradient is not None:
            code = f"g = g + {entry.id}_slope(w)"
        elif "dead" in entry.slots:
            code, sentence = "g = g - g * dead", f"{sentence} The gradients of weights that are out for good become 0."
        return Operation("penalty", "penalty", None, tuple(addresses), code, sentence)

    def moments(self, addresses: Sequence[str]) -> Operation:
        """What the optimizer remembers from step to step."""
        entry = self._stepper.optimizer
        slots = ", ".join(entry.slots)
        code = f"{slots} = {entry.id}_slots(g, {slots})"
        sentence = f"{entry.label} takes the new gradient into what it remembers of the earlier ones."
        return Operation("moments", "moments", None, tuple(addresses), code, sentence)

    def update(self, addresses: Sequence[str]) -> Operation:
        """What the optimizer makes of the weights."""
        entry = self._stepper.optimizer
        code = f"w_next = {', '.join((f'{entry.id}(w', 'g', *entry.slots, 'learning_rate'))})"
        sentence = f"Now every weight and bias gets its change from {_rule(entry)}"
        return Operation("update", "update", None, tuple(addresses), code, sentence)

    def decoupled(self, addresses: Sequence[str]) -> Operation:
        """What a decoupled penalty makes of them."""
        entry = self._stepper.penalty
        code = f"w_next = {entry.id}(w, w_next, learning_rate)"
        sentence = f"Apart from the gradient, the penalty moves the weights itself. {entry.sentence}"
        return Operation("decoupled", "decoupled", None, tuple(addresses), code, sentence)

    def _place(self, name: str) -> tuple[int, str]:
        """(index of the block, the bare name) of "layers.0.weight"."""
        index = next(index for address, index in self._index.items() if name.startswith(f"{address}."))
        return index, name.rsplit(".", 1)[1]

    def _line(self, i: int, which: str, port: int = 0) -> str:
        """One of the lines of a block's layer, with the letters of this block."""
        block, layer = self._blocks[i], catalogue("layers")[self._blocks[i].kind]
        letters = {name: f"{_short(name)}{i}" for name in block.parameters}
        ways = [self._result(source) for source in block.sources]
        letters |= {f"x{place}": way for place, way in enumerate(ways)}
        letters |= {"list": ", ".join(ways), "sum": " + ".join(ways), "product": " * ".join(ways)}
        letters |= {"others": " * ".join(ways[:port] + ways[port + 1 :]), "drawn": f"mask{i}"}
        delta = f"d_{'z' if layer.has_activation else 'a'}{i}"
        return layer.lines[which].format(x=letters[f"x{port}"], d=delta, port=port, **letters)

    def _result(self, i: int) -> str:
        """The letter of what a block hands on; −1 is the input."""
        return "x" if i < 0 else f"{'o' if self._blocks[i].dropout else 'a'}{i}"

    def _sum(self, i: int) -> str:
        return f"{'z' if self._blocks[i].norm == 'none' else 'n'}{i}"

    def _flat(self) -> str:
        """What makes a row of the answer where it is a picture, as the target is."""
        return ".flatten(1)" if len(self._blocks[-1].output_shape) > 1 else ""

    def _judged(self) -> str:
        return f"{'z' if self._stepper.criterion.from_logits else 'a'}{len(self._blocks) - 1}"


def _gathered(readers: int) -> str:
    """How it gets there, by how many layers read the values."""
    if not readers:
        return "Nothing reads these values, so nothing comes back to them."
    each = "Each value gathers the δ of everything that is computed from it, times how much it counts there"
    return f"{each}." if readers == 1 else f"{each}; what comes back from {readers} layers is added up."


def _rule(entry: Any) -> str:
    """What an entry does, after its name: "tanh: squeezes every number smoothly into the range from −1 to +1."."""
    names = {other.label for other in catalogue("optimizers").values()}  # "Adam that also …" begins with a name
    text = entry.sentence if entry.sentence.split()[0] in names else small(entry.sentence)
    return f"{entry.label}: {text}"


def _short(parameter: str) -> str:
    return {"weight": "W", "bias": "b"}.get(parameter, parameter)
