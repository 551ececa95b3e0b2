"""Weights in a link: exact, and nothing that a link may say does more than leave them out."""

import numpy as np
import pytest

from dlcore.link_text import read_weights, write_weights
from dlcore.links import read_link
from dlcore.params import SpecError


def test_weights_come_back_to_the_bit():
    rng = np.random.default_rng(2)
    weights = {"layers.0.weight": rng.normal(size=(4, 2)).astype(np.float32), "layers.0.bias": np.float32([0.1, -0.0])}
    found = read_weights(write_weights(weights))
    assert {name: array.tobytes() for name, array in found.items()} == {
        name: array.tobytes() for name, array in weights.items()
    }
    assert found["layers.0.weight"].shape == (4, 2)


@pytest.mark.parametrize("text", [
    "", "a", "a:1", "a:1:", "a:1:AAAA", "a:1:é", "a:-1:AAAAAA", "a::AAAAAA", "a:x:AAAAAA", "a:2:AAAAAA", "A b:1:AAAAAA",
    "a:1:AAAAAA;", "a:0:", "a:0x99999999999999999999:", "a:99999999999x99999999999:AAAAAA", "a:²:AAAAAA",
])  # fmt: skip
def test_anything_else_is_refused_and_said(text):
    with pytest.raises(SpecError):
        read_weights(text)
    spec, _, notes = read_link(f"v=1&layers=4&weights={text}")
    assert spec.get("network.initializer")["kind"] != "given"
    assert not text or any("could not be used" in note for note in notes)


def test_weights_of_another_network_are_not_taken():
    weights = {"layers.0.weight": np.ones((4, 2), np.float32), "layers.0.bias": np.float32([np.nan] * 4)}
    spec, _, notes = read_link(f"v=1&layers=4&weights={write_weights(weights)}")
    assert spec.get("network.initializer")["kind"] != "given" and any("could not be used" in note for note in notes)
