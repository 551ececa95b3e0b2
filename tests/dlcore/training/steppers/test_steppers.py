"""The two steppers. Oracles: each other over random specs, and PyTorch's optimizers on a plain module."""

import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue

layer = st.fixed_dictionaries(
    {
        "units": st.integers(1, 6),
        "activation": st.sampled_from(list(catalogue("activations"))),
        "dropout": st.sampled_from([0, 0, 0.3]),
    }
)
changes = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 1000),
        "data": st.sampled_from(["circle", "spiral", "plane", "gaussian"]),
        "network.layers": st.lists(layer, max_size=3),
        "learning.optimizer": st.sampled_from(list(catalogue("optimizers"))),
        "learning.penalty": st.sampled_from(list(catalogue("penalties"))),
        "learning.schedule": st.sampled_from(list(catalogue("schedules"))),
        "learning.clipping": st.sampled_from(list(catalogue("clippings"))),
        "learning.batch_size": st.integers(1, 20),
        "learning.remainder": st.sampled_from(["carry", "train", "drop"]),
        "learning.shuffle": st.sampled_from(["on", "off"]),
        "learning.loss": st.sampled_from(list(catalogue("losses"))),
    }
)


def allowed(values):
    values = {**values, "data.samples": 40}
    try:
        return RunSpec.default().with_(**values)
    except SpecError:
        return RunSpec.default().with_(**{**values, "learning.loss": "auto"})


@settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
@given(changes, st.sampled_from([1, 3]))
def test_both_steppers_come_to_the_same_numbers(values, members):
    """200 steps of a careful learning rate, one network or three at once.

    Careful, because what is compared is two orders of adding up float32 numbers: where training is
    wild, or an optimizer divides mere rounding by its own size (hence a large ε), that difference
    grows with the steps.
    """
    careful = {"learning.optimizer.learning_rate": 0.001, "learning.optimizer.epsilon": 0.01}
    spec = allowed(values)
    spec = spec.with_(**{path: value for path, value in careful.items() if path in spec.params()})
    others = [{}, {"seed": 1}, {"seed": 2, "learning.optimizer.learning_rate": 0.002}][:members]
    written, differentiated = (Run(spec, stepper=name, members=others) for name in ("dense", "autograd"))
    for run in (written, differentiated):
        run.advance(steps=200)
    assert written.step == differentiated.step == 200
    for index in range(members):
        one, other = written.member(index), differentiated.member(index)
        for name, value in one.parameters.items():
            torch.testing.assert_close(
                torch.from_numpy(value), torch.from_numpy(other.parameters[name]), atol=1e-4, rtol=1e-3
            )
        assert one.metrics["train_loss"] == pytest.approx(other.metrics["train_loss"], abs=1e-4, rel=1e-3)


@settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
@given(changes)
def test_both_steppers_trace_the_same_values(values):
    spec = allowed(values)
    written, differentiated = Run(spec, stepper="dense").trace(), Run(spec, stepper="autograd").trace()
    assert set(written) == set(differentiated)
    for name, value in written.items():
        # where a gradient is mere rounding, an adaptive optimizer's first step is its sign
        gradient = differentiated.get(name.replace(".update", ".total_grad"))
        told = abs(gradient) > 1e-5 if name.endswith(".update") else ...
        expected = torch.from_numpy(differentiated[name][told])
        torch.testing.assert_close(torch.from_numpy(value[told]), expected, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
def test_tracing_leaves_the_state_as_it_was(stepper):
    run = Run(RunSpec.default().with_(**{"learning.optimizer": "adam"}), stepper=stepper)
    run.advance(steps=3)
    before = {name: tensor.clone() for name, tensor in run.state.items()}
    run.trace()
    run.trace(sample=4)
    for name, tensor in run.state.items():
        assert torch.equal(tensor, before[name])


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
@pytest.mark.parametrize("penalty", ["none", "l1", "l2"])
def test_a_step_is_pytorchs_adam_on_the_penalized_loss(stepper, penalty):
    rate = 0 if penalty == "none" else 0.05
    changes = {"learning.optimizer": "adam", "learning.penalty": penalty} | (
        {"learning.penalty.rate": rate} if rate else {}
    )
    run = Run(RunSpec.default().with_(**changes), stepper=stepper)
    parameters = {name: tensor.clone().requires_grad_() for name, tensor in run.state.group("parameters").items()}
    optimizer = torch.optim.Adam(parameters.values(), lr=0.01)
    weights = [tensor for name, tensor in parameters.items() if name.endswith(".weight")]
    for _ in range(30):
        indices = torch.from_numpy(run.task.coming_batch(run.state))
        train = run.data("train")
        optimizer.zero_grad()
        _, output = run.network.forward(train.inputs[indices], parameters)
        loss = (0.5 * (output - train.target[indices]) ** 2).mean()
        size = {"none": lambda w: 0 * w.sum(), "l1": lambda w: w.abs().sum(), "l2": lambda w: 0.5 * w.square().sum()}
        (loss + rate * sum(size[penalty](w) for w in weights)).backward()
        optimizer.step()
        run.advance(steps=1)
    for name, tensor in parameters.items():
        torch.testing.assert_close(run.state[name], tensor.detach(), atol=1e-5, rtol=1e-4)


def test_the_fastest_stepper_that_fits_is_taken_and_written_down():
    run = Run(RunSpec.default())
    assert run.stepper.id == "dense"
    assert run.journal.events[0].to_dict() == {"step": 0, "kind": "resolved", "stepper": "dense", "device": "cpu"}
    assert Run(RunSpec.default(), stepper="autograd").stepper.id == "autograd"


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
def test_a_step_in_phases_is_the_step_in_one_go(stepper):
    changes = {"learning.optimizer": "adam", "learning.penalty": "l2", "learning.clipping": "norm"}
    paused, straight = (Run(RunSpec.default().with_(**changes), stepper=stepper) for _ in range(2))
    for _ in range(5):
        phases = list(dict.fromkeys(operation.phase for operation in paused.task.step(paused.state)))
        assert phases == ["batch", "forward", "loss", "backward", "clip", "penalty", "moments", "update"]
        straight.task.update(straight.state)
    assert all(torch.equal(tensor, straight.state[name]) for name, tensor in paused.state.items())
