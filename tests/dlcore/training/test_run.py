"""Runs. Oracles: a plain PyTorch loop; an emulation of TensorFlow Playground's own loop, one neuron at a
time; and bit-equality of a run with itself however it was come to."""

import math

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.training.checkpoint import checkpoint, restore
from dlcore.training.edits import KEPT


def spec(**changes):
    return RunSpec.default().with_(
        **{"data.samples": 60, **{key.replace("__", "."): value for key, value in changes.items()}}
    )


def bits(run):
    return {name: tensor.numpy().tobytes() for name, tensor in run.state.items()}


def test_sgd_is_a_plain_pytorch_loop():
    run = Run(spec())
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 4),
        torch.nn.Tanh(),
        torch.nn.Linear(4, 2),
        torch.nn.Tanh(),
        torch.nn.Linear(2, 1),
        torch.nn.Tanh(),
    )
    for index, layer in enumerate((model[0], model[2], model[4])):
        layer.weight.data = run.state[f"layers.{index}.weight"].clone()
        layer.bias.data = run.state[f"layers.{index}.bias"].clone()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03)
    train = run.data("train")
    for _ in range(20):
        for start in range(0, len(train), 10):
            optimizer.zero_grad()
            output = model(train.inputs[start : start + 10])
            (0.5 * (output - train.target[start : start + 10]) ** 2).mean().backward()
            optimizer.step()
    run.advance(epochs=20)
    assert (run.step, run.epoch) == (60, 20)
    torch.testing.assert_close(run.state["layers.1.weight"], model[2].weight.data, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(run.state["layers.2.bias"], model[4].bias.data, atol=1e-5, rtol=1e-5)


def tfp_epochs(run, epochs, batch_size, rate, regularization):
    """TensorFlow Playground's oneStep, by PARITY's "Engine": float64, one weight at a time."""
    weights = [run.parameters[f"layers.{i}.weight"].astype(float) for i in range(3)]
    biases = [run.parameters[f"layers.{i}.bias"].astype(float) for i in range(3)]
    dead = [np.zeros_like(w, bool) for w in weights]
    sums_w, sums_b, count = [0 * w for w in weights], [0 * b for b in biases], 0
    inputs, targets = run.data("train").inputs.numpy().astype(float), run.data("train").target.numpy().astype(float)
    for _ in range(epochs):
        for i, (x, t) in enumerate(zip(inputs, targets, strict=True)):
            values = [x]
            for w, b in zip(weights, biases, strict=True):
                values.append(np.tanh(w @ values[-1] + b))
            delta = (values[-1] - t) * (1 - values[-1] ** 2)
            for layer in (2, 1, 0):
                sums_w[layer] = sums_w[layer] + np.where(dead[layer], 0, np.outer(delta, values[layer]))
                sums_b[layer] = sums_b[layer] + delta
                delta = (weights[layer].T @ delta) * (1 - values[layer] ** 2)
            count += 1
            if (i + 1) % batch_size:
                continue
            for layer in range(3):
                before = weights[layer].copy()
                derivative = {"none": 0 * before, "l2": before, "l1_tfp": np.sign(before)}[regularization]
                after = before - 0.03 / count * sums_w[layer]
                shrunk = after - 0.03 * rate * derivative
                if regularization == "l1_tfp":
                    dead[layer] |= after * shrunk < 0
                    shrunk[dead[layer]] = 0
                weights[layer] = shrunk
                biases[layer] = biases[layer] - 0.03 / count * sums_b[layer]
                sums_w[layer], sums_b[layer] = 0 * weights[layer], 0 * biases[layer]
            count = 0
    return weights, biases


@pytest.mark.parametrize("regularization", ["none", "l2", "l1_tfp"])
@pytest.mark.parametrize("batch_size", [10, 8, 30])
def test_an_epoch_is_one_of_tensorflow_playground(batch_size, regularization):
    """44 training samples at batch 8 or 30 leave some over, which join the next epoch's first batch."""
    changes = {"data.samples": 88, "learning.batch_size": batch_size, "learning.penalty": regularization}
    if regularization != "none":
        changes["learning.penalty.rate"] = 0.1
    run = Run(spec(**changes))
    weights, biases = tfp_epochs(run, 12, batch_size, 0.1, regularization)
    run.advance(epochs=12)
    for layer in range(3):
        np.testing.assert_allclose(run.parameters[f"layers.{layer}.weight"], weights[layer], atol=2e-5)
        np.testing.assert_allclose(run.parameters[f"layers.{layer}.bias"], biases[layer], atol=2e-5)
    if regularization == "l1_tfp":
        assert any((w == 0).any() for w in weights), "the test must see a dead weight"


def test_left_over_samples_join_the_next_first_batch():
    """250 samples at batch 30: the first batch of the second epoch averages 40."""
    run = Run(RunSpec.default().with_(**{"learning.batch_size": 30}))
    sizes = []
    for _ in range(9):
        sizes.append(len(run.task.coming_batch(run.state)))
        run.advance(steps=1)
    assert sizes == [30] * 8 + [40]
    run = Run(RunSpec.default().with_(**{"learning.batch_size": 30, "learning.remainder": "train"}))
    run.advance(steps=8)
    assert (len(run.task.coming_batch(run.state)), run.epoch) == (10, 0)
    run.advance(steps=1)
    assert run.epoch == 1


def test_every_sample_is_taken_once_an_epoch_in_a_new_order():
    run = Run(spec(**{"learning.shuffle": "on", "learning.remainder": "train", "learning.batch_size": 7}))
    orders = []
    for epoch in range(2):
        taken = []
        while run.epoch == epoch:
            taken += list(run.task.coming_batch(run.state))
            run.advance(steps=1)
        assert sorted(taken) == list(range(30))
        orders.append(taken)
    assert orders[0] != orders[1]


def test_the_same_spec_and_journal_give_the_same_bits():
    def train():
        run = Run(spec(**{"learning.optimizer": "adam", "learning.shuffle": "on"}))
        run.advance(steps=13)
        run.apply({"learning.optimizer.learning_rate": 0.1})
        run.advance(steps=7)
        run.edit("layers.0.weight[1,1]", 0.25)
        run.advance(epochs=2)
        return run

    assert bits(train()) == bits(train())


@pytest.mark.parametrize("optimizer", catalogue("optimizers"))
def test_seeking_gives_the_same_bits(optimizer):
    run = Run(spec(**{"learning.optimizer": optimizer, "learning.shuffle": "on", "learning.penalty": "l1_tfp"}))
    run.advance(steps=20)
    run.apply({"learning.optimizer.learning_rate": 0.02})
    run.advance(steps=5)
    run.edit("layers.1.bias[0]", -0.5)
    run.advance(steps=60)
    run.apply({"learning.optimizer": "momentum"})
    run.advance(steps=10)
    seen = {}
    for step in (95, 3, 25, 20, 84, 85, 0, 50, 95):
        run.seek(step)
        assert run.step == step
        assert seen.setdefault(step, bits(run)) == bits(run)
    run.seek(50)
    run.advance(steps=1)
    assert run.step == 51
    assert run.history["step"].max() <= 51


def test_seek_beyond_the_end_trains():
    straight, run = Run(spec()), Run(spec())
    straight.advance(steps=40)
    run.advance(steps=10)
    run.seek(40)
    assert bits(run) == bits(straight)
    with pytest.raises(SpecError):
        run.seek(-1)


def test_a_future_that_was_dropped_is_had_again_by_redo():
    run = Run(spec())
    run.advance(steps=50)
    end = bits(run)
    run.seek(20)
    run.advance(steps=5)
    assert run.step == 25
    assert run.redo()
    assert bits(run) == end
    assert run.undo()
    assert run.step == 25


def test_undo_and_redo_of_settings_training_edits_and_resets():
    run = Run(spec())
    states = [bits(run)]
    actions = [
        lambda: run.apply({"learning.batch_size": 5}),
        lambda: run.advance(steps=11),
        lambda: run.apply({"learning.optimizer": "adam"}),
        lambda: run.advance(epochs=2),
        lambda: run.edit("layers.0.bias[0]", 3.0),
        lambda: run.apply({"data.kind": "spiral"}),
        lambda: run.advance(steps=4),
        lambda: run.apply(operation={"name": "insert_layer", "index": 1}),
        lambda: run.reset(),
    ]
    specs = [run.spec]
    for act in actions[:-1]:
        act()
        states.append(bits(run))
        specs.append(run.spec)
    for state, expected in zip(reversed(states[:-1]), reversed(specs[:-1]), strict=True):
        assert run.undo()
        assert bits(run) == state
        assert run.spec == expected
    assert not run.can_undo and not run.undo()
    for state, expected in zip(states[1:], specs[1:], strict=True):
        assert run.redo()
        assert bits(run) == state
        assert run.spec == expected
    assert not run.redo()


def test_a_change_that_keeps_the_weights_keeps_them_and_one_that_resets_starts_anew():
    run = Run(spec(**{"learning.optimizer": "momentum"}))
    run.advance(steps=9)
    before = run.parameters
    for changes in (
        {"learning.batch_size": 3},
        {"network.layers.0.activation": "relu"},
        {"learning.optimizer": "adam"},
    ):
        applied = run.apply(changes)
        assert applied.effect in ("keep", "clear_slots")
        assert run.step == 9
        for name, value in run.parameters.items():
            assert (value == before[name]).all()
    assert int(run.state["optimizer.updates"]) == 0
    assert run.apply({"data.noise": 10}).effect == "reset"
    assert run.step == 0


def test_a_refused_change_changes_nothing():
    run = Run(spec())
    run.advance(steps=3)
    before = bits(run)
    for changes in ({"learning.batch_size": 0}, {"nowhere": 1}):
        with pytest.raises(SpecError):
            run.apply(changes)
    for address, value in (("layers.9.weight[0,0]", 1), ("layers.0.weight[0]", 1), ("layers.0.weight[0,9]", 1),
                           ("layers.0.weight[0,0]", "x"), ("layers.0.weight[0,0]", math.inf), ("step", 3),
                           ("layers.0.weight[0,0]", 10**400)):  # fmt: skip
        with pytest.raises(SpecError):
            run.edit(address, value)
    assert bits(run) == before
    assert not run.journal.changed


def test_an_edit_is_in_every_number_at_once():
    run = Run(spec())
    run.advance(steps=10)
    metrics, picture = run.metrics, run.probe("output_map")["output"].values.copy()
    run.edit("layers.2.weight[0,0]", 2.5)
    assert run.parameters["layers.2.weight"][0, 0] == 2.5
    assert run.metrics != metrics
    assert (run.probe("output_map")["output"].values != picture).any()
    output = run.predict(run.data("test").x)
    expected = 0.5 * np.mean((output - np.where(run.data("test").y > 0, 1, -1)) ** 2)
    assert run.metrics["test_loss"] == pytest.approx(expected, rel=1e-5)


def test_walking_sample_by_sample_changes_no_bit():
    walked, straight = Run(spec()), Run(spec())
    for expected in [*range(1, 10), 0, 1]:
        assert walked.step_sample() == expected
    assert (walked.step, walked.sample) == (1, 1)
    walked.advance(steps=1)
    straight.advance(steps=2)
    assert bits(walked) == bits(straight)


def test_a_rate_too_large_stops_with_a_sentence_and_the_last_good_weights():
    run = Run(
        spec(
            **{
                "data.kind": "plane",
                "learning.optimizer.learning_rate": 10,
                "network.layers": [{"activation": "linear"}],
            }
        )
    )
    run.advance(epochs=50)
    assert run.trouble is not None
    assert run.trouble.message.endswith(".")
    assert all(np.isfinite(value).all() for value in run.parameters.values())
    assert all(math.isfinite(value) for value in run.metrics.values())
    assert np.isfinite(run.history).all(axis=None)
    step = run.step
    run.apply({"learning.optimizer.learning_rate": 0.001})
    assert run.trouble is None
    assert run.step == step


def test_metrics_are_there_at_step_0_and_without_a_test_set():
    run = Run(spec(**{"data.train_share": 100}))
    assert set(run.metrics) == {"train_loss", "train_accuracy"}
    assert set(Run(spec(**{"data.kind": "plane"})).metrics) == {"train_loss", "test_loss", "train_error", "test_error"}


def test_evaluating_on_other_data():
    """Oracle: on its own test points it must give the run's own test metrics."""
    run = Run(spec())
    run.advance(epochs=5)
    test = run.data("test")
    scores = run.evaluate((test.x, test.y))
    assert scores == {"loss": run.metrics["test_loss"], "accuracy": run.metrics["test_accuracy"]}
    assert set(run.evaluate("gaussian")) == {"loss", "accuracy"}
    for wrong in ("plane", "nowhere", (np.zeros((3, 1)), np.zeros(3)), (np.zeros((3, 2)), np.zeros(2))):
        with pytest.raises(SpecError):
            run.evaluate(wrong)


def test_advance_stops_where_it_is_told_to():
    run = Run(spec())
    assert run.advance(epochs=2) == 6
    run.advance(until=lambda metrics: metrics["train_loss"] < 0.4)
    assert run.metrics["train_loss"] < 0.4
    before = run.step
    run.advance(steps=50, until=lambda metrics: True)
    assert run.step == before + 1


def test_the_history_depends_on_the_step_alone():
    looked, straight = Run(spec()), Run(spec())
    for _ in range(40):
        looked.advance(steps=3)
        looked.metrics, looked.frame([{"id": "neuron_maps"}])
    straight.advance(steps=120)
    assert looked.history.equals(straight.history)
    assert list(straight.history["step"]) == [*range(51), *range(51, 121, 3)]
    row = straight.history.iloc[-1]
    assert row["test_loss"] == straight.metrics["test_loss"]


def test_a_checkpoint_goes_on_with_the_same_bits():
    run = Run(spec(**{"learning.optimizer": "adam", "learning.shuffle": "on"}))
    run.advance(steps=33)
    run.apply({"learning.optimizer.learning_rate": 0.2})
    run.advance(steps=4)
    run.step_sample()
    again = restore(checkpoint(run))
    assert (again.step, again.sample, again.spec, again.journal) == (37, 1, run.spec, run.journal)
    assert bits(again) == bits(run)
    assert again.history.equals(run.history)
    again.seek(20)
    run.seek(20)
    assert bits(again) == bits(run)
    for one in (run, again):
        one.seek(37)
        one.advance(epochs=3)
    assert bits(again) == bits(run)
    again = restore(checkpoint(run))
    while run.undo():
        assert again.undo()
        assert bits(again) == bits(run)
        assert again.spec == run.spec


def test_devices_and_steppers_that_do_not_apply_are_refused():
    for arguments in ({"device": "abacus"}, {"stepper": "by_hand"}):
        with pytest.raises(SpecError):
            Run(spec(), **arguments)


@pytest.mark.parametrize("initializer", ["zeros", "he", "xavier", "normal", "tfp_uniform"])
@pytest.mark.parametrize("data", catalogue("datasets"))
def test_every_dataset_and_initializer_trains(data, initializer):
    start, _ = fit(RunSpec.default(), {"data.kind": data, "network.initializer": initializer})
    if start.resolved.dataset.drawn:
        empty = Run(start)
        assert empty.advance(epochs=2) == 0 and "Draw" in empty.trouble.message
        start = start.with_(**{"data.points": [[1, 2, 0], [-1, 1, 1]]})
    run = Run(start)
    run.advance(steps=3 if start.resolved.pictures else 50)
    assert run.trouble is None
    assert all(math.isfinite(value) for value in run.metrics.values())


@pytest.mark.parametrize("activation", catalogue("activations"))
def test_every_activation_trains(activation):
    run = Run(spec(**{"network.layers": [{"units": 3, "activation": activation}]}))
    before = run.parameters
    run.advance(steps=3)
    moved = (run.parameters["layers.0.weight"] != before["layers.0.weight"]).any()
    assert moved == catalogue("activations")[activation].has_gradient


def test_a_checkpoint_keeps_undo_and_redo_and_the_start_weights_that_were_given():
    run = Run(RunSpec.default())
    run.advance(steps=5)
    values = {name: array.tolist() for name, array in run.parameters.items()}
    run.apply({"network.initializer": {"kind": "given", "values": values}})
    run.advance(steps=3)
    after = run.parameters
    assert run.undo() and run.undo()
    assert run.step == 5 and run.can_redo
    again = restore(checkpoint(run))
    assert again.step == 5 and again.spec == run.spec and again.can_undo
    assert again.redo() and again.step == 0 and again.spec.get("network.initializer")["kind"] == "given"
    assert again.redo() and again.step == 3 and not again.can_redo
    assert all((again.parameters[name] == array).all() for name, array in after.items())


def test_a_checkpoint_keeps_why_training_stopped():
    run = Run(RunSpec.read_link("v=1&data=plane&layers=4:linear&rate=10")[0])
    run.advance(epochs=1)
    assert run.trouble is not None
    assert restore(checkpoint(run)).trouble == run.trouble


def test_a_checkpoint_of_a_large_network_stays_small(monkeypatch):
    """Measured: twenty moments of undo at five million weights would be 400 MB every second."""
    from dlcore.training import checkpoint as module

    run = Run(RunSpec.default())
    for number in range(10):
        run.edit("layers.0.bias[0]", number)
    size = sum(buffer.nbytes for buffer in run.state.copy().values())
    monkeypatch.setattr(module, "MOST_BYTES", 4 * size)
    again = restore(checkpoint(run))
    assert [again.undo() for _ in range(4)] == [True, True, True, False]
    assert again.parameters["layers.0.bias"][0] == 6


def test_a_change_of_activation_after_training_says_that_the_weights_stayed():
    run = Run(RunSpec.default())
    assert run.apply({"network.layers.0.activation": "relu"}).notes == (), "before the first step nothing was learned"
    run.advance(steps=1)
    before = run.parameters
    applied = run.apply({"network.layers.1.activation": "relu"})
    assert (applied.effect, applied.notes) == ("keep", (KEPT,))
    assert all(np.array_equal(values, before[name]) for name, values in run.parameters.items())
    assert run.apply({"learning.batch_size": 5}).notes == ()
