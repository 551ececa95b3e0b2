"""The 2-2-1 network of the lecture, its four readings, through receipts. Oracle: the table worked out by hand."""

from __future__ import annotations

import pytest

from dlcore import Run, RunSpec

# reading: weights of the hidden layer, hidden values, p, cross-entropy, p after one step
TABLE = {
    "A: both neurons (0.5, −0.5)": ([[0.5, -0.5], [0.5, -0.5]], (0.0, 0.0), 0.5, 0.6931, 0.5012),
    "B: (0.5, 0.5) and (−0.5, −0.5)": ([[0.5, 0.5], [-0.5, -0.5]], (1.5, 0.0), 0.8176, 0.2014, 0.8201),
    "C: the first is fed x₁, the second x₂": ([[0.5, 0.0], [0.0, -0.5]], (0.5, 0.0), 0.6225, 0.4741, 0.6289),
    "D: the first is fed x₂, the second x₁": ([[0.0, 0.5], [-0.5, 0.0]], (1.0, 0.0), 0.7311, 0.3133, 0.7353),
}


def lecture(weights) -> Run:
    """x = (1, 2), target 1, ReLU, sigmoid, output weights 1, biases 0, learning rate 0.01; no test set."""
    values = {"layers.0.weight": weights, "layers.0.bias": [0, 0], "layers.1.weight": [[1, 1]], "layers.1.bias": [0]}
    changes = {
        "data": "points",
        "data.points": [[1, 2, 1]],
        "inputs": ["x1", "x2"],
        "network.layers": [{"kind": "dense", "units": 2, "activation": "relu"}],
        "network.initializer": {"kind": "given", "values": values},
        "learning.loss": "binary_cross_entropy",
        "learning.optimizer.learning_rate": 0.01,
        "learning.batch_size": 1,
    }
    return Run(RunSpec.default().with_(**changes))


@pytest.mark.parametrize("reading", TABLE)
def test_the_table(reading):
    weights, hidden, p, loss, after = TABLE[reading]
    run = lecture(weights)

    def read(address, sample=0):
        receipt = run.receipt(address, sample)
        assert receipt.agrees
        return receipt.value

    assert [read(f"layers.0.activation[{unit}]") for unit in range(2)] == pytest.approx(hidden)
    assert read("layers.1.activation[0]") == pytest.approx(p, abs=5e-5)
    assert [read("sample_loss"), read("batch_loss")] == pytest.approx([loss, loss], abs=5e-5)
    delta = read("layers.1.pre_activation.grad[0]")
    assert delta == pytest.approx(p - 1, abs=5e-5)  # minus (target − prediction)
    for unit in range(2):
        for column, x in enumerate((1, 2)):
            expected = delta * x if hidden[unit] else 0.0
            assert read(f"layers.0.weight.grad[{unit},{column}]") == pytest.approx(expected, abs=1e-6)
            assert read(f"layers.0.weight.update[{unit},{column}]") == pytest.approx(-0.01 * expected, abs=1e-8)
    run.advance(steps=1)
    assert read("layers.1.activation[0]") == pytest.approx(after, abs=5e-5)
    assert read("layers.1.bias[0]") == pytest.approx(-0.01 * delta, abs=1e-8)
    assert "test_loss" not in run.metrics


def test_the_main_walk_through():
    """Reading B: ∂L/∂W of the first neuron is (−0.1824, −0.3649); only reading A leaves all but the bias alone."""
    run = lecture(TABLE["B: (0.5, 0.5) and (−0.5, −0.5)"][0])
    gradient = [run.receipt(f"layers.0.weight.grad[0,{column}]").value for column in range(2)]
    assert gradient == pytest.approx([-0.1824, -0.3649], abs=5e-5)
    run = lecture(TABLE["A: both neurons (0.5, −0.5)"][0])
    updates = {name: run.receipt(f"{name}").value for name in _every_update(run)}
    assert updates.pop("layers.1.bias.update[0]") == pytest.approx(0.005)
    assert set(updates.values()) == {0.0}


def _every_update(run: Run) -> list[str]:
    units = [f"layers.0.weight.update[{unit},{column}]" for unit in range(2) for column in range(2)]
    biases = [f"layers.0.bias.update[{unit}]" for unit in range(2)]
    return [*units, *biases, *(f"layers.1.weight.update[0,{unit}]" for unit in range(2)), "layers.1.bias.update[0]"]
