"""More than two classes, against plain PyTorch: torch.nn, torch.optim and F.cross_entropy on class indices."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dlcore import Run, RunSpec
from dlcore.fitting import fit

RINGS = {"data.kind": "rings", "data.classes": 4, "data.noise": 10, "learning.shuffle": "off"}


def plain(run: Run) -> torch.nn.Sequential:
    """The same network as modules of torch.nn, at the run's own weights."""
    sizes = [2, *(layer["units"] for layer in run.spec.get("network.layers")), run.spec.resolved.columns]
    modules = []
    for index, (inputs, units) in enumerate(pairwise(sizes)):
        layer = torch.nn.Linear(inputs, units)
        layer.weight.data = torch.from_numpy(run.parameters[f"layers.{index}.weight"])
        layer.bias.data = torch.from_numpy(run.parameters[f"layers.{index}.bias"])
        modules += [layer, torch.nn.Tanh()]
    return torch.nn.Sequential(*modules[:-1])


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
def test_training_is_plain_pytorch(stepper):
    run = Run(RunSpec.default().with_(**RINGS), stepper=stepper)
    network, train = plain(run), run.data("train")
    optimizer = torch.optim.SGD(network.parameters(), lr=0.03)
    x, y = torch.from_numpy(train.x.astype(np.float32)), torch.from_numpy(train.y).long()
    for _ in range(5):
        for at in range(0, len(x), 10):
            optimizer.zero_grad()
            F.cross_entropy(network(x[at : at + 10]), y[at : at + 10]).backward()
            optimizer.step()
    run.advance(epochs=5)
    for name, value in zip(
        ("layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias"),
        [parameter for at in (0, 4) for parameter in network[at].parameters()],
        strict=True,
    ):
        np.testing.assert_allclose(run.parameters[name], value.detach().numpy(), atol=2e-5)
    with torch.no_grad():
        logits = network(x)
    np.testing.assert_allclose(run.predict(train.x), logits.softmax(1).numpy(), atol=2e-5)
    assert run.metrics["train_loss"] == pytest.approx(F.cross_entropy(logits, y).item(), rel=1e-4)
    assert run.metrics["train_accuracy"] == pytest.approx((logits.argmax(1) == y).float().mean().item(), abs=1e-6)


def test_the_map_is_what_the_network_answers():
    """Oracle: `Run.predict` at the pixels' centres; each pixel's shares add up to one."""
    run = Run(RunSpec.default().with_(**RINGS))
    run.advance(epochs=3)
    found = run.probe("output_map", size=20)["output"]
    assert found.axes == ("class", "row", "column") and found.values.shape == (4, 20, 20)
    centres = (np.arange(20) + 0.5) / 20 * 12 - 6
    x = np.array([(across, -down) for down in centres for across in centres])
    expected = run.predict(x).T.reshape(4, 20, 20)
    assert np.abs(found.values / 255 - expected).max() <= 0.5 / 255 + 1e-5
    own = run.probe("output_map", size=20, unit="layers.2.activation[3]")["output"]
    assert own.axes == ("row", "column") and np.array_equal(own.values, found.values[3])
    # While a neuron is looked at, the network's own map comes besides, for the film.
    for unit in ("layers.2.activation[3]", "inputs[0]"):
        whole = run.probe("output_map", size=20, unit=unit)["whole"]
        assert whole.axes == found.axes and np.array_equal(whole.values, found.values)


def test_the_number_of_classes_may_change_at_any_time():
    """A loss that does not fit any more goes back to automatic, with a word; the run starts anew."""
    run = Run(RunSpec.default().with_(**RINGS, **{"learning.loss": "softmax_cross_entropy"}))
    run.advance(epochs=1)
    applied = run.apply({"data.classes": 2})
    assert applied.effect == "reset" and run.spec.resolved.columns == 2
    assert run.predict([[0, 0]]).shape == (1,)
    run.apply({"learning.loss": "hinge"})
    applied = run.apply({"data.classes": 5})
    assert applied.notes and run.spec.get("learning.loss") == "auto"
    assert run.predict([[0, 0]]).shape == (1, 5) and run.step == 0
    assert fit(run.spec, {"data.kind": "plane"})[0].resolved.columns == 1
