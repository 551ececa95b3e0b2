"""Layer norm: the sums of all neurons of a layer get mean 0 and spread 1, for each sample by itself.

    ẑ = (z − μ) / √(σ² + ε)          y = γ·ẑ + β

μ and σ² are taken over the neurons of the layer, so it does the same in training and afterwards,
and works with batches of any size. γ and β are learned, one of each for every neuron.

    ∂L/∂z = 1/√(σ² + ε) · (δ − mean δ − ẑ·mean(δ·ẑ)) with δ = γ·∂L/∂y          means over the layer

Source: Ba, Kiros & Hinton, Layer normalization (2016); ε as in `torch.nn.LayerNorm`.
"""

from __future__ import annotations

from dlcore.norms import (
    EPSILON,
    Norm,
    gain_and_shift,
    gain_and_shift_slopes,
    mean_and_variance,
    no_buffers,
    normalize,
    normalized_slope,
)


def statistics(z, buffers, train):
    """See `Norm`: (…, n, 1) each, of every sample's own layer."""
    return z.mean(-1, keepdim=True), z.var(-1, correction=0, keepdim=True)


def forward(z, weights, buffers, train):
    """(…, n, m) → the same shape, see `Norm`. `saved` is (ẑ, 1/√(σ² + ε))."""
    mean, variance = statistics(z, buffers, train)
    scale = (variance + EPSILON).rsqrt()
    level = (z - mean) * scale
    normalized = level * weights["gain"].unsqueeze(-2) + weights["shift"].unsqueeze(-2)
    return normalized, (level, scale), {}


def backward(gradient, saved, weights):
    """See `Norm`; (…, n, m), the parameters' (…, m)."""
    level, scale = saved
    found = {"gain": (gradient * level).sum(-2), "shift": gradient.sum(-2)}
    delta = gradient * weights["gain"].unsqueeze(-2)
    delta = delta - delta.mean(-1, keepdim=True) - level * (delta * level).mean(-1, keepdim=True)
    return delta * scale, found


def buffers_expression(buffers, mean, variance, samples):
    """Nothing is kept from batch to batch."""
    return {}


def slope_expression(index, gradients, values, learned, mean, variance, own):
    """See `Norm`."""
    return normalized_slope(index, gradients, values, learned, mean, variance)


def export(shape):
    """See `Norm`: of pictures every value is a unit."""
    return f"nn.LayerNorm({shape[0] if len(shape) == 1 else list(shape)})"


ENTRY = Norm(
    id="layer",
    label="Layer norm",
    sentence="The sums of a layer's neurons get mean 0 and spread 1 for each sample, then a learned gain and shift.",
    formula="y = γ·(z − μ)/√(σ² + ε) + β, over the layer",
    source="Ba, Kiros & Hinton (2016), Layer normalization",
    order=30,
    parameters=gain_and_shift,
    buffers=no_buffers,
    forward=forward,
    backward=backward,
    statistics=statistics,
    expression=normalize,
    statistics_expression=mean_and_variance,
    buffers_expression=buffers_expression,
    slope_expression=slope_expression,
    learned_slopes=gain_and_shift_slopes,
    across="neurons",
    export=export,
    names={"gain": "weight", "shift": "bias"},
)
