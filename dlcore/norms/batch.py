"""Batch norm: every neuron's sums get mean 0 and spread 1 over the samples of a batch.

    ẑ = (z − μ) / √(σ² + ε)          y = γ·ẑ + β

μ and σ² are the mean and the variance of one neuron's sums over the batch, γ and β are learned.
With single samples there is nothing to compare, so a prediction uses running means of μ and σ²
instead (eval mode), each moved a tenth of the way at every step:

    μ̄ ← 0.9·μ̄ + 0.1·μ              σ̄² ← 0.9·σ̄² + 0.1·σ²·n / (n − 1)

Where the end of an epoch leaves a batch of one sample, the running means stand in as well.

    ∂L/∂z = γ/√(σ² + ε) · (δ − mean δ − ẑ·mean(δ·ẑ)) with δ = ∂L/∂y          means over the batch

Symbols: n samples, m units, … any leading axes (several networks at once).

Source: Ioffe & Szegedy, Batch normalization (2015); ε and the tenth as in `torch.nn.BatchNorm1d`.
"""

from __future__ import annotations

from dlcore.lazy import torch
from dlcore.norms import (
    EPSILON,
    Norm,
    gain_and_shift,
    gain_and_shift_slopes,
    mean_and_variance,
    normalize,
    normalized_slope,
    spread_of,
)

MOMENTUM = 0.1


def buffers(units):
    """The running mean, from 0, and the running variance, from 1: (m,) each."""
    return {"running_mean": ((units,), 0.0), "running_variance": ((units,), 1.0)}


def statistics(z, buffers, train):
    """See `Norm`: (…, 1, m) each, of the batch itself, or in eval mode and of a single sample the running ones."""
    if train and z.shape[-2] > 1:
        return z.mean(-2, keepdim=True), z.var(-2, correction=0, keepdim=True)
    return buffers["running_mean"].unsqueeze(-2), buffers["running_variance"].unsqueeze(-2)


def forward(z, weights, buffers, train):
    """(…, n, m) → the same shape, see `Norm`. `saved` is (ẑ, 1/√(σ² + ε), whether of the batch itself)."""
    samples = z.shape[-2]
    own = train and samples > 1
    mean, variance = statistics(z, buffers, train)
    moved = {}
    if own:
        wider = variance.detach().squeeze(-2) * (samples / (samples - 1))
        moved = {
            "running_mean": torch.lerp(buffers["running_mean"], mean.detach().squeeze(-2), MOMENTUM),
            "running_variance": torch.lerp(buffers["running_variance"], wider, MOMENTUM),
        }
    scale = (variance + EPSILON).rsqrt()
    level = (z - mean) * scale
    normalized = level * weights["gain"].unsqueeze(-2) + weights["shift"].unsqueeze(-2)
    return normalized, (level, scale, own), moved


def backward(gradient, saved, weights):
    """See `Norm`; all of the batch's shape (…, n, m), the parameters' (…, m)."""
    level, scale, own = saved
    found = {"gain": (gradient * level).sum(-2), "shift": gradient.sum(-2)}
    delta = gradient * weights["gain"].unsqueeze(-2)
    if own:
        delta = delta - delta.mean(-2, keepdim=True) - level * (delta * level).mean(-2, keepdim=True)
    return delta * scale, found


def buffers_expression(buffers, mean, variance, samples):
    """See `Norm`."""
    sizes = {"running_mean": mean, "running_variance": variance * samples / (samples - 1)}
    return {
        name: ((1 - MOMENTUM) * buffer + MOMENTUM * sizes[name]).told("Move ", buffer, " a tenth of the way.")
        for name, buffer in buffers.items()
    }


def slope_expression(index, gradients, values, learned, mean, variance, own):
    """See `Norm`."""
    if own:
        return normalized_slope(index, gradients, values, learned, mean, variance)
    slope = learned["gain"] * gradients.at(index) / spread_of(variance)
    return slope.told("Multiply the slope by the gain and divide it by the spread, which this batch does not move.")


def export(shape):
    """See `Norm`: of pictures (channels, rows, columns) every channel is a unit."""
    return f"nn.BatchNorm{1 if len(shape) == 1 else 2}d({shape[0]})"


ENTRY = Norm(
    id="batch",
    label="Batch norm",
    sentence="Every neuron's sums get mean 0 and spread 1 over the samples of a batch, then a learned gain and shift.",
    formula="y = γ·(z − μ)/√(σ² + ε) + β, over the batch",
    source="Ioffe & Szegedy (2015), Batch normalization",
    order=20,
    parameters=gain_and_shift,
    buffers=buffers,
    forward=forward,
    backward=backward,
    statistics=statistics,
    expression=normalize,
    statistics_expression=mean_and_variance,
    buffers_expression=buffers_expression,
    slope_expression=slope_expression,
    learned_slopes=gain_and_shift_slopes,
    across="samples",
    export=export,
    names={"gain": "weight", "shift": "bias", "running_mean": "running_mean", "running_variance": "running_var"},
)
