"""A network as PyTorch code: a stack as nn.Sequential, a graph as a module whose forward shows its branches.

Each layer, norm and activation writes itself (`Layer.export`, `Norm.export`, `Activation.module`); what is here only
puts them together. What nothing reads, up to the output, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.export.source import Needs, expression_source, function_source
from dlcore.export.template import DRAWING, FACTORS, LONE_SAMPLE, NOISE, RANDOM_BITS
from dlcore.layers import size
from dlcore.network.build import SOFTMAX
from dlcore.network.shapes import Block

Chain = list[int]


class NetworkSource:
    """The code of a network of blocks, the last of which is the output.

    `from_logits`: the output is handed on before its activation. `lone`: some batch may be a single sample.
    `names` maps the address of each parameter and buffer to what the module's state calls it.
    """

    def __init__(self, blocks: Sequence[Block], from_logits: bool, needs: Needs, lone: bool = False):
        self.blocks, self.needs = blocks, needs
        self._from_logits, self._lone = from_logits, lone
        self.draws = any(block.dropout or _layer(block).chance is not None for block in blocks)
        self.keeps_batches = False  # whether some module has a counter of its own, which no start weights hold
        self.names: dict[str, str] = {}
        self._learning: dict[str, None] = {}
        self._readers = self._read()
        self.is_stack = all(not _layer(block).merges and block.sources == (i - 1,) for i, block in enumerate(blocks))
        self.call = "make_network()" if self.is_stack else "Network()"

    def code(self) -> str:
        """The network, with the helpers that PyTorch does not have put into `needs`."""
        return self._stack() if self.is_stack else self._graph()

    @property
    def weighted(self) -> str:
        """The kinds of modules whose weight is one that penalties go on, as code."""
        kinds = [f"nn.{kind}" for kind in self._learning]
        return kinds[0] if len(kinds) == 1 else f"({', '.join(kinds)})"

    def state(self, start: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Parameters and buffers by what the module calls them, their axes in the module's order."""
        found = {}
        for block in self.blocks:
            layer, norm = _layer(block), catalogue("norms")[block.norm]
            for name in block.parameters:
                array = np.asarray(start[f"{block.address}.{name}"])
                found[f"{block.address}.{name}"] = array.transpose(layer.axes.get(name, tuple(range(array.ndim))))
            for name in (*block.norm_parameters, *block.norm_buffers):
                array = np.asarray(start[f"{block.address}.norm.{name}"])
                whole = norm.across == "neurons" and len(block.output_shape) > 1
                found[f"{block.address}.norm.{name}"] = array.reshape(block.output_shape) if whole else array
        return {self.names[address]: array for address, array in found.items() if address in self.names}

    # -- the modules of a block -------------------------------------------------------------------

    def _modules(self, index: int) -> list[tuple[str, dict[str, str]]]:
        """(code, {address: its name in the module}) of every module of a block, in their order."""
        block, layer = self.blocks[index], _layer(self.blocks[index])
        found = []
        if layer.chance is not None:
            chance = layer.chance(block.shapes_in, **block.values)
            found.append((self._drawing(layer, index, chance.shape, chance.rate), {}))
        elif not layer.merges:
            code = layer.export(block.input_shape, **block.values)
            code = (code,) if isinstance(code, str) else code
            found += [(one, {f"{block.address}.{name}": name for name in block.parameters}) for one in code]
            if "weight" in block.parameters:
                self._learning[code[0].removeprefix("nn.").split("(")[0]] = None
        if block.norm != "none":
            found.append(self._norm(block))
        if not (index == len(self.blocks) - 1 and self._from_logits):
            found += [(code, {}) for code in self._activation(block.activation)]
        if block.dropout:
            found.append((self._drawing(catalogue("layers")["dropout"], index, block.output_shape, block.dropout), {}))
        if index == len(self.blocks) - 1 and len(block.output_shape) > 1:
            found.append(("nn.Flatten()", {}))
        return found

    def _norm(self, block: Block) -> tuple[str, dict[str, str]]:
        norm = catalogue("norms")[block.norm]
        code = norm.export(block.output_shape)
        if norm.across == "samples":
            self.keeps_batches = True
            if self._lone:
                kind = code.removeprefix("nn.").split("(")[0]
                self.needs.definitions[kind] = LONE_SAMPLE.format(name=kind)
                code = code.removeprefix("nn.")
        return code, {f"{block.address}.norm.{name}": own for name, own in norm.names.items()}

    def _activation(self, name: str) -> list[str]:
        if name == SOFTMAX:
            return ["nn.Softmax(1)"]
        entry = catalogue("activations")[name]
        if entry.module is not None:
            return [entry.module] if entry.module else []
        made = "".join(part.capitalize() for part in name.split("_"))
        if made not in self.needs.definitions:
            expression = expression_source(entry.forward, self.needs)
            if expression is None:
                self.needs.definitions[name] = function_source(entry.forward, name, self.needs)
                expression = f"{name}(z)"
            lines = [f"class {made}(nn.Module):", f'    """{entry.sentence}"""', ""]
            lines += ["    def forward(self, z):", f"        return {expression}"]
            self.needs.definitions[made] = "\n".join(lines)
        return [f"{made}()"]

    def _drawing(self, layer: Any, index: int, shape: tuple[int, ...], rate: float) -> str:
        """A layer that draws something anew at every step."""
        name = "".join(part.capitalize() for part in layer.id.split("_"))
        kind = layer.chance(shape, **layer.default_values()).kind
        self.needs.imports |= {"import math", "import zlib"}
        self.needs.definitions.setdefault("random_bits", RANDOM_BITS)
        drawn, text = ("factors", FACTORS) if kind == "drop" else ("noise", NOISE)
        self.needs.definitions.setdefault(drawn, text)
        changed = layer.export(shape, **layer.default_values()).format(x="x", drawn="drawn")
        text = DRAWING.format(name=name, sentence=layer.sentence, drawn=drawn, changed=changed)
        self.needs.definitions.setdefault(name, text)
        return f"{name}(layer={index}, shape={shape}, rate={rate!r})"

    def _sequential(self, chain: Chain, before: str, prefix: str = "") -> list[str]:
        """`before` and the modules of a chain, a line for each layer; what they call their numbers goes to `names`."""
        layers = [(index, self._modules(index)) for index in chain]
        count, place = sum(len(modules) for _, modules in layers), 0
        indent = " " * (len(before) - len(before.lstrip()))
        lines = []
        for index, modules in layers:
            for _, names in modules:
                own = prefix if count == 1 else f"{prefix}{place}."
                self.names |= {address: f"{own}{name}" for address, name in names.items()}
                place += 1
            if modules:
                codes = ", ".join(code for code, _ in modules)
                lines.append(f"{indent}    {codes},{self._remark(index)}")
        if count == 1:
            code, _, remark = lines[0].strip().partition(",  #")
            return [f"{before}{code.removesuffix(',')}" + (remark and f"  #{remark}")]
        return [f"{before}nn.Sequential(", *lines, f"{indent})"]

    def _remark(self, index: int) -> str:
        """What is to be said behind a layer: the shape of what comes out of it, if that is a picture; of the output
        what the loss does with it."""
        block, said = self.blocks[index], []
        if any(len(shape) == 3 for shape in (block.output_shape, *block.input_shapes)):
            said.append(size(block.output_shape).removeprefix("a vector of "))
        if index == len(self.blocks) - 1 and self._from_logits:
            said.append(f"the loss has the {block.activation} inside")
        return f"  # {'; '.join(said)}" if said else ""

    def _stack(self) -> str:
        head = ["def make_network():", '    """The layers, one after the other."""']
        return "\n".join([*head, *self._sequential(list(range(len(self.blocks))), "    return ")])

    # -- graphs -----------------------------------------------------------------------------------

    def _read(self) -> dict[int, list[int]]:
        """Who reads each entry, −1 the input, on any way to the output."""
        alive, readers = {len(self.blocks) - 1}, {}
        for index in reversed(range(len(self.blocks))):
            if index in alive:
                for source in self.blocks[index].sources:
                    alive.add(source)
                    readers.setdefault(source, []).insert(0, index)
        return readers

    def _chains(self) -> list[Chain]:
        """The entries in groups that follow one another without a branch; a merge is one by itself, in their order."""
        chains: list[Chain] = []
        for index, block in enumerate(self.blocks):
            if index not in self._readers and index != len(self.blocks) - 1:
                continue
            (source, *others) = block.sources
            before = next((chain for chain in chains if chain[-1] == source), None)
            single = before and not others and self._readers[source] == [index]
            if single and not _layer(block).merges and not _layer(self.blocks[source]).merges:
                before.append(index)
            else:
                chains.append([index])
        return chains

    def _graph(self) -> str:
        """A module whose parts are the chains; its forward tells where they branch and meet."""
        chains = self._chains()
        reading = [[place for place, chain in enumerate(chains) if end in self.blocks[chain[0]].sources]
                   for end in [-1, *(chain[-1] for chain in chains)]]  # fmt: skip
        called, kept = {}, 0
        for end, readers, place in zip([-1, *(chain[-1] for chain in chains)], reading, range(-1, len(chains)),
                                       strict=True):  # fmt: skip
            called[end] = "x"
            if readers not in ([place + 1], []):
                kept += 1
                called[end] = "inputs" if end < 0 else f"branch{kept}"
        made, steps, count = [], [], 0
        for chain in chains:
            block = self.blocks[chain[0]]
            incoming = [called[source] for source in block.sources]
            if _layer(block).merges:
                code = _layer(block).export(block.input_shapes, **block.values)
                code = code.format(**{f"x{port}": name for port, name in enumerate(incoming)})
            else:
                count += 1
                made += self._sequential(chain, f"        self.part{count} = ", f"part{count}.")
                code = f"self.part{count}({incoming[0]})"
            steps.append(f"        {'return' if chain is chains[-1] else called[chain[-1]] + ' ='} {code}")
        head = ["class Network(nn.Module):", "    def __init__(self):", "        super().__init__()", *made, ""]
        return "\n".join([*head, f"    def forward(self, {called[-1]}):", *steps])


def _layer(block: Block) -> Any:
    return catalogue("layers")[block.kind]
