"""The browser's decoder of frames, held against the encoder that is written in Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Error, Page

from dlcore.live.wire import decode_frame, encode_frame
from dlcore.probes import Named
from tests.browser._drive import bytes_of

MODULE = "/stage/js/wire.js"
GOLDEN = Path(__file__).parents[1] / "dlcore" / "live" / "golden_frame.hex"
TYPES = {"uint8": "Uint8Array", "float32": "Float32Array", "int32": "Int32Array"}


@pytest.fixture(scope="module")
def page(tab: Callable[..., Page]) -> Page:
    """A page whose decoder is asked."""
    return tab()


def frames() -> dict[str, bytes]:
    """Frames of every type and shape that there is."""
    rng = np.random.default_rng(1)
    maps = Named(rng.integers(0, 256, (3, 33, 33), np.uint8), ("unit", "row", "column"), (-1.0, 1.0))
    return {
        "golden": bytes.fromhex(GOLDEN.read_text()),
        "empty": encode_frame({}, {"step": 0}),
        "mixed": encode_frame(
            {
                "p/bytes": np.arange(5, dtype=np.uint8),
                "neuron_maps/layers.0": maps,
                "p/weights": rng.normal(size=(4, 3)).astype(np.float32),
                "p/odd": np.array([np.nan, np.inf, -np.inf, 1e-45, -0.0], np.float32),
                "p/counts": np.array([-(2**31), 2**31 - 1], np.int32),
                "p/none": np.zeros((0, 4), np.float32),
                "p/wide": rng.normal(size=7),
            },
            {"step": 12, "epoch": 3, "numbers": {"η": 0.1, "train_loss": 1 / 3, "away": float("inf")}},
        ),
    }


@pytest.mark.parametrize("name", ["golden", "empty", "mixed"])
def test_both_read_the_same(page: Page, name: str) -> None:
    data = frames()[name]
    arrays, frame = decode_frame(data)
    seen = bytes_of(page, MODULE, data)
    assert seen["frame"] == frame
    assert list(seen["arrays"]) == list(arrays)
    for key, array in arrays.items():
        found = seen["arrays"][key]
        assert found["type"] == TYPES[array.dtype.name]
        assert found["shape"] == list(array.shape)
        np.testing.assert_array_equal(np.array(found["data"], array.dtype), array.ravel())
        assert found["axes"] == frame["axes"].get(key)
        assert found["range"] == frame["ranges"].get(key)


def test_a_frame_that_was_cut_short_is_an_error_not_a_picture(page: Page) -> None:
    data = frames()["mixed"]
    for length in (0, 7, 20, len(data) - 1):
        with pytest.raises(Error):
            bytes_of(page, MODULE, data[:length])
