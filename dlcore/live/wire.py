"""Bytes on the wire: frames to the browser, and messages between server and workers.

A frame has the layout of a safetensors file: header length (u64, little-endian), a JSON header, raw
little-endian buffers. So any safetensors reader opens one, and a browser needs only `JSON.parse` and
typed-array views. Format: https://github.com/huggingface/safetensors#format.

Messages between processes are JSON with raw bytes behind them. Never pickle: what comes out of a
worker that reads people's specs must not be able to run code in the server.
"""

from __future__ import annotations

import json
import math
import select
import socket
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

VERSION = 1
AT_ONCE = 256 * 1024  # bytes of messages between processes that are taken in by one call
_NUMPY = {"U8": np.dtype("u1"), "F32": np.dtype("<f4"), "I32": np.dtype("<i4")}
_TYPES = {kind: name for name, kind in _NUMPY.items()}
# The only types a browser needs: wider ones are narrowed, so a typed array fits every buffer.
_NARROWER = {
    np.dtype("f8"): _NUMPY["F32"],
    np.dtype("f2"): _NUMPY["F32"],
    np.dtype("i8"): _NUMPY["I32"],
    np.dtype("?"): _NUMPY["U8"],
}


def encode_frame(arrays: Mapping[str, Any], frame: Mapping[str, Any]) -> bytes:
    """One frame as bytes.

    arrays: "<probe>/<array>" → a `dlcore.probes.Named` (its axes and range go into the frame's JSON)
    or a plain array. frame: the rest of the frame's JSON; numbers that are not finite become null,
    because JSON has none. Four-byte buffers come first, so every buffer is aligned for typed arrays.
    TypeError for an array of a type that cannot be sent.
    """
    axes, ranges, plain = {}, {}, {}
    for name, array in arrays.items():
        if hasattr(array, "axes"):
            axes[name] = list(array.axes)
            if array.range is not None:
                ranges[name] = _plain(array.range)
            array = array.values
        plain[name] = _sendable(name, array)
    header: dict[str, Any] = {
        "__metadata__": {
            "frame": to_json({"version": VERSION, **frame, "axes": axes, "ranges": ranges}).decode()
        }
    }
    buffers, offset = [], 0
    for name, array in sorted(plain.items(), key=lambda item: -item[1].itemsize):
        end = offset + array.nbytes
        header[name] = {
            "dtype": _TYPES[array.dtype],
            "shape": array.shape,
            "data_offsets": [offset, end],
        }
        buffers.append(array.tobytes())
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *buffers])


def decode_frame(data: bytes) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and the frame's JSON; ValueError where the bytes are no frame."""
    try:
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
        frame = json.loads(header.pop("__metadata__")["frame"])
        arrays = {}
        for name, entry in header.items():
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            arrays[name] = np.frombuffer(data[start:end], _NUMPY[entry["dtype"]]).reshape(entry["shape"])
    except (struct.error, KeyError, TypeError) as error:
        raise ValueError(f"These bytes are no frame ({error}).") from error
    return arrays, frame


def to_json(value: Any) -> bytes:
    """Compact JSON that every browser reads: what is not finite becomes null, NumPy numbers become plain."""
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, TypeError):
        return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _sendable(name: str, array: Any) -> np.ndarray:
    array = np.asarray(array)
    if array.dtype in _TYPES:
        return array
    if array.dtype in _NARROWER:
        return array.astype(_NARROWER[array.dtype])
    raise TypeError(f"{name}: arrays of {array.dtype} cannot be sent; use uint8, float32 or int32.")


class Channel:
    """Messages over a stream socket: a JSON object and, behind it, bytes.

    Layout: length of the JSON, length of the bytes (both u32, little-endian), JSON, bytes. One thread
    may send while another receives. EOFError or OSError when the other side is gone.
    """

    def __init__(self, stream: socket.socket):
        self._socket = stream
        self._ahead = bytearray()  # received, but not asked for yet
        stream.setblocking(True)

    def send(self, header: Mapping[str, Any], payload: bytes = b"") -> None:
        """Send one message; blocks while the other side's buffer is full."""
        text = to_json(header)
        self._socket.sendall(struct.pack("<II", len(text), len(payload)) + text + payload)

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """The next message; blocks until it is whole. EOFError at the end of the stream."""
        text, payload = struct.unpack("<II", self._exactly(8))
        return json.loads(self._exactly(text)), self._exactly(payload)

    def poll(self, timeout: float | None = 0.0) -> bool:
        """Whether something (or the end) is there to receive, after waiting at most so many seconds."""
        return bool(self._ahead) or bool(select.select([self._socket], [], [], timeout)[0])

    def close(self) -> None:
        """Close both directions; a receive that waits in another thread ends with EOFError."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def _exactly(self, count: int) -> bytes:
        # As much as there is at once: each call lets go of Python's lock, and a thread that runs a page
        # keeps it for milliseconds before this one has it back.
        while len(self._ahead) < count:
            got = self._socket.recv(max(AT_ONCE, count - len(self._ahead)))
            if not got:
                raise EOFError("the other side closed the channel")
            self._ahead += got
        found = bytes(memoryview(self._ahead)[:count])
        del self._ahead[:count]
        return found
