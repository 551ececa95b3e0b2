"""What a script or a notebook says of itself: its title, the facts one by one, and remarks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import fill

from dlcore.catalogue import catalogue
from dlcore.layers import size
from dlcore.network.shapes import Block, blocks
from dlcore.params import Entry
from dlcore.schema import LEARNING_PARAMS
from dlcore.spec import RunSpec

# What is told of besides data, network and loss, and the entry that needs no telling.
PARTS = (
    ("Optimizer", "optimizers", ""),
    ("Schedule", "schedules", "constant"),
    ("Clipping", "clippings", "none"),
    ("Penalty", "penalties", "none"),
)
BEFORE_NORM = (
    "Batch norm takes away again what a bias before it adds, so the gradient of that bias is rounding alone;",
    "an optimizer that brings gradients to one scale, such as Adam, makes full steps of it, and then the losses",
    "of predictions may differ in the third digit.",
)
MARKS = re.compile(r"([\\`*_{}\[\]<>#|$~&])")  # what Markdown, or a formula in it, would take for its own


@dataclass(frozen=True)
class Words:
    """`facts` are pairs of a name and what it is; `remarks` the lines of one paragraph."""

    title: str
    facts: list[tuple[str, str]]
    remarks: list[str]

    def docstring(self, run: str) -> str:
        """As the first lines of a Python file; `run` says how to run it."""
        facts = [
            fill(fact, 112, initial_indent=f"{name + ':':<11}", subsequent_indent=" " * 11, break_long_words=False)
            for name, fact in self.facts
        ]
        return "\n".join([f'"""{self.title}', "", *facts, "", *self.remarks, "", f"To run it:  {run}", '"""'])

    def markdown(self, run: str) -> str:
        """As a notebook's first cell."""
        facts = [f"- **{name}:** {_plain(fact)}" for name, fact in self.facts]
        return "\n".join([f"# {_plain(self.title)}", "", *facts, "", _plain(" ".join(self.remarks)), "", _plain(run)])


def words_of(spec: RunSpec, taken_at: int) -> Words:
    """What is to be said of a spec's network that starts from weights taken after step `taken_at`, 0 for the start."""
    resolved = spec.resolved
    chosen = [(title, chosen_entry(spec, folder), unused) for title, folder, unused in PARTS]
    begins = (
        [
            f"It starts from the weights as they were after step {taken_at:,}, because settings or weights were",
            "changed on the way; here they are step 0, and the optimizer starts with an empty memory.",
        ]
        if taken_at
        else ["It starts from the very weights that Glassbox started from."]
    )
    return Words(
        title=f"A neural network that learns the data set “{resolved.dataset.label}”. Written by Glassbox.",
        facts=[
            ("Data", resolved.dataset.sentence),
            ("Network", _network(spec)),
            ("Loss", f"{resolved.loss.label}: {resolved.loss.formula}"),
            *((title, f"{entry.label}: {entry.formula}") for title, entry, unused in chosen if entry.id != unused),
        ],
        remarks=[
            *begins,
            "It takes the samples in the same order too, so it prints the same losses, up to rounding: the same",
            "sums are added up in another order here, float32 keeps about seven digits, and what differs in the",
            "last of them may grow from step to step.",
            *(BEFORE_NORM if any(catalogue("norms")[block.norm].across == "samples" for block in blocks(spec)) else ()),
            *(["Early stopping is left out: it trains for EPOCHS epochs."] * bool(spec.tree["learning"]["patience"])),
        ],
    )


def chosen_entry(spec: RunSpec, folder: str) -> Entry:
    """The entry of a catalogue that the spec's learning part holds."""
    setting = next(param.id for param in LEARNING_PARAMS if param.catalogue == folder)
    return catalogue(folder)[spec.tree["learning"][setting]["kind"]]


def _network(spec: RunSpec) -> str:
    """The layers from the input on: "2 inputs → 4 tanh → 1 tanh", or by their kinds and shapes."""
    network, given = blocks(spec), spec.resolved.input_shape
    start = f"{size(given)} picture" if len(given) == 3 else f"{given[0]} input{'s' * (given[0] > 1)}"
    return " → ".join([start, *(_layer(block, index) for index, block in enumerate(network))])


def _layer(block: Block, index: int) -> str:
    """A layer and what comes out of it; where that is not the layer before, also where its values come from."""
    named = [] if block.kind == "dense" else [catalogue("layers")[block.kind].label.lower()]
    shape = str(block.output_shape[0]) if len(block.output_shape) == 1 else size(block.output_shape)
    activation = [] if named and block.activation == "linear" else [block.activation]
    told = " ".join([*named, shape, *activation]) + _extras(block)
    if block.sources == (index - 1,):
        return told
    sources = (f"layer {source + 1}" if source >= 0 else "the input" for source in block.sources)
    return f"{told} (layer {index + 1}, of {' and '.join(sources)})"


def _extras(block: Block) -> str:
    """What else a block has: " with batch norm, dropout 0.5"."""
    norm = [] if block.norm == "none" else [catalogue("norms")[block.norm].label.lower()]
    extras = ", ".join([*norm, *([f"dropout {block.dropout:g}"] if block.dropout else [])])
    return extras and f" with {extras}"


def _plain(text: str) -> str:
    return MARKS.sub(r"\\\1", text)
