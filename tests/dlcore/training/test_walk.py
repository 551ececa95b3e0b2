"""The microscope. Oracles: a run that nobody looked at, bit for bit; the frame, decoded; the operations' own lines of
code, which are run; and `trace` outside a walk."""

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.live.wire import decode_frame, encode_frame
from dlcore.network.build import fold, norm_tensors, normalize, unfold

MIXED = {
    "network.layers": [{"units": 4, "norm": "batch", "dropout": 0.3}, {"units": 3, "activation": "relu"}],
    "learning.optimizer": "adam",
    "learning.clipping": "norm",
    "learning.penalty": "weight_decay",
}
PLAIN = {"network.layers": [{"units": 4, "dropout": 0.3}], "learning.optimizer": "adam", "learning.penalty": "l1_tfp"}
PROBES = [{"id": name} for name in ("step_values", "sample_values", "histograms", "parameters")]


def spec(**changes):
    return RunSpec.default().with_(**{"data.samples": 60, **changes})


def bits(run):
    return {name: tensor.clone() for name, tensor in run.state.copy().items()}


def same(run, other):
    return all(torch.equal(one, other[name]) for name, one in bits(run).items())


moves = st.one_of(
    st.tuples(st.just("walk"), st.sampled_from([1, 1, 1, -1]), st.sampled_from(["operation", "layer", "phase"])),
    st.tuples(st.just("start"), st.sampled_from([None, 3, ("test", 2), ("point", 1.0, -2.0)])),
    st.tuples(st.just("to"), st.integers(0, 30)),
    st.sampled_from([("leave",), ("look",), ("advance", 1), ("advance", 7), ("undo",)]),
)


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.sampled_from([MIXED, PLAIN]), st.sampled_from([1, 2]), st.lists(moves, max_size=25))
def test_walking_never_changes_a_bit(changes, members, taken):
    """Wherever a run comes to by walking and training, it is where a run that only trains is after as many steps."""
    others = [{}, {"seed": 4}][:members]
    walked, straight = (Run(spec(**changes), members=others) for _ in range(2))
    walked.advance(steps=5)
    for move, *how in taken:
        try:
            if move == "walk":
                walked.walk(how[0], by=how[1])
            elif move == "start":
                walked.start_walk(how[0])
            elif move == "to":
                walked.walk_to(how[0])
            elif move == "leave":
                walked.leave_walk()
            elif move == "look":
                walked.frame(PROBES)
                walked.trace(4)
            elif move == "undo":
                walked.undo()
            else:
                walked.advance(steps=how[0])
        except SpecError as refused:
            assert refused.message.endswith(".")
        straight.seek(walked.step)
        assert same(walked, bits(straight)), (move, how)
    walked.advance(steps=9)
    straight.seek(walked.step)
    assert same(walked, bits(straight))
    assert walked.history.equals(straight.history.iloc[: len(walked.history)])


@pytest.mark.parametrize("changes", [MIXED, PLAIN])
@pytest.mark.parametrize("sample", [None, 3, ("test", 1), ("point", 0.5, 2.0)])
def test_a_frame_holds_what_is_known_so_far_and_nothing_else(changes, sample):
    run = Run(spec(**changes))
    run.advance(steps=4)
    whole, now = run.trace(sample), set(run.state)
    run.start_walk(sample)
    known, operations = set(), run.operations(sample)
    for index, operation in enumerate(operations):
        known |= set(operation.addresses)
        arrays, meta = decode_frame(encode_frame(*run.frame(PROBES)))
        told = {name.split("/", 1)[1].removeprefix("samples.") for name in arrays if name.startswith("step_values/")}
        assert told - now == known, operation.id
        assert not {name for name in told & now if name in run.network.layout}
        of_one = {name.split("/", 1)[1] for name in arrays if name.startswith("sample_values/")}
        assert of_one - {"inputs"} <= known
        gradients = arrays["histograms/counts"][2].sum(1) if "histograms/counts" in arrays else ()
        for layer, count in enumerate(gradients):
            names = [name for name in run.network.layout if name.startswith(f"layers.{layer}.")]
            expected = sum(np.prod(run.network.layout[name]) for name in names if f"{name}.grad" in known)
            assert count == expected
        assert meta["walk"]["index"] == index == run.operation and meta["walk"]["count"] == len(operations)
        assert (meta["walk"]["id"], tuple(meta["walk"]["addresses"])) == (operation.id, operation.addresses)
        trace = run.trace(sample)
        assert set(trace) - now == known
        assert all(np.array_equal(value, whole[name]) for name, value in trace.items())
        other = run.trace(5)
        assert {name for name in other if name not in now} <= known | {"target", "inputs"} | trained(known)
        if index + 1 < len(operations):
            run.walk()
    if sample is None:
        assert known | now >= set(whole)
    run.leave_walk()
    assert run.operation is None and run.frame(PROBES)[1]["walk"] is None
    assert set(run.trace(sample)) == set(whole)


def trained(known):
    """What train mode has under another name."""
    return {f"train.{name}" for name in known}


def test_the_stops_by_layer_and_by_phase():
    run = Run(spec(**MIXED))
    phases, layers = [], []
    for found, by in ((phases, "phase"), (layers, "layer")):
        run.start_walk()
        while run.step == 0:
            run.walk(by=by)
            found.append(run.standing.operations[run.operation])
        run.undo()
    names = ["batch", "forward", "loss", "backward", "clip", "penalty", "moments", "update", "decoupled", "batch"]
    assert [operation.phase for operation in phases] == names
    seen = [(operation.phase, operation.layer) for operation in layers]
    there, back = [("forward", layer) for layer in range(3)], [("backward", layer) for layer in (2, 1, 0)]
    assert seen[1:8] == [*there, ("loss", None), *back]
    assert phases[1].id == "layers.2.activation", "all of the phase is done"


def test_back_from_the_first_operation_is_the_last_of_the_step_before():
    run, straight = Run(spec(**PLAIN)), Run(spec(**PLAIN))
    run.advance(steps=10)
    run.edit("layers.0.weight[0,0]", 0.5)
    end = bits(run)
    run.walk()
    run.walk(-1)
    straight.advance(steps=9)
    assert run.step == 9 and run.operation == len(run.operations()) - 1 and same(run, bits(straight))
    assert "layers.0.weight.next" in run.trace()
    for _ in range(3):
        run.walk(-1, by="phase")
    run.walk(by="phase")
    while run.step == 9:
        run.walk()
    assert run.operation == 0 and same(run, end), "the edit that was made there is there again"
    run.start_walk()
    run.walk(-1)
    run.advance(steps=1)
    assert run.step == 10 and run.operation is None and same(run, bits_after(straight, 10))


def bits_after(run, step):
    run.seek(step)
    return bits(run)


def test_before_the_first_step_there_is_nothing():
    run = Run(spec())
    run.walk()
    for _ in range(2):
        with pytest.raises(SpecError, match="first operation of the first step"):
            run.walk(-1)
        run.leave_walk()
    assert run.step == 0 and run.operation is None


@pytest.mark.parametrize(
    ("sample", "why"), [(("test", 0), "never learns from it"), (["point", 1, 1], "no right answer")]
)
def test_what_nothing_is_learned_from_is_walked_forward_only(sample, why):
    run = Run(spec(**MIXED))
    run.advance(steps=3)
    before = bits(run)
    run.start_walk(sample)
    assert {operation.phase for operation in run.operations(sample)} <= {"batch", "forward", "loss"}
    with pytest.raises(SpecError, match=why):
        for _ in range(50):
            run.walk()
    assert run.operation == len(run.operations(sample)) - 1 and run.step == 3 and same(run, before)
    run.walk_to(0)
    with pytest.raises(SpecError, match="Walk the batch"):
        run.walk(-1)


def test_a_training_sample_is_walked_to_its_gradient_and_the_whole_batch_makes_the_update():
    run, straight = Run(spec(**PLAIN)), Run(spec(**PLAIN))
    run.start_walk(7)
    *others, last = run.operations(7)
    assert {operation.phase for operation in others} == {"batch", "forward", "loss", "backward"}
    assert last.addresses == () and "10 of them" in last.sentence
    while run.step == 0:
        run.walk()
    straight.advance(steps=1)
    assert same(run, bits(straight)) and run.standing.sample == 7


@pytest.mark.parametrize(
    "leave",
    [
        lambda run: run.advance(steps=1), lambda run: run.undo(), lambda run: run.seek(2), lambda run: run.reset(),
        lambda run: run.edit("layers.0.bias[0]", 1.0), lambda run: run.apply({"learning.optimizer.learning_rate": 0.5}),
        lambda run: run.apply({"network.layers": []}), lambda run: run.step_sample(), lambda run: run.leave_walk(),
    ],
)  # fmt: skip
def test_whatever_changes_the_run_leaves_the_walk(leave):
    run, other = (Run(spec(**{**PLAIN, "network.layers": [{"units": 4}]})) for _ in range(2))
    for one in (run, other):
        one.advance(steps=5)
    run.walk(by="phase")
    leave(run)
    leave(other)
    assert run.operation is None and run.describe_walk() is None and run.step == other.step
    assert same(run, bits(other)) and set(run.trace()) == set(other.trace())


def test_members_tell_no_more_than_the_walk():
    run = Run(spec(**MIXED), members=[{}, {"seed": 3}])
    run.walk(by="phase")
    run.walk(by="phase")
    for member in (0, 1):
        trace, meta = run.member(member).trace(), run.member(member).frame(PROBES)[1]
        assert "layers.2.activation" in trace and "batch_loss" not in trace and meta["walk"]["phase"] == "forward"
    assert "layers.2.activation" in run.trace(2) and "batch_loss" not in run.trace(2)


@pytest.mark.parametrize("refused", [lambda run: run.walk(2), lambda run: run.walk(by="neuron"),
                                     lambda run: run.walk_to(99), lambda run: run.walk_to(True),
                                     lambda run: run.start_walk(999)])  # fmt: skip
def test_what_can_not_be_walked_is_refused_with_a_sentence(refused):
    run = Run(spec())
    with pytest.raises(SpecError) as error:
        refused(run)
    assert error.value.path in ("walk", "sample") and error.value.message.endswith(".")
    assert run.operation is None


LINES = {"learning.loss": ["half_squared", "mean_squared", "hinge", "binary_cross_entropy", "softmax_cross_entropy"]}


@pytest.mark.parametrize("loss", LINES["learning.loss"])
@pytest.mark.parametrize("hidden", ["tanh", "relu", "gelu"])
def test_the_lines_of_code_compute_what_they_say(loss, hidden):
    """Each line of the forward pass, the loss and the backward pass is run on what the lines before it gave, and must
    give what the trace has at the addresses of that operation. Names of catalogue entries are those entries."""
    layers = [{"units": 3, "norm": "batch", "activation": hidden, "dropout": 0.4}, {"units": 2, "norm": "layer"}]
    run = Run(spec(**{"network.layers": layers, "learning.loss": loss}))
    run.advance(steps=3)
    trace, operations, train = run.trace(), run.operations(), run.data("train")
    names = {"inputs": train.inputs, "targets": train.target, "batch": run.task.coming_batch(run.state)}
    names |= {entry.id: entry.forward for entry in catalogue("activations").values()}
    names |= {f"{entry.id}_slope": entry.derivative for entry in catalogue("activations").values()}
    names |= {loss: catalogue("losses")[loss].value, f"{loss}_slope": catalogue("losses")[loss].derivative}
    names["softmax"] = lambda z: torch.softmax(z, -1)
    masks = run.stepper.masks(run.step, len(names["batch"]))[0]
    for index, block in enumerate(run.network.blocks):
        names |= {f"W{index}": run.state[f"{block.address}.weight"], f"b{index}": run.state[f"{block.address}.bias"]}
        names |= {f"{part}{index}": run.state[f"{block.address}.norm.{part}"] for part in block.norm_parameters}
        names |= norm_lines(run, block)
        if block.dropout:
            names[f"mask{index}"] = masks[block.address]
    checked = 0
    for operation in operations:
        if operation.phase not in ("batch", "forward", "loss", "backward"):
            continue
        exec(operation.code, names)
        checked += lines_hold(operation, names, trace)
    assert checked > 20


def lines_hold(operation, names, trace):
    """How many of the operation's addresses its line was held against."""
    value, checked = names[operation.code.split(" =")[0]], 0
    for address in operation.addresses:
        if address.endswith((".total_grad", ".mean", ".variance", ".next", "sample_loss")):
            continue
        if f"train.{address}" in trace and address not in ("inputs", "target"):
            continue  # the lines are those of train mode
        wanted = trace[address].reshape(value.shape) if address == "inputs" else trace[address]
        assert value.shape == wanted.shape, operation.code
        np.testing.assert_allclose(value.numpy(), wanted, rtol=1e-4, atol=1e-5, err_msg=operation.code)
        checked += 1
    return checked


def norm_lines(run, block):
    """batch_norm and its way back, as the catalogue has them."""
    if block.norm == "none":
        return {}
    norm, (learned, kept) = catalogue("norms")[block.norm], norm_tensors(block, run.state)

    def back(d_n, z):
        delta, found = norm.backward(fold(norm, d_n), norm.forward(fold(norm, z), learned, kept, True)[1], learned)
        return {**found, "z": unfold(norm, delta, z.shape)}

    forward = {f"{block.norm}_norm": lambda z, *_: normalize(norm, z, learned, kept, True)[0]}
    return {**forward, f"{block.norm}_norm_back": back}


CONV = {"kind": "conv2d", "channels": 4, "activation": "relu"}
GRAPHS = {
    "a small CNN": [CONV | {"norm": "batch", "dropout": 0.3}, {"kind": "max_pool2d"}, CONV, {"kind": "avg_pool2d"},
                    {"kind": "layer_norm"}, {"kind": "flatten"}, {"kind": "dropout"}],
    "a residual block": [CONV, {"kind": "gaussian_noise"}, CONV, {"kind": "add", "from": [0, 2]},
                         {"kind": "mul", "from": [0, 3]}, {"kind": "cat", "from": [3, 4]}, {"kind": "dropout2d"},
                         {"kind": "adaptive_avg_pool2d"}, {"kind": "softmax"}],
    "an autoencoder": [CONV | {"stride": 2}, {"kind": "batch_norm"}, {"kind": "activation", "activation": "tanh"},
                       {"kind": "interpolate"}, {"kind": "conv_transpose2d", "channels": 2, "kernel": 3, "stride": 1,
                                                 "padding": 1}],
    "a code in rows": [{"kind": "flatten"}, {"units": 16}, {"kind": "reshape", "channels": 1, "rows": 4, "columns": 4},
                       {"kind": "interpolate"}],
}  # fmt: skip


@pytest.mark.parametrize("what", GRAPHS)
def test_the_lines_of_graphs_compute_what_they_say(what):
    """The same for pictures and branches: functions of layers are the entries' own forward passes with the settings of
    the layer that the line is about, and `_back` is torch.autograd of them."""
    target = "picture" if what in ("an autoencoder", "a code in rows") else "label"
    changes = {"data": {"kind": "digits", "target": target}, "network.layers": GRAPHS[what], "learning.batch_size": 5}
    run = Run(fit(RunSpec.default(), changes)[0])
    run.advance(steps=2, mark=False)
    trace, operations, train = run.trace(), run.operations(), run.data("train")
    shape, loss = run.spec.resolved.input_shape, run.spec.resolved.loss
    names = {"inputs": train.inputs.reshape(-1, *shape), "targets": train.target, "torch": torch}
    names |= {"batch": run.task.coming_batch(run.state)}
    names |= {loss.id: loss.value, f"{loss.id}_slope": loss.derivative, "softmax": softmax}
    for entry in catalogue("activations").values():
        names |= {entry.id: entry.forward, f"{entry.id}_slope": entry.derivative}
    masks = run.stepper.masks(run.step, 5)[0]
    for index, block in enumerate(run.network.blocks):
        parts = {"weight": "W", "bias": "b"}
        names |= {f"{parts[part]}{index}": run.state[f"{block.address}.{part}"] for part in block.parameters}
        names |= {f"{part}{index}": run.state[f"{block.address}.norm.{part}"] for part in block.norm_parameters}
        names |= {f"mask{index}": masks[block.address]} if block.address in masks else {}
    checked = 0
    for operation in operations:
        if operation.phase not in ("batch", "forward", "loss", "backward"):
            continue
        if operation.layer is not None:
            own = run.network.blocks[operation.layer]
            readers = [block for block in run.network.blocks if operation.layer in block.sources]
            names |= norm_lines(run, own) | layer_lines(own)
            if operation.id.endswith((".activation.grad", ".output.grad")):
                for block in readers:
                    names |= layer_lines(block)
        exec(operation.code, names)
        checked += lines_hold(operation, names, trace)
    assert checked > 15


def softmax(x, axis=-1):
    return torch.softmax(x, axis)


def layer_lines(block):
    """The functions that the lines of a layer name."""
    entry, called = catalogue("layers")[block.kind], {"interpolate": "upsample", "adaptive_avg_pool2d": "mean"}
    name, shapes = called.get(block.kind, block.kind), block.parameters

    def forward(x, *weights):
        return entry.forward(x, dict(zip(shapes, weights, strict=True)), **block.values)

    def back(delta, other):
        """By the input: `other` is what comes in, or of a layer that is linear in it, its weight."""
        x = torch.zeros(len(delta), *block.input_shape) if shapes else other
        weights = {"weight": other, "bias": torch.zeros(shapes["bias"][0])} if shapes else {}
        x = x.clone().requires_grad_()
        return torch.autograd.grad(entry.forward(x, weights, **block.values), x, delta)[0]

    def weight_back(delta, x):
        weight = torch.zeros(shapes["weight"][0], requires_grad=True)
        result = entry.forward(x, {"weight": weight, "bias": torch.zeros(shapes["bias"][0])}, **block.values)
        return torch.autograd.grad(result, weight, delta)[0]

    if entry.chance is not None or entry.merges:
        return {"channels": [shape[0] for shape in block.input_shapes]}
    if block.kind in ("dense", "activation", "batch_norm", "layer_norm"):  # their lines need no function
        return {}
    found = {name: forward}
    if block.kind == "softmax":
        found = {}  # it is the output's as well
    return found | {f"{name}_back": back, f"{name}_weight_back": weight_back, "shape": (-1, *block.output_shape)}
