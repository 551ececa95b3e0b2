"""What holds for every loss. Oracle: `torch.autograd` on the entry's own value."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf
from dlcore.losses import CODINGS

each = pytest.mark.parametrize(
    "entry, kind",
    [(entry, kind) for entry in catalogue("losses").values() for kind in entry.codings],
    ids=lambda value: getattr(value, "id", value),
)


def sample(entry, kind, count=300, dtype=torch.float64):
    """Random predictions and targets (samples, columns), coded as the loss wants them."""
    generator = torch.Generator().manual_seed(1)
    coding, _ = entry.codings[kind]
    columns = {"binary": 2, "classes": 3}[kind] if coding == "one_hot" else 1
    prediction = torch.randn(count, columns, generator=generator, dtype=dtype) * 2
    label = torch.randint(0, max(columns, 2), (count,), generator=generator)
    target = {
        "number": torch.randn(count, columns, generator=generator, dtype=dtype),
        "sign": (2 * label - 1)[:, None].to(dtype),
        "zero_one": label[:, None].to(dtype),
        "one_hot": torch.nn.functional.one_hot(label, max(columns, 2)).to(dtype),
    }[coding]
    return prediction, target


@each
def test_codings_are_known(entry, kind):
    assert kind in ("number", "binary", "classes")
    coding, output = entry.codings[kind]
    assert coding in CODINGS
    assert output in catalogue("activations") or (output == "softmax" and coding == "one_hot")
    if entry.from_logits:
        assert not entry.free_output, "a loss of logits has its activation inside"


@each
def test_derivative_equals_autograd(entry, kind):
    prediction, target = sample(entry, kind)
    prediction.requires_grad_()
    (expected,) = torch.autograd.grad(entry.value(prediction, target).sum(), prediction)
    found = entry.derivative(prediction.detach(), target)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)


@each
def test_derivative_equals_autograd_where_the_output_is_zero(entry, kind):
    """Zero weights give output 0: both steppers must start alike from there, kink or not."""
    prediction, target = sample(entry, kind)
    prediction = torch.zeros_like(prediction, requires_grad=True)
    (expected,) = torch.autograd.grad(entry.value(prediction, target).sum(), prediction)
    torch.testing.assert_close(entry.derivative(prediction.detach(), target), expected)


@each
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_out_equals_pure(entry, kind, dtype):
    prediction, target = sample(entry, kind, dtype=dtype)
    kept = prediction.clone(), target.clone()
    pure = entry.derivative(prediction, target)
    room = torch.full_like(prediction, 7)
    assert entry.derivative(prediction, target, out=room) is room
    torch.testing.assert_close(room, pure)
    assert pure.shape == prediction.shape and pure.dtype == dtype
    assert torch.equal(prediction, kept[0]) and torch.equal(target, kept[1])


@each
def test_one_value_for_each_sample_never_negative(entry, kind):
    prediction, target = sample(entry, kind)
    value = entry.value(prediction, target)
    assert value.shape == prediction.shape[:-1]
    assert (value >= 0).all() and torch.isfinite(value).all()


@each
def test_leading_axes_are_separate_networks(entry, kind):
    prediction, target = sample(entry, kind)
    many = torch.stack([prediction, prediction * 0.5, -prediction])
    for k in range(3):
        torch.testing.assert_close(entry.value(many, target)[k], entry.value(many[k], target))
        torch.testing.assert_close(entry.derivative(many, target)[k], entry.derivative(many[k], target))


@each
def test_finite_where_the_network_is_surely_wrong(entry, kind):
    prediction, target = sample(entry, kind)
    value = entry.value(prediction * 1e4, target)
    slope = entry.derivative(prediction * 1e4, target)
    assert torch.isfinite(value).all() and torch.isfinite(slope).all()


@each
def test_a_step_downhill_lowers_it(entry, kind):
    prediction, target = sample(entry, kind)
    lower = prediction - 0.01 * entry.derivative(prediction, target)
    assert entry.value(lower, target).mean() < entry.value(prediction, target).mean()


@each
@pytest.mark.parametrize("scale", [0, 1, 30, 1e4])
def test_expressions_equal_what_trains(entry, kind, scale):
    """The trees' values in float64 against the entry's own functions in float32; sure and very wrong outputs too."""
    prediction, target = sample(entry, kind, count=60, dtype=torch.float32)
    prediction = prediction * scale
    value, slope = entry.value(prediction, target), entry.derivative(prediction, target)
    for i in range(len(prediction)):
        outputs = [Leaf(f"o{k}", number, f"o[{k}]") for k, number in enumerate(prediction[i])]
        targets = [Leaf(f"y{k}", number, f"y[{k}]") for k, number in enumerate(target[i])]
        slopes = [entry.slope_expression(outputs, targets, column) for column in range(len(outputs))]
        pairs = [(entry.expression(outputs, targets), value[i]), *zip(slopes, slope[i], strict=True)]
        for found, expected in pairs:
            close = 3e-6 * found.magnitude + torch.finfo(torch.float32).tiny  # below which float32 counts as 0
            assert abs(found.value - expected.item()) <= close, (prediction[i], target[i])
