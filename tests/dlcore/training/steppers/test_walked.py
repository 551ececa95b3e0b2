"""A step taken apart. Oracles: `torch.autograd` on the network's own pass, the step at full speed, and the lines of
code that the operations show, which are run."""

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.network.build import TrainMode
from dlcore.tasks import PHASES

quickly = settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
layer = st.fixed_dictionaries(
    {
        "units": st.integers(2, 5),
        "activation": st.sampled_from(list(catalogue("activations"))),
        "dropout": st.sampled_from([0, 0, 0.3]),
        "norm": st.sampled_from(list(catalogue("norms"))),
    }
)
changes = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 1000),
        "data": st.sampled_from(["circle", "rings", "plane"]),
        "network.layers": st.lists(layer, max_size=3),
        "learning.optimizer": st.sampled_from(list(catalogue("optimizers"))),
        "learning.penalty": st.sampled_from(list(catalogue("penalties"))),
        "learning.schedule": st.sampled_from(list(catalogue("schedules"))),
        "learning.clipping": st.sampled_from(list(catalogue("clippings"))),
        "learning.batch_size": st.integers(2, 12),
        "learning.remainder": st.sampled_from(["carry", "train", "drop"]),
        "learning.loss": st.sampled_from(list(catalogue("losses"))),
    }
)


def allowed(values):
    values = {**values, "data.samples": 41}
    for repair in ({}, {"learning.loss": "auto"}, {"learning.loss": "auto", "learning.remainder": "drop"}):
        try:
            return RunSpec.default().with_(**{**values, **repair})
        except SpecError:
            pass
    raise AssertionError(values)


def steppers_of(spec):
    plain = all(layer["norm"] == "none" for layer in spec.tree["network"]["layers"])
    return ["dense", "autograd"] if plain else ["autograd"]


@quickly
@given(changes, st.sampled_from([1, 3]), st.booleans())
def test_the_walked_step_is_the_step_at_full_speed_to_the_bit(values, members, looks_ahead):
    """With every address `.next` equal to what the State then holds, for one network and for three."""
    spec = allowed(values)
    for stepper in steppers_of(spec):
        others = [{}, {"seed": 1}, {"seed": 2, "learning.optimizer.learning_rate": 0.002}][:members]
        walked, straight = (Run(spec, stepper=stepper, members=others) for _ in range(2))
        for _ in range(4):
            if looks_ahead:  # the step takes over a gradient that somebody looked at
                walked.task.gradient(walked.state)
            record = walked.trace()
            operations = list(walked.task.step(walked.state))
            straight.task.update(straight.state)
            for name, tensor in straight.state.items():
                assert torch.equal(tensor, walked.state[name]), name
                if not name.startswith(("counter.", "optimizer.updates", "members.", "stopping.")):
                    assert torch.equal(torch.from_numpy(record[f"{name}.next"]), tensor), name
            both = (run.state.copy() for run in (straight, walked))
            for one, other in zip(*(copy.values() for copy in both), strict=True):  # of all members
                assert torch.equal(one, other)
            assert [PHASES.index(operation.phase) for operation in operations] == sorted(
                PHASES.index(operation.phase) for operation in operations
            )
            assert len({operation.id for operation in operations}) == len(operations)


@quickly
@given(changes)
def test_the_gradient_of_every_value_is_autograds(values):
    """δ of every value and the gradient of every parameter: `torch.autograd.grad` of the mean loss with respect to
    zeros that are added to each value in a pass written here."""
    spec = allowed(values)
    for stepper in steppers_of(spec):
        run = Run(spec, stepper=stepper)
        run.advance(steps=2)
        trace = run.trace()
        expected, values = oracle(run)
        prefix = "train." if run.network.has_train_mode else ""
        for name, value in values.items():
            np.testing.assert_allclose(trace[prefix + name], value, rtol=1e-4, atol=1e-5)
        ends = tuple(f".{name}.grad" for name in ("pre_activation", "normalized", "activation", "output"))
        deltas = {name for name in trace if name.endswith(ends)}
        assert deltas <= set(expected)
        missing = {name for name in expected if name.endswith(".grad")} - set(trace)
        last = f"layers.{len(run.network.blocks) - 1}.activation.grad"
        assert missing == ({last} if run.spec.resolved.loss.from_logits else set()), "the loss is measured before it"
        for name, value in expected.items():
            if name in trace:
                np.testing.assert_allclose(trace[name], value, rtol=1e-3, atol=2e-5, err_msg=name)


def oracle(run):
    """({"layers.0.pre_activation.grad": …}, {"layers.0.pre_activation": …}) of the coming batch in train mode."""
    train, indices = run.data("train"), torch.from_numpy(run.task.coming_batch(run.state))
    tensors = {name: tensor.clone().requires_grad_(tensor.is_floating_point()) for name, tensor in run.state.items()}
    mode = TrainMode(run.stepper.masks(run.step, len(indices))[0]) if run.network.has_train_mode else None
    probes, values, before = {}, {}, train.inputs[indices]
    for block in run.network.blocks:
        def put(name, value, address=block.address):
            values[f"{address}.{name}"] = value.detach().numpy()
            probes[f"{address}.{name}.grad"] = torch.zeros_like(value, requires_grad=True)
            return value + probes[f"{address}.{name}.grad"]

        weight, bias = tensors[f"{block.address}.weight"], tensors[f"{block.address}.bias"]
        z = put("pre_activation", before @ weight.T + bias)
        n = z
        if block.norm != "none":
            learned = {part: tensors[f"{block.address}.norm.{part}"] for part in block.norm_parameters}
            kept = {part: tensors[f"{block.address}.norm.{part}"].detach() for part in block.norm_buffers}
            n = put("normalized", catalogue("norms")[block.norm].forward(z, learned, kept, mode is not None)[0])
        function = catalogue("activations")[block.activation].forward if block.activation != "softmax" else None
        before = put("activation", function(n) if function else torch.softmax(n, -1))
        if block.dropout:
            before = put("output", before * mode.masks[block.address])
    loss = run.spec.resolved.loss
    mean = loss.value(n if loss.from_logits else before, train.target[indices]).mean()
    asked = probes | {f"{name}.grad": tensors[name] for name in run.network.layout}
    found = torch.autograd.grad(mean, list(asked.values()), allow_unused=True)
    pairs = zip(asked.items(), found, strict=True)
    return {name: (torch.zeros_like(at) if grad is None else grad).numpy() for (name, at), grad in pairs}, values


@quickly
@given(changes)
def test_the_parts_of_the_update_add_up(values):
    """total = clipped data gradient + penalty gradient; update = the optimizer's part + the decoupled one."""
    spec = allowed(values)
    run = Run(spec)
    run.advance(steps=3)
    trace, state = run.trace(), run.state
    penalty = catalogue("penalties")[spec.tree["learning"]["penalty"]["kind"]]
    assert trace["learning_rate"] == np.float32(run.learning_rate)
    for name in run.network.layout:
        data = trace.get(f"{name}.clipped_grad", trace[f"{name}.grad"])
        if penalty.gradient is not None:
            data = data + trace[f"{name}.penalty_grad"]
        if "dead" in penalty.slots:
            data = data * (1 - trace[f"penalty.{penalty.id}.dead.{name}"])
        np.testing.assert_allclose(trace[f"{name}.total_grad"], data, rtol=1e-6)
        assert (trace[name] == state[name].numpy()).all()
        np.testing.assert_allclose(trace[f"{name}.next"] - trace[name], trace[f"{name}.update"], atol=1e-7)
        assert (f"{name}.decoupled" in trace) == (penalty.decoupled is not None)
        if penalty.decoupled is not None:
            both = trace[f"{name}.optimizer_update"] + trace[f"{name}.decoupled"]
            np.testing.assert_allclose(trace[f"{name}.update"], both, atol=1e-6)
    if penalty.id != "none":
        assert trace["penalty"] > 0


def test_the_penalty_is_its_formula():
    """Oracle: λ·½·Σw² and λ·Σ|w| by NumPy, over the weights alone."""
    for kind, price in (("l2", lambda w: 0.5 * (w * w).sum()), ("l1", lambda w: abs(w).sum())):
        run = Run(RunSpec.default().with_(**{"learning.penalty": kind, "learning.penalty.rate": 0.3}))
        run.edit("layers.0.bias[0]", 50.0)
        weights = [value for name, value in run.parameters.items() if name.endswith("weight")]
        assert run.trace()["penalty"] == pytest.approx(0.3 * sum(map(price, weights)), rel=1e-5)


def test_a_norm_tells_what_it_divides_by():
    """Oracle: NumPy's mean and variance of the traced sums; in eval mode the running ones; PyTorch's momentum."""
    layers = [{"units": 3, "norm": "batch"}, {"units": 4, "norm": "layer"}]
    run = Run(RunSpec.default().with_(**{"network.layers": layers}))
    run.advance(steps=5)
    trace = run.trace()
    sums, running = trace["train.layers.0.pre_activation"], run.buffers
    np.testing.assert_allclose(trace["train.layers.0.norm.mean"], sums.mean(0), atol=1e-6)
    np.testing.assert_allclose(trace["train.layers.0.norm.variance"], sums.var(0), atol=1e-6)
    np.testing.assert_array_equal(trace["layers.0.norm.mean"], running["layers.0.norm.running_mean"])
    np.testing.assert_array_equal(trace["layers.0.norm.variance"], running["layers.0.norm.running_variance"])
    moved = 0.9 * running["layers.0.norm.running_mean"] + 0.1 * sums.mean(0)
    np.testing.assert_allclose(trace["layers.0.norm.running_mean.next"], moved, atol=1e-6)
    for prefix in ("", "train."):
        sums = trace[f"{prefix}layers.1.pre_activation"]
        np.testing.assert_allclose(trace[f"{prefix}layers.1.norm.mean"], sums.mean(1), atol=1e-6)
        np.testing.assert_allclose(trace[f"{prefix}layers.1.norm.variance"], sums.var(1), atol=1e-6)


def test_what_nothing_is_learned_from_is_traced_forward_only():
    """A test sample and any point of the plane. Oracle: `predict`, and the metric of the whole set."""
    run = Run(RunSpec.default().with_(**{"network.layers": [{"units": 3, "dropout": 0.5}]}))
    run.advance(steps=5)
    test = run.data("test")
    traces = [run.trace(("test", index)) for index in range(len(test))]
    assert np.mean([trace["batch_loss"] for trace in traces]) == pytest.approx(run.metrics["test_loss"], rel=1e-4)
    for trace in (traces[3], run.trace(["point", *test.x[3]])):
        assert trace["layers.1.activation"][0, 0] == pytest.approx(run.predict(test.x[3:4])[0], abs=1e-6)
        assert not any(name.endswith((".grad", ".next", ".update")) or name.startswith("train.") for name in trace)
    assert "batch_loss" not in trace and "target" not in trace


NONE = (
    -1, 10_000, 1.5, True, "a", (), {"test": 1}, ("test",), ("test", 10_000), ("nowhere", 1),
    ("point", 1), ("point", 1, "x"), ("point", 1, float("nan")),
)  # fmt: skip


@pytest.mark.parametrize("sample", NONE)
def test_a_sample_that_is_none_is_refused_with_a_sentence(sample):
    with pytest.raises(SpecError) as refused:
        Run(RunSpec.default()).trace(sample)
    assert refused.value.path == "sample" and refused.value.message.endswith(".")
