"""What holds for every expression that a catalogue declares, whatever its kind: it can be told in three ways.

Oracles: the tree's own value, computed by the code that it is told as; and the width of the receipt.
"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Leaves, Named, Number, change, constants, layout, named, plain, subscript
from dlcore.expressions.code import identifier
from dlcore.params import Unfit

RNG = np.random.default_rng(5)


def many(symbol, count, address):
    values = RNG.normal(size=count).round(3)
    each = lambda i: Leaf(symbol[:-1] + subscript(i + 1), values[i], f"{address}[{i}]", 3)  # noqa: E731
    return Leaves(symbol, values, each)


def settings(entry):
    return constants(entry.params, entry.default_values())


def of_activations(entry):
    z, a = Leaf("z", -0.4127, "layers.0.pre_activation[1]", 3), Leaf("a", -0.39, "layers.0.activation[1]", 3)
    yield entry.expression(z)
    yield entry.slope_expression(z, a)


def of_losses(entry):
    for coding, _ in entry.codings.values():
        columns = 3 if coding == "one_hot" else 1
        outputs = [Leaf(f"o{subscript(k + 1)}", 0.3 - k, f"layers.1.activation[{k}]", 3) for k in range(columns)]
        targets = [Leaf(f"y{subscript(k + 1)}", float(k == 0), f"target[{k}]", 3) for k in range(columns)]
        yield entry.expression(outputs, targets)
        yield entry.slope_expression(outputs, targets, columns - 1)


def of_optimizers(entry):
    slots = {
        name: Leaf(symbol, 0.02, f"optimizer.{entry.id}.{name}.layers.0.weight[0,1]")
        for name, symbol in zip(entry.slots, entry.symbols, strict=True)
    }
    w, g = Leaf("w", 0.513, "layers.0.weight[0,1]"), Leaf("g", -0.12, "layers.0.weight.total_grad[0,1]")
    found = entry.expression(w, g, slots, settings(entry), Number(17, "t"))
    yield from found.values()
    yield change(found["value"], w)


def of_penalties(entry):
    w, after = Leaf("w", -0.1, "layers.0.weight[0,0]"), Leaf("w′", -1e-5)
    yield entry.expression(many("wᵢ", 40, "layers.0.weight"), settings(entry))
    if entry.slope_expression:
        yield entry.slope_expression(w, settings(entry))
    if entry.decoupled_expression:
        slots = {name: Leaf(name, 0.0, f"penalty.{entry.id}.{name}.layers.0.weight[0,0]") for name in entry.slots}
        rate = Leaf("η", 0.03, "learning_rate")
        yield from entry.decoupled_expression(w, after, slots, settings(entry), rate).values()


def of_clippings(entry):
    yield entry.expression(Leaf("g", -2.0, "layers.0.weight.grad[0,0]"), Leaf("|g|", 12.3), settings(entry))


def of_norms(entry):
    z, values, gradients = Leaf("z", 0.3), many("zₙ", 30, "z"), many("gₙ", 30, "g")
    mean, variance = Leaf("μ", 0.2, "layers.0.norm.mean[0]"), Leaf("σ²", 0.9, "layers.0.norm.variance[0]")
    learned = {name: Leaf(symbol, 0.7) for name, symbol in zip(entry.parameters(1), "γβ", strict=False)}
    buffers = {name: Leaf(symbol, 0.7) for name, symbol in zip(entry.buffers(1), ("μ̄", "σ̄²"), strict=False)}
    yield entry.expression(z, learned, mean, variance)
    yield from entry.statistics_expression(values, mean).values()
    yield from entry.buffers_expression(buffers, mean, variance, 10).values()
    yield entry.slope_expression(2, gradients, values, learned, mean, variance, True)
    yield entry.slope_expression(2, gradients, values, learned, mean, variance, False)
    yield from entry.learned_slopes(gradients, values, mean, variance).values()


def of_schedules(entry):
    for epoch in (0.0, 2.5, 1000.0):
        yield entry.expression(Leaf("t", epoch, "epoch"), settings(entry))


def of_inputs(entry):
    yield entry.expression(Leaf("x₁", 1.5, "x[0]", 3), Leaf("x₂", -2.5, "x[1]", 3))


SHAPES = (*((count,) for count in (1, 6, 7, 8, 300)), (3, 4, 4), ((2, 4, 4),) * 3, ((4,),) * 2)


def of_layers(entry):
    """Of every shape that the layer takes, the number in the middle of its result."""
    for shape in SHAPES:
        for values in entry.examples:
            params = entry.default_values() | values
            if entry.merges is not isinstance(shape[0], tuple):
                continue
            try:
                after = entry.output_shape(shape, **params)
            except Unfit:
                continue
            found = entry.reads(tuple(size // 2 for size in after), shape, **params)
            learned = entry.parameters(shape, **params)
            weights = {
                name: many(f"{name[0]}ᵢ", len(places), f"layers.0.{name}")
                if len(learned.get(name, ((0,),))[0]) > 1
                else Leaf(name[0], 0.1, f"layers.0.{name}[0]")
                for name, places in found.parameters.items()
            }
            yield entry.expression(many("xᵢ", len(found.inputs), "inputs"), weights, **params)


KINDS = {name[3:]: function for name, function in globals().items() if name.startswith("of_")}
CASES = [(f"{kind}/{entry.id}", entry, trees) for kind, trees in KINDS.items() for entry in catalogue(kind).values()]
each = pytest.mark.parametrize("entry, trees", [case[1:] for case in CASES], ids=[case[0] for case in CASES])


def told(tree):
    return layout(tree if isinstance(tree, Named) else named("r", tree, "test.address"))


def tokens_of(lines):
    for token in (token for line in lines for token in line):
        yield token
        yield from token.get("tokens", ())


@each
def test_the_code_computes_the_value(entry, trees):
    for tree in trees(entry):
        names = {"np": np, "math": math}
        for part in parts(tree):
            if isinstance(part, Leaf | Leaves) or (isinstance(part, Number) and part.symbol[:1].isalpha()):
                name = identifier(part.symbol, part.size is not None)
                assert name.isidentifier() and names.setdefault(name, part.value) is part.value, name
        exec(told(tree)["code"], names)
        last = told(tree)["code"].splitlines()[-1].split(" = ")[0]
        assert names[last] == pytest.approx(tree.value, rel=1e-12, abs=1e-15)


def parts(tree, seen=None):
    seen = {} if seen is None else seen
    for child in tree.children:
        parts(child, seen)
    seen.setdefault(id(tree) if isinstance(tree, Leaves) else getattr(tree, "symbol", "") or id(tree), tree)
    return seen.values()


@each
def test_numbers_fit_the_receipt_and_end_with_the_result(entry, trees):
    for tree in trees(entry):
        lines = told(tree)["numbers"]
        assert all(len(line) <= 50 for line in plain(lines).splitlines()), plain(lines)
        assert len(lines) <= 30, "at most a screen"
        assert lines[-1][-1]["kind"] == "number" and lines[-1][-1]["value"] == pytest.approx(tree.value)
        for token in tokens_of(lines):
            assert token["text"] and token["kind"] in ("symbol", "number", "operator", "word", "fold")
        json.dumps(told(tree), allow_nan=False)


@each
def test_every_leaf_that_has_an_address_can_be_followed(entry, trees):
    for tree in trees(entry):
        shown = {token.get("address") for token in tokens_of(told(tree)["numbers"])}
        left_out = {leaf.address for leaf in followable(tree) if leaf.address} - shown
        assert len(left_out) <= sum(max(part.size - 106, 0) for part in parts(tree) if part.size), left_out


def followable(tree):
    """Leaves, but for those of an intermediate result that stands for many: there the formula of all is told."""
    if isinstance(tree, Leaf):
        yield tree
    elif isinstance(tree, Leaves):
        yield from map(tree.at, range(tree.size))
    elif not isinstance(tree, Named) or tree.size is None:
        for child in tree.children:
            yield from followable(child)


@each
def test_words_are_whole_sentences(entry, trees):
    for tree in trees(entry):
        for line in told(tree)["words"]:
            text = "".join(token["text"] for token in line)
            assert text[0].isupper() and text.endswith(".") and "  " not in text and ".." not in text, text
