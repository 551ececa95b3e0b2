"""Every layer's distributions. Oracle: NumPy on the run's own parameters, trace and predictions."""

import numpy as np
import pytest

from dlcore import Run, RunSpec
from dlcore.probes.histograms import BINS
from dlcore.training.checkpoint import checkpoint, restore
from dlcore.training.distributions import POINTS, QUANTITIES, STATISTICS, VALUES, distributions
from dlcore.training.history import MOST_LAYER_ROWS

LAYERS = [{"units": 5, "activation": "relu"}, {"units": 3, "activation": "tanh"}]
SPEC = RunSpec.default().with_(**{"network.layers": LAYERS, "learning.penalty": "l2"})


def expected(run: Run) -> dict[tuple[str, int], np.ndarray]:
    """All values by quantity and layer, from the run's public reading alone."""
    parameters, batch, found = run.parameters, run.trace(), {}
    samples = [run.trace(sample) for sample in range(len(run.data("train")))]
    for layer in range(3):
        address = f"layers.{layer}"
        weight, bias = parameters[f"{address}.weight"], parameters[f"{address}.bias"]
        gradients = [batch[f"{address}.{name}.grad"].ravel() for name in ("weight", "bias")]
        found["weights", layer], found["biases", layer] = weight.ravel(), bias
        found["gradients", layer] = np.concatenate(gradients)
        found["activations", layer] = np.concatenate([sample[f"{address}.activation"][0] for sample in samples])
    return found


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
def test_histograms_and_statistics_are_those_of_the_runs_own_numbers(stepper):
    run = Run(SPEC, stepper=stepper)
    run.advance(steps=40)
    arrays = run.probe("histograms")
    counts, spans, statistics = (arrays[name].values for name in ("counts", "spans", "statistics"))
    assert len(run.data("train")) <= POINTS, "so that all of them are counted"
    for (quantity, layer), values in expected(run).items():
        at = QUANTITIES.index(quantity)
        low, high = spans[at].astype(float)
        assert low <= values.min() and values.max() <= high * (1 + 1e-6)
        edges = np.histogram(values, bins=BINS, range=(low, high))[0]
        # a value at a bin's very edge may fall to either side
        assert counts[at, layer].sum() == len(values) == edges.sum()
        assert np.abs(np.cumsum(counts[at, layer]) - np.cumsum(edges)).max() <= 1
        by_name = dict(zip(STATISTICS, statistics[at, layer].astype(float), strict=True))
        assert by_name["count"] == len(values)
        wanted = [values.mean(), values.std(), np.abs(values).mean(), values.min(), values.max(), (values == 0).mean()]
        names = ("mean", "deviation", "size", "low", "high", "zero")
        assert [by_name[name] for name in names] == pytest.approx(wanted, rel=1e-4, abs=1e-6)
        slope = {0: values > 0, 1: 1 - values**2, 2: 1 - values**2}[layer]
        if quantity == "activations":
            assert by_name["flat"] == pytest.approx((np.abs(slope) < 0.05).mean(), abs=2 / len(values))
        else:
            assert np.isnan(by_name["flat"])


def test_all_layers_share_a_scale_and_weights_share_it_with_biases():
    run = Run(SPEC)
    run.edit("layers.2.bias[0]", 7.2)
    spans = run.probe("histograms")["spans"].values
    assert spans[0].tolist() == spans[1].tolist() == [-7.5, 7.5]


def test_what_is_read_of_a_large_layer_is_bounded():
    run = Run(RunSpec.default().with_(**{"network.layers": [{"units": 300}, {"units": 300}], "data.samples": 2000}))
    found = distributions(run)
    assert found.sizes.max() <= VALUES
    weight = run.parameters["layers.1.weight"]
    assert found.of("weights", 1).std() == pytest.approx(weight.std(), rel=0.1)
    assert len(np.unique(np.flatnonzero(np.isin(weight, found.of("weights", 1).astype(np.float32))) % 300)) == 300


def test_numbers_beyond_all_bounds_are_left_out_of_the_picture():
    run = Run(SPEC)
    run.state["layers.0.weight"][0, 0] = float("inf")
    arrays = run.probe("histograms")
    assert np.isfinite(arrays["spans"].values).all()
    assert arrays["counts"].values[0, 0].sum() == 9
    assert np.isnan(arrays["statistics"].values[0, 0, STATISTICS.index("mean")])


def test_the_layers_history_is_what_a_run_that_stops_there_has():
    run = Run(SPEC)
    run.advance(steps=100)
    layers = run.recorded.layers
    assert layers.positions()[:, 0].tolist() == [0, 16, 32, 48, 64, 80, 96]
    for step, statistics in zip((0, 16, 96), layers.statistics()[[0, 1, 6]], strict=True):
        twin = Run(SPEC)
        twin.advance(steps=step)
        assert np.array_equal(statistics, distributions(twin).statistics(), equal_nan=True)


def test_the_layers_history_stays_small_and_even_and_goes_back_with_the_run():
    run = Run(SPEC)
    run.advance(steps=700)
    steps = run.recorded.layers.positions()[:, 0]
    assert MOST_LAYER_ROWS / 2 <= len(steps) <= MOST_LAYER_ROWS
    assert np.unique(np.diff(steps)).tolist() == [32]
    copy = restore(checkpoint(run)).recorded.layers
    assert np.array_equal(copy.positions(), run.recorded.layers.positions())
    assert np.array_equal(copy.statistics(), run.recorded.layers.statistics(), equal_nan=True)
    assert [copy.is_due(step) for step in (703, 704, 720, 736)] == [False, True, False, True]
    run.seek(300)
    run.advance(steps=1)
    assert run.recorded.layers.last_step == 288
    run.reset()
    assert run.recorded.layers.positions()[:, 0].tolist() == [0]


def test_a_run_without_points_has_weights_and_no_activations():
    run = Run(RunSpec.default().with_(**{"data.kind": "points"}))
    assert len(run.data("train")) == 0
    statistics = dict(zip(QUANTITIES, run.probe("histograms")["statistics"].values[:, 0], strict=True))
    assert statistics["weights"][0] == 8
    assert statistics["activations"][0] == 0 and np.isnan(statistics["activations"][1])
