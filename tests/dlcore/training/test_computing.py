"""Where a run is computed. Oracles: the run on the CPU, to the bit, for one on a device that can't be mixed with it
(see `elsewhere.py`); PyTorch's own numbers of threads and digits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec, lazy
from dlcore.params import SpecError
from dlcore.training import computing, where
from dlcore.training.checkpoint import checkpoint, restore
from dlcore.training.computing import WORTH_IT, Computing, choices, placed
from dlcore.training.estimate import seconds_per_epoch
from dlcore.training.timeline import marks
from tests.dlcore.training.elsewhere import Elsewhere, There, no_inference_mode

SMALL, LARGE = WORTH_IT - 1, WORTH_IT
TWO = ("cpu", "cuda:0", "cuda:1")


@pytest.mark.parametrize(
    ("choice", "devices", "work", "found"),
    [
        ("auto", ("cpu",), LARGE, ("cpu",)),
        ("auto", TWO, SMALL, ("cpu",)),
        ("auto", TWO, LARGE, ("cuda:0", "cuda:1")),
        ("auto", ("cpu", "mps"), LARGE, ("mps",)),
        ("cpu", TWO, LARGE, ("cpu",)),
        ("cuda", TWO, SMALL, ("cuda:0", "cuda:1")),
        ("cuda:1", TWO, SMALL, ("cuda:1",)),
        ("mps", ("cpu", "mps"), SMALL, ("mps",)),
    ],
)
def test_what_a_choice_comes_to(choice, devices, work, found):
    assert placed(choice, devices, work) == computing.Placed(found)


@pytest.mark.parametrize(("choice", "name"), [("cuda", "CUDA"), ("cuda:7", "CUDA"), ("mps", "Apple")])
def test_a_missing_device_falls_back_with_a_sentence(choice, name, monkeypatch):
    found = placed(choice, ("cpu",), LARGE)
    assert found.devices == ("cpu",) and name in found.note and found.note.endswith(".")
    monkeypatch.setattr(where, "available", lambda: ("cpu",))
    run = Run(RunSpec.default(), device=choice, autocast=True)
    assert (run.device, run.device_note, run.autocast) == ("cpu", found.note, False)
    assert run.journal.events[0].what == {"stepper": "dense", "device": "cpu"}


def test_nonsense_is_refused():
    for given in ({"device": "abacus"}, {"threads": 0}, {"threads": "many"}, {"autocast": 3}, {"speed": 1}):
        with pytest.raises(SpecError):
            Computing.read(given)
    assert Computing.read({"threads": 2}).to_dict() == {"device": "auto", "autocast": False, "threads": 2}
    assert next(param for param in choices(3) if param.id == "threads").maximum == 3


def test_only_cuda_computes_with_half_the_digits(monkeypatch):
    monkeypatch.setattr(where, "available", lambda: ("cpu",))
    assert "Only a CUDA device" in Run(RunSpec.default(), device="cpu", autocast=True).device_note


def test_threads_are_lent_for_training_alone_and_journalled(monkeypatch):
    monkeypatch.setattr(computing, "cores", lambda: 2)
    before, seen = torch.get_num_threads(), []
    run = Run(RunSpec.default(), threads=2 if before == 1 else 1)
    monkeypatch.setattr(run, "_one_step", lambda: seen.append(torch.get_num_threads()) is None and False)
    run.advance(steps=1)
    assert seen == [run.threads] and torch.get_num_threads() == before
    assert Run(RunSpec.default(), threads=9).journal.events[0].what["threads"] == 2  # no more than there are


def test_another_place_is_written_down_where_training_goes_on(monkeypatch):
    monkeypatch.setattr(computing, "cores", lambda: 2)
    run, same = Run(RunSpec.default(), threads=1), Run(RunSpec.default(), threads=1)
    run.advance(steps=3)
    run.compute_on(Computing("cpu", threads=2))
    assert len(run.journal.events) == 1
    run.advance(steps=2)
    event = run.journal.events[-1]
    assert (event.step, event.kind, event.what["threads"]) == (3, "resolved", 2)
    assert any(mark["step"] == 3 and "CPU with 2 threads" in mark["text"] for mark in marks(run))
    run.seek(0)
    run.seek(5)
    assert run.step == 5 and not run.journal.changed
    same.advance(steps=5)
    assert np.allclose(run.parameters["layers.0.weight"], same.parameters["layers.0.weight"], atol=1e-6)


def test_an_estimate_leaves_the_run_as_it_is():
    run, same = Run(RunSpec.default()), Run(RunSpec.default())
    run.advance(steps=7)
    same.advance(steps=7)
    ticks = iter(range(1000))
    # by a clock that ticks once each time it is read, a step takes one second, and measuring another
    assert seconds_per_epoch(run, 1 / 50, lambda: float(next(ticks))) == 51
    for _ in range(3):
        assert seconds_per_epoch(run, 1 / 50) > 0
        run.advance(steps=5)
        same.advance(steps=5)
        assert np.array_equal(run.state.storage, same.state.storage) and run.history.equals(same.history)


def test_digits_that_are_left_out_change_little_and_something():
    """The stepper itself, on the CPU, which PyTorch can also do with bfloat16."""
    spec = RunSpec.default().with_(**{"learning.optimizer": "adam"})
    run = Run(spec, stepper="autograd")
    task, state = run.task, run.state
    exact = task.gradient(state).clone()
    run.stepper.autocast, run.stepper._ready = True, None
    rounded = task.gradient(state)
    assert rounded.dtype == torch.float32 and not torch.equal(exact, rounded)
    assert torch.allclose(exact, rounded, atol=0.02 * float(exact.abs().max()))


# -- on another device ------------------------------------------------------------------------------

BLOCKS = [
    {"kind": "dense", "units": 5, "activation": "relu", "norm": "batch", "dropout": 0.2},
    {"kind": "dense", "units": 3, "activation": "tanh", "norm": "layer"},
]
PICTURES = [
    {"kind": "conv2d", "channels": 3, "activation": "relu", "norm": "batch"},
    {"kind": "max_pool2d"},
    {"kind": "dropout2d"},
    {"kind": "gaussian_noise"},
    {"kind": "conv2d", "channels": 2, "activation": "relu"},
    {"kind": "flatten"},
]
STOPPING = {"data.validation_share": 20, "learning.patience": 3, "learning.schedule": "cosine"}
SPECS = {
    "dense": ("dense", {"learning.optimizer": "adam", "learning.penalty": "weight_decay", **STOPPING}),
    "blocks": ("auto", {"network.layers": BLOCKS, "learning.penalty": "l1_tfp", "learning.clipping": "norm"}),
    "pictures": ("auto", {"data": "digits", "network.layers": PICTURES, "learning.optimizer": "adam"}),
}


def driven(run):
    """All that a run shows on a way through training, edits, surgery, time and files."""
    train = run.advance
    train(steps=12)
    yield run.metrics
    run.edit("layers.0.bias[0]", 0.5)
    train(steps=12)
    yield from (run.parameters, run.buffers, run.trace(), run.trace(3), run.predictions("train"))
    yield [finding.check for finding in run.examine()]
    yield {name: named.values for name, named in run.probe("parameters").items()}
    for address in ("layers.0.weight.grad[0,1]", "layers.0.weight[0,1]") if run.network.is_dense_stack else ():
        receipt = run.receipt(address)
        yield receipt.value, receipt.check
    run.seek(10)
    yield run.parameters
    run.seek(24)
    run.operate("freeze", "layers.0.bias[1]")
    train(steps=3)
    run.operate("zero", "layers.0.bias[0]")
    yield run.parameters
    assert run.undo() and run.undo()
    yield run.parameters
    assert run.redo()
    fork = run.fork(**{"learning.batch_size": 5})
    fork.advance(steps=3)
    yield fork.parameters
    again = restore(checkpoint(run), run.computing)
    again.advance(steps=3)
    assert again.device == run.device and again.step > run.step
    yield again.metrics
    assert seconds_per_epoch(run, 0.1) > 0
    elsewhere = Computing("cpu") if run.device != "cpu" else run.computing
    run.compute_on(elsewhere)
    train(steps=3)
    yield run.state.storage


def same(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return np.array_equal(np.asarray(one), np.asarray(other)) if not isinstance(one, str) else one == other


@pytest.fixture
def elsewhere(monkeypatch):
    """A machine with another device, on which nothing can be read."""
    monkeypatch.setitem(computing.LABELS, "elsewhere", "Elsewhere")
    monkeypatch.setattr(where, "available", lambda: ("cpu", "elsewhere:0"))
    monkeypatch.setattr(lazy.torch, "inference_mode", no_inference_mode)
    return Elsewhere()


@pytest.mark.parametrize("name", SPECS)
def test_a_run_elsewhere_comes_to_the_same_bits(name, elsewhere):
    stepper, changes = SPECS[name]
    spec = RunSpec.default().with_(**changes)
    expected = list(driven(Run(spec, device="cpu", stepper=stepper)))
    with elsewhere:
        run = Run(spec, device="elsewhere", stepper=stepper)
        assert run.device == "elsewhere:0" and isinstance(run.state.storage, There)
        for number, found in enumerate(driven(run)):
            assert same(expected[number], found), number


def test_members_elsewhere_are_read_here(elsewhere):
    spec, members = RunSpec.default(), [{}, {"seed": 2, "learning.optimizer.learning_rate": 0.1}]
    here = Run(spec, members=members)
    with elsewhere:
        run = Run(spec, device="elsewhere", stepper="dense", members=members)
    for number in (0, 1, 0, 1):
        here.advance(steps=5)
        with elsewhere:
            run.advance(steps=5)
            one, other = here.member(number), run.member(number)
            assert same(one.parameters, other.parameters) and one.metrics == other.metrics
            assert same(one.predict([[1, 2]]), other.predict([[1, 2]])) and same(one.trace(2), other.trace(2))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
@pytest.mark.parametrize("name", SPECS)
def test_a_run_on_cuda_comes_close(name):
    stepper, changes = SPECS[name]
    spec = RunSpec.default().with_(**changes)
    here, there = Run(spec, device="cpu", stepper=stepper), Run(spec, device="cuda", stepper=stepper)
    assert there.device == "cuda:0" and there.state.storage.is_cuda
    for run in (here, there):
        run.advance(steps=3)
    for address, values in here.parameters.items():
        assert np.allclose(values, there.parameters[address], atol=1e-4)
    for _ in driven(Run(spec, device="cuda", stepper=stepper)):
        pass
    fast = Run(spec, device="cuda", autocast=True)
    fast.advance(steps=3)
    assert fast.journal.events[0].what["autocast"] and np.isfinite(fast.metrics["train_loss"])
