"""What reading a link takes, ours or TensorFlow Playground's: its pairs, and values tried with a note on bad ones."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import numpy as np

from dlcore.fitting import fit
from dlcore.limits import LIMITS
from dlcore.params import SpecError
from dlcore.spec import RunSpec


def pairs_of(text: str) -> tuple[dict[str, str], list[str]]:
    """The key=value pairs of a link's hash (or its query, or the bare text), and notes."""
    text = str(text).strip()
    if len(text) > LIMITS.max_link_characters:
        return {}, [f"This link is longer than {LIMITS.max_link_characters:,} characters and was not read."]
    bare = text.split("#", 1)[1] if "#" in text else text.split("?", 1)[1] if "?" in text else text
    if "://" in bare or ("=" not in bare and bare):
        return {}, ["This link holds no settings that can be read."]
    return {key: unquote(value) for key, value in parse_qsl(bare, keep_blank_values=True, max_num_fields=None)}, []


def attempt(
    spec: RunSpec, changes: dict[str, Any], key: str, given: str, notes: list[str], begin: bool = False
) -> RunSpec:
    """The spec with these changes, as `fit` makes them, or as it was; what there is to say goes into `notes`."""
    try:
        spec, more = fit(spec, changes, begin)
        more = [] if begin else more  # nobody's network gave way to the one that suits these data
    except SpecError as error:
        more = [note(key, given, error)]
    notes += more
    return spec


def note(key: str, given: str, error: SpecError) -> str:
    """The sentence on a value of a link that was not allowed."""
    return f"The link says {key[:40]}={given[:60]}: {error.message} The default was taken instead."


def write_weights(weights: Mapping[str, np.ndarray]) -> str:
    """Weights as a link holds them, "layers.0.weight:4x2:<float32, base64>;layers.0.bias:4:…": exact, and short."""
    parts = []
    for address, array in weights.items():
        shape = "x".join(map(str, array.shape))
        parts.append(f"{address}:{shape}:{base64.urlsafe_b64encode(array.astype('<f4').tobytes()).decode().rstrip('=')}")
    return ";".join(parts)


def read_weights(text: str) -> dict[str, np.ndarray]:
    """What `write_weights` wrote; SpecError for anything else. Whether they fit a network is the spec's to say."""
    found = {}
    for part in text.split(";"):
        address, _, rest = part.partition(":")
        shape, _, code = rest.partition(":")
        sizes = [int(size) for size in shape.split("x")] if re.fullmatch(r"\d{1,6}(x\d{1,6}){0,3}", shape) else [0]
        try:
            data = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        except ValueError:
            data = b""
        # No array of a network is empty, so that what can't be read never fits.
        if not data or len(data) != 4 * math.prod(sizes) or not re.fullmatch(r"[a-z0-9_.]{1,60}", address):
            raise SpecError("weights", "They are not written as a link holds them, or the link was cut short.")
        found[address] = np.frombuffer(data, "<f4").reshape(sizes)
    return found
