"""What holds for every kind of layer. Oracles: the module of `torch.nn` that the layer exports itself as, autograd's
Jacobian, `torch.autograd.gradcheck`, torch's count of operations, and a network that trains."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Leaves
from dlcore.fitting import fit
from dlcore.links import write_link
from dlcore.params import Unfit

SHAPES = [(1,), (5,), (12,), (64,), (2, 6, 6), (4, 3, 3), (1, 8, 8)]
PAIRS = [((5,), (5,)), ((2, 6, 6), (2, 6, 6)), ((2, 3, 3), (4, 3, 3)), ((3,), (5,)), ((2, 6, 6), (2, 6, 6), (2, 6, 6)),
         ((2, 3, 3), (8,)), ((2, 8, 8), (2, 4, 4)), ((2, 8, 8), (3, 4, 4)), ((2, 8, 8), (2, 6, 6)), ((72,), (2, 6, 6)),
         ((2, 6, 6),), ((2, 4, 4), (3, 8, 8))]  # fmt: skip
LAYERS = catalogue("layers")
CASES = [
    (entry, entry.default_values() | example, example) for entry in LAYERS.values() for example in entry.examples
]
IDS = [f"{entry.id}-{'-'.join(f'{k}{v}' for k, v in example.items()) or 'default'}" for entry, _, example in CASES]
each = pytest.mark.parametrize("entry, params", [case[:2] for case in CASES], ids=IDS)


def tried(entry):
    return PAIRS if entry.merges else SHAPES


def fitting(entry, params):
    """The input shapes that the layer takes."""
    found = []
    for shape in tried(entry):
        try:
            entry.output_shape(shape, **params)
        except Unfit:
            continue
        found.append(shape)
    assert found, "some input must fit"
    return found


def given(entry, shape, params, samples=3, seed=4):
    """(x, weights, what is drawn) in float64, as `forward` takes them."""
    generator = torch.Generator().manual_seed(seed)

    def numbers(*size):
        return torch.randn(size, generator=generator, dtype=torch.float64)

    x = tuple(numbers(samples, *one) for one in shape) if entry.merges else numbers(samples, *shape)
    weights = {name: numbers(*size) for name, (size, *_) in entry.parameters(shape, **params).items()}
    drawn = [] if entry.chance is None else [numbers(samples, *entry.chance(shape, **params).shape)]
    return x, weights, drawn


@each
def test_forward_has_the_declared_shape_and_samples_do_not_mix(entry, params):
    for shape in fitting(entry, params):
        x, weights, drawn = given(entry, shape, params)
        z = entry.forward(x, weights, *drawn, **params)
        assert z.shape == (3, *entry.output_shape(shape, **params))
        alone = tuple(part[1:2] for part in x) if entry.merges else x[1:2]
        found = entry.forward(alone, weights, *(part[1:2] for part in drawn), **params)
        torch.testing.assert_close(found, z[1:2])


@each
def test_the_exported_module_is_the_layer(entry, params):
    """Oracle: `torch.nn`, evaluated from the code that a script would have."""
    for shape in fitting(entry, params):
        x, weights, drawn = given(entry, shape, params)
        z = entry.forward(x, weights, *drawn, **params)
        code = entry.export(shape, **params)
        if entry.merges or entry.chance is not None:
            names = {f"x{port}": f"x[{port}]" for port in range(len(shape))}
            names |= {"x": "x", "drawn": "drawn[0]"}
            oracle = eval(code.format(**names), {"torch": torch, "x": x, "drawn": drawn})
        else:
            modules = [eval(one, {"nn": nn}) for one in ((code,) if isinstance(code, str) else code)]
            module = nn.Sequential(*modules).double()
            turned = weights | {name: weights[name].permute(axes) for name, axes in entry.axes.items()}
            module.load_state_dict({f"0.{name}": part for name, part in turned.items()})
            oracle = module(x).detach()
        torch.testing.assert_close(z, oracle)
        if entry.chance is not None:
            assert entry.forward(x, weights, None, **params) is x, "in eval mode nothing is drawn"


@each
def test_gradient_reaches_input_and_weights(entry, params):
    shape = min(fitting(entry, params), key=str)
    x, weights, drawn = given(entry, shape, params, samples=2)
    xs = x if entry.merges else (x,)
    names, count = list(weights), len(xs)

    def run(*tensors):
        incoming = tensors[:count] if entry.merges else tensors[0]
        return entry.forward(incoming, dict(zip(names, tensors[count:], strict=True)), *drawn, **params)

    assert torch.autograd.gradcheck(run, [part.requires_grad_() for part in (*xs, *weights.values())], fast_mode=True)


@each
def test_multiply_adds_are_those_that_torch_counts(entry, params):
    """Oracle: torch's own counter, for which a multiply–add is two operations."""
    for shape in fitting(entry, params):
        x, weights, drawn = given(entry, shape, params)
        with FlopCounterMode(display=False) as counter:
            entry.forward(x, weights, *drawn, **params)
        assert counter.get_total_flops() == 2 * 3 * entry.multiply_adds(shape, **params)


@each
def test_fans_are_positive(entry, params):
    for shape in fitting(entry, params):
        for _, fan_in, fan_out in entry.parameters(shape, **params).values():
            assert fan_in >= 1 and fan_out >= 1


def leaves(symbol, values):
    return Leaves(f"{symbol}ᵢ", values, lambda i: Leaf(f"{symbol}{i}", values[i]))


@each
def test_expressions_are_forward_and_its_jacobian(entry, params):
    """Every number of the result, in train mode too: its value, what it reads, its slopes, and who reads an input."""
    for shape in fitting(entry, params):
        if math.prod(entry.output_shape(shape, **params)) <= 100:
            _check_expressions(entry, params, shape)


def _check_expressions(entry, params, shape):
    x, weights, drawn = given(entry, shape, params, samples=1)
    xs = x if entry.merges else (x,)
    for part in (*xs, *weights.values()):
        part.requires_grad_()
    z = entry.forward(x, weights, *drawn, **params)[0]
    indices = list(np.ndindex(tuple(z.shape)))
    chosen = [indices[i] for i in sorted({0, len(indices) - 1, *range(0, len(indices), max(1, len(indices) // 12))})]
    readers, users = {}, {}
    for index in indices:
        reads = entry.reads(index, shape, **params)
        for place in reads.inputs:
            readers.setdefault(place, []).append(index)
        for name in weights:
            multiplied = (None,) if name == "bias" else reads.inputs
            for place, other in zip(reads.parameters[name], multiplied, strict=True):
                users.setdefault((name, place), set()).add((index, other))
    for (port, place), found in readers.items():
        assert sorted(entry.feeds(port, place, shape, **params)) == sorted(set(found))
    for (name, place), found in users.items():
        assert set(entry.parameter_feeds(name, place, shape, **params)) == found
    for index in chosen:
        slopes = torch.autograd.grad(z[index], (*xs, *weights.values()), retain_graph=True, allow_unused=True)
        slopes = [torch.zeros_like(part) if slope is None else slope.clone()
                  for slope, part in zip(slopes, (*xs, *weights.values()), strict=True)]  # fmt: skip
        reads = entry.reads(index, shape, **params)
        values = leaves("x", [xs[port][0][place].item() for port, place in reads.inputs])
        known = {name: [weights[name][place].item() for place in places]
                 for name, places in reads.parameters.items() if name != "drawn"}  # fmt: skip
        learned = {name: leaves(name[0], found) if len(weights[name].shape) > 1 else Leaf(name[0], found[0])
                   for name, found in known.items()}  # fmt: skip
        if drawn:
            (place,) = reads.parameters["drawn"]
            learned["drawn"] = Leaf("m", drawn[0][0][place].item())
        tree = entry.expression(values, learned, **params)
        assert tree.size is None and tree.value == pytest.approx(z[index].item(), abs=1e-12)
        assert len(set(reads.inputs)) == len(reads.inputs)
        for at, (port, place) in enumerate(reads.inputs):
            slope = entry.slope_expression(values, learned, at, **params)
            assert slope.size is None and slope.value == pytest.approx(slopes[port][0][place].item(), abs=1e-12)
            slopes[port][0][place] = 0
        for name, slope in zip(weights, slopes[len(xs) :], strict=True):
            for place in reads.parameters[name]:
                slope[place] = 0
        assert not any(slope.any() for slope in slopes), "it depends on nothing but what it reads"
        if drawn:
            calm = entry.expression(values, {}, **params)
            assert calm.value == values.value[0] and entry.slope_expression(values, {}, 0, **params).value == 1


@each
def test_its_lines_of_code_can_be_filled_in(entry, params):
    letters = {"x": "a0", "d": "d_z1", "port": 0, "drawn": "mask1", "list": "a0, x", "sum": "a0 + x"}
    letters |= {"product": "a0 * x", "others": "x"}
    shape = fitting(entry, params)[0]
    names = {name: f"{name}1" for name in entry.parameters(shape, **params)}
    assert set(entry.lines) == {"forward", "input", *names}
    assert all(line.format(**letters, **names) for line in entry.lines.values())


PICTURES = {"data": "digits", "learning.batch_size": 16}
PLANE = {"data": "circle", "data.samples": 100}


def within(entry, params):
    """A network with the layer in it, of the kind that it is made for."""
    layer = {"kind": entry.id, **params}
    if entry.merges:
        conv = {"kind": "conv2d", "channels": 3, "activation": "relu"}
        layers = [conv, conv | {"from": [-1]}, layer | {"from": [0, 1]}, {"kind": "flatten"}]
        return fit(RunSpec.default(), PICTURES | {"network.layers": layers})[0]
    if entry.id == "reshape":
        numbers = params["channels"] * params["rows"] * params["columns"]
        layers = [{"kind": "flatten"}, {"kind": "dense", "units": numbers}, layer, {"kind": "flatten"}]
        return fit(RunSpec.default(), PICTURES | {"network.layers": layers})[0]
    try:
        entry.output_shape((4, 8, 8), **params)
    except Unfit:
        return RunSpec.default().with_(**PLANE, **{"network.layers": [{"units": 4}, layer, {"units": 3}]})
    after = entry.output_shape((4, 8, 8), **params)
    conv = {"kind": "conv2d", "channels": 4, "activation": "relu"}
    layers = [conv, layer, *([{"kind": "flatten"}] if len(after) == 3 else [])]
    return fit(RunSpec.default(), PICTURES | {"network.layers": layers})[0]


@each
def test_it_trains_in_a_network_and_keeps_through_json_and_links(entry, params):
    spec = within(entry, params)
    assert not spec.misfits and RunSpec.from_json(spec.to_json()) == spec
    assert RunSpec.read_link(write_link(spec))[0] == spec
    run = Run(spec)
    before = run.parameters
    trace = run.trace()
    run.advance(steps=2)
    for name, array in run.parameters.items():
        assert np.isfinite(array).all() and not np.array_equal(array, before[name]), name
    samples = spec.tree["learning"]["batch_size"]
    for block in run.network.blocks:
        mode = "train." if run.network.has_train_mode else ""
        assert trace[f"{mode}{block.address}.activation"].shape == (samples, *block.output_shape)
        for name, (shape, *_) in block.parameters.items():
            assert trace[f"{block.address}.{name}.grad"].shape == shape


@each
def test_what_does_not_fit_is_named_and_mended_by_its_repairs(entry, params):
    """Each repair is taken on its own, and then whatever else is asked for, until the network fits."""
    refused = [shape for shape in tried(entry) if shape not in fitting(entry, params)]
    for shape in refused:
        with pytest.raises(Unfit) as caught:
            entry.output_shape(shape, **params)
        unfit = caught.value
        assert unfit.message[0].isupper() and unfit.message.endswith(".")
        for change in unfit.change:
            _mended(entry, shape, params | dict(change))
        for port, layer in unfit.insert_at:
            other = LAYERS[layer["kind"]]
            values = other.default_values() | {name: layer[name] for name in other.default_values() if name in layer}
            incoming = shape[port] if entry.merges else shape
            after = other.output_shape(incoming, **values)
            _mended(entry, (*shape[:port], after, *shape[port + 1 :]) if entry.merges else after, params)


def _mended(entry, shape, params, left=3):
    try:
        entry.output_shape(shape, **params)
    except Unfit as unfit:
        assert left and (unfit.change or unfit.insert_at), f"{unfit.message} There is no way on."
        if unfit.change:
            _mended(entry, shape, params | dict(unfit.change[0]), left - 1)
            return
        port, layer = unfit.insert_at[0]
        other = LAYERS[layer["kind"]]
        values = other.default_values() | {name: layer[name] for name in other.default_values() if name in layer}
        after = other.output_shape(shape[port] if entry.merges else shape, **values)
        _mended(entry, (*shape[:port], after, *shape[port + 1 :]) if entry.merges else after, params, left - 1)
