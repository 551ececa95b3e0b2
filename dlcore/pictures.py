"""Own pictures: what a browser made of somebody's PNG and JPEG files, as bytes that need no decoder.

The browser opens the files, shrinks each to one small square, and sends bare numbers; so no decoder of pictures runs
on the server. Layout: one line `MAGIC`; one line of JSON {"shape": [channels, rows, columns], "classes": [names],
"count": n}; n bytes, the class of each; then n · rows · columns · channels bytes, 0 dark and 255 light. What is wrong
is a SpecError("data.file", a sentence).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from dlcore.limits import LIMITS
from dlcore.params import SpecError

PATH = "data.file"
MAGIC = b"glassbox pictures 1\n"
LONGEST_HEADER = 4096
MOST_CLASSES = 8  # so many colours can be told apart by everybody
FEWEST, SMALLEST = 4, 4
FOREIGN = "These are no pictures that the page has sent. Please load the pictures once more."


@dataclass(frozen=True)
class Pictures:
    """Small pictures, all of one shape. `pixels` (samples, rows, columns, channels) uint8, `labels` (samples,) uint8
    the number of the class in `classes`; `key` is the hash of `source`, the bytes as they came."""

    key: str
    name: str
    classes: tuple[str, ...]
    pixels: np.ndarray = field(repr=False)
    labels: np.ndarray = field(repr=False)
    source: bytes = field(default=b"", repr=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one sample: channels, rows, columns."""
        _, rows, columns, channels = self.pixels.shape
        return channels, rows, columns


def are_pictures(data: bytes) -> bool:
    """Whether bytes begin as own pictures do."""
    return data[: len(MAGIC)] == MAGIC


def write_pictures(pixels: np.ndarray, labels: np.ndarray, classes: list[str]) -> bytes:
    """The bytes of pictures uint8 (samples, rows, columns, channels) with the number of each one's class."""
    count, rows, columns, channels = pixels.shape
    header = {"shape": [channels, rows, columns], "classes": list(classes), "count": count}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return MAGIC + text + b"\n" + labels.astype(np.uint8).tobytes() + np.ascontiguousarray(pixels, np.uint8).tobytes()


def read_pictures(data: bytes, name: str = "") -> Pictures:
    """The pictures in bytes that a browser sent; SpecError where there are none, or too many."""
    if len(data) > LIMITS.max_own_picture_bytes:
        most = LIMITS.max_own_picture_bytes / 2**20
        _refuse(f"These pictures have {len(data) / 2**20:.1f} MB together; at most {most:g} MB can be taken.")
    end = data.find(b"\n", len(MAGIC), len(MAGIC) + LONGEST_HEADER)
    if not are_pictures(data) or end < 0:
        _refuse(FOREIGN)
    try:
        header = json.loads(data[len(MAGIC) : end])
    except (ValueError, RecursionError):
        _refuse(FOREIGN)
    (channels, rows, columns), classes, count = _checked(header)
    size = channels * rows * columns
    if len(data) - end - 1 != count * (1 + size):
        _refuse("The pictures came cut short. Please load them once more.")
    labels = np.frombuffer(data, np.uint8, count, end + 1)
    pixels = np.frombuffer(data, np.uint8, count * size, end + 1 + count).reshape(count, rows, columns, channels)
    counts = np.bincount(labels, minlength=len(classes))
    if len(counts) > len(classes):
        _refuse(FOREIGN)
    if not counts.all():
        missing = classes[int(np.argmin(counts))]
        _refuse(f"The class “{missing}” has no picture. Add one, or take the class away.")
    return Pictures(hashlib.sha256(data).hexdigest()[:32], name, classes, pixels, labels, bytes(data))


def _checked(header: Any) -> tuple[tuple[int, int, int], tuple[str, ...], int]:
    """Shape, classes and count of a header."""
    if not isinstance(header, Mapping):
        _refuse(FOREIGN)
    shape, classes, count = header.get("shape"), header.get("classes"), header.get("count")
    whole = [*shape, count] if isinstance(shape, list) and len(shape) == 3 else [None]
    if not all(type(number) is int and number > 0 for number in whole) or shape[0] not in (1, 3):
        _refuse(FOREIGN)
    if not SMALLEST <= min(shape[1:]) <= max(shape[1:]) <= LIMITS.max_own_picture_side:
        most = LIMITS.max_own_picture_side
        _refuse(f"A side of a picture may have {SMALLEST} to {most} pixels; these have {shape[1]} and {shape[2]}.")
    if not FEWEST <= count <= LIMITS.max_own_pictures:
        _refuse(f"There may be {FEWEST} to {LIMITS.max_own_pictures:,} pictures; these are {count:,}.")
    if not isinstance(classes, list) or not all(_is_name(name) for name in classes):
        _refuse("The name of a class is one line of 1 to 40 characters.")
    if not 2 <= len(classes) <= MOST_CLASSES or len(set(classes)) < len(classes):
        _refuse(f"There must be 2 to {MOST_CLASSES} classes with different names; these are {len(classes)}.")
    return tuple(shape), tuple(classes), count


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name.strip()) and len(name) <= 40 and name.isprintable()


def _refuse(text: str) -> NoReturn:
    raise SpecError(PATH, text)
