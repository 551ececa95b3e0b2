"""Numbers as texts. Oracle: what `pages/_stage/js/format.js` makes of the same numbers, run under Node."""

import math

import pytest

from dlcore.expressions import figures

WRITTEN = [
    (0, "0", "0.0000"), (-1, "−1.00", "−1.0000"), (0.5, "0.500", "0.5000"), (1.125, "1.13", "1.1250"),
    (2.675, "2.68", "2.6750"), (9.995, "10.0", "9.9950"), (0.03125, "0.0313", "0.0313"), (99.95, "100", "99.9500"),
    (0.00015625, "1.56e−4", "1.6e−4"), (999.5, "1,000", "999.5000"), (12345, "12,300", "1.2e4"),
    (1234567, "1,230,000", "1.2e6"), (9999999, "10,000,000", "1.0e7"), (1e7, "1.00e7", "1.0e7"),
    (0.001, "0.00100", "0.0010"), (0.0009999, "1.00e−3", "1.0e−3"), (-2.5e-9, "−2.50e−9", "−2.5e−9"),
    (1e300, "1.00e300", "1.0e300"), (5e-324, "4.94e−324", "4.9e−324"), (999.99996, "1,000", "1000.0000"),
    (-1000.4, "−1,000", "−1.0e3"), (0.00125, "0.00125", "0.0013"), (-0.0, "0", "0.0000"),
    (math.inf, "∞", "∞"), (-math.inf, "−∞", "−∞"), (math.nan, "NaN", "NaN"),
]  # fmt: skip


@pytest.mark.parametrize("value, number, loss", WRITTEN)
def test_digits_are_those_of_the_screen(value, number, loss):
    assert figures.number(value) == number
    assert figures.loss(value) == loss


@pytest.mark.parametrize(
    "value, text",
    [(1, "1"), (0.9, "0.9"), (1e-8, "1e−8"), (-0.01, "−0.01"), (250, "250"), (0.999, "0.999"), (math.inf, "∞")],
)
def test_a_constant_is_as_short_as_it_is(value, text):
    assert figures.constant(value) == text


def test_losses_have_four_decimals_wherever_they_are_written():
    for address in ("sample_loss", "train.batch_loss", "test_loss", "penalty"):
        assert figures.of(0.25, address) == "0.2500"
    assert figures.of(0.25, "layers.0.weight[0,1]") == figures.of(0.25) == "0.250"
