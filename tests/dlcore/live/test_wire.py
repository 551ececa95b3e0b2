"""Frames are safetensors (oracle: the safetensors library), and their bytes never change by accident."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load

from dlcore.live.wire import Channel, decode_frame, encode_frame
from dlcore.probes import Named

# The JavaScript decoder is tested against these same bytes; a change of them is a new version.
GOLDEN = Path(__file__).with_name("golden_frame.hex")


def example():
    arrays = {
        "output_map/output": Named(np.array([[0, 128, 255]], np.uint8), ("row", "column"), (-1.0, 1.0)),
        "parameters/layers.0.bias": Named(np.array([0.5, -2.0], np.float32), ("unit",)),
    }
    return encode_frame(arrays, {"step": 3, "numbers": {"train_loss": float("nan"), "η": 0.03}})


def test_golden_bytes():
    assert example() == bytes.fromhex(GOLDEN.read_text())


def test_safetensors_reads_frames():
    arrays = load(example())
    assert arrays["output_map/output"].tolist() == [[0, 128, 255]]
    assert arrays["parameters/layers.0.bias"].tolist() == [0.5, -2.0]


def test_round_trip_with_axes_ranges_and_no_nan():
    arrays, frame = decode_frame(example())
    assert frame["axes"]["output_map/output"] == ["row", "column"]
    assert frame["ranges"] == {"output_map/output": [-1.0, 1.0]}
    assert frame["numbers"] == {"train_loss": None, "η": 0.03}
    assert frame["version"] == 1
    assert arrays["output_map/output"].dtype == np.uint8


@given(st.lists(st.tuples(st.sampled_from("Bfidq?"), st.lists(st.integers(0, 4), max_size=3)), max_size=6))
def test_any_arrays_arrive_aligned(kinds):
    """Typed arrays in a browser need four-byte values at multiples of four from the start."""
    given = {f"p/{i}": np.ones(shape, np.dtype(kind)) for i, (kind, shape) in enumerate(kinds)}
    data = encode_frame(given, {})
    assert int.from_bytes(data[:8], "little") % 8 == 0
    for name, array in load(data).items():
        assert array.shape == given[name].shape
        assert (array == given[name]).all()
        assert array.dtype.itemsize in (1, 4)
    arrays, _ = decode_frame(data)
    order = [array.dtype.itemsize for array in arrays.values()]
    assert order == sorted(order, reverse=True)


def test_what_cannot_be_sent_is_said():
    with pytest.raises(TypeError, match="complex128"):
        encode_frame({"p/a": np.ones(2, complex)}, {})
    with pytest.raises(ValueError, match="no frame"):
        decode_frame(b"123")


def test_channel_carries_messages_and_ends():
    ours, theirs = (Channel(end) for end in socket.socketpair())
    large = bytes(range(256)) * 20_000
    sender = threading.Thread(target=ours.send, args=({"op": "checkpoint", "at": float("inf")}, large))
    sender.start()
    assert theirs.poll(5)
    assert theirs.receive() == ({"op": "checkpoint", "at": None}, large)
    sender.join()
    assert not theirs.poll(0)
    ours.close()
    with pytest.raises(EOFError):
        theirs.receive()
