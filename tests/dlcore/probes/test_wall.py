"""The wall against the definition, sample by sample: PyTorch's losses, sorted; and the pictures it asks for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec, SpecError
from dlcore.fitting import fit


def digits(epochs=1, **changes):
    run = Run(fit(RunSpec.default(), {"data.kind": "digits", **changes})[0])
    run.advance(epochs=epochs)
    return run


def test_the_worst_come_first_by_pytorchs_loss():
    """Oracle: torch.nn.functional.cross_entropy without reduction, of the logits that the network gives."""
    run = digits()
    data, found = run.data("test"), run.probe("wall", split="test", limit=100)
    logits = run.network.forward(data.inputs, run.state)[0].detach()
    losses = torch.nn.functional.cross_entropy(logits, torch.from_numpy(data.y.astype(np.int64)), reduction="none")
    samples = found["samples"].values
    assert set(samples.tolist()) == set(losses.argsort(descending=True)[:100].tolist())
    assert (np.diff(found["losses"].values) <= 0).all()
    np.testing.assert_allclose(found["losses"].values, losses[samples], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found["shares"].values, logits.softmax(1)[samples], atol=1e-6)
    np.testing.assert_array_equal(found["answers"].values, logits.argmax(1)[samples])
    np.testing.assert_array_equal(found["target"].values, data.y[samples])
    wrong = (logits.argmax(1).numpy() != data.y).sum()
    assert found["found"].values.tolist() == [len(data), wrong] and 0 < wrong < len(data)


def test_only_samples_of_a_class_or_taken_for_one():
    """Oracle: the confusion matrix, whose every count is the number of samples of that kind."""
    run = digits()
    counts = run.probe("confusion")["train"].values
    is_, answer = np.argwhere((counts > 1) & (counts < counts.diagonal().min()))[0].tolist()
    found = run.probe("wall", split="train", true=is_, answer=answer)
    assert found["found"].values.tolist() == [counts[is_, answer]] * 2
    assert set(found["target"].values) == {is_} and set(found["answers"].values) == {answer}
    assert found["of"].values.tolist() == [0, is_, answer]
    taken = run.probe("wall", split="train", answer=answer)
    assert taken["found"].values[0] == counts[:, answer].sum()


@pytest.mark.parametrize("kind", ["circle", "moons"])
def test_one_output_is_told_as_two_shares(kind):
    run = Run(RunSpec.default().with_(**{"data.kind": kind}))
    run.advance(epochs=2)
    found, (low, high) = run.probe("wall", split="test"), run.spec.resolved.range
    output = run.predict(run.data("test").x)[found["samples"].values]
    np.testing.assert_allclose(found["shares"].values[:, 1], (output - low) / (high - low), atol=1e-6)
    np.testing.assert_allclose(found["shares"].values.sum(1), 1, atol=1e-6)


def test_answers_that_are_pictures_are_ordered_by_loss_too():
    run = digits(**{"data.target": "picture"})
    found = run.probe("wall", split="test")
    assert set(found) == {"samples", "losses", "target", "found", "of"} and (np.diff(found["losses"].values) <= 0).all()
    data = run.data("test")
    misses = np.square(run.predict(data.x) - data.target.numpy()).mean(1)
    np.testing.assert_allclose(found["losses"].values, np.sort(misses)[::-1][:60], rtol=1e-5)


@pytest.mark.parametrize("options", [{"split": "all"}, {"true": 10}, {"answer": -1}, {"limit": 10_000}, {"true": True}])
def test_options_that_are_none_are_refused(options):
    with pytest.raises(SpecError):
        digits(0).probe("wall", **options)


def test_pictures_are_those_of_the_data():
    """Oracle: the data themselves; of points of the plane the picture that the data set draws."""
    run = digits(0)
    found = run.probe("sample_pictures", split="test", samples=[3, 0, 100_000])
    pixels = found["test.pixels"]
    assert found["test.samples"].values.tolist() == [3, 0] and pixels.axes == ("sample", "row", "column", "channel")
    np.testing.assert_allclose(pixels.values[0, :, :, 0] / 255, run.data("test").x[3, 0], atol=1 / 500)
    run = Run(RunSpec.default().with_(**{"data.kind": "animals"}))
    found = run.probe("sample_pictures", split="train", samples=[5])["train.pixels"].values[0]
    np.testing.assert_array_equal(found, run.probe("sample_picture", sample=5)["train.pixels"].values)
    for samples in (list(range(65)), ["1"], "1"):
        with pytest.raises(SpecError):
            run.probe("sample_pictures", samples=samples)
