"""What reading a link takes, ours or TensorFlow Playground's: its pairs, and values tried with a note on bad ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote

from dlcore.limits import LIMITS
from dlcore.params import SpecError
from dlcore.spec import RunSpec, fit


def pairs_of(text: str) -> tuple[dict[str, str], list[str]]:
    """The key=value pairs of a link's hash (or its query, or the bare text), and notes."""
    text = str(text).strip()
    if len(text) > LIMITS.max_link_characters:
        return {}, [f"This link is longer than {LIMITS.max_link_characters:,} characters and was not read."]
    bare = text.split("#", 1)[1] if "#" in text else text.split("?", 1)[1] if "?" in text else text
    if "://" in bare or ("=" not in bare and bare):
        return {}, ["This link holds no settings that can be read."]
    return {key: unquote(value) for key, value in parse_qsl(bare, keep_blank_values=True, max_num_fields=None)}, []


def attempt(spec: RunSpec, changes: dict[str, Any], key: str, given: str, notes: list[str]) -> RunSpec:
    """The spec with these changes, as `fit` makes them, or as it was; what there is to say goes into `notes`."""
    try:
        spec, more = fit(spec, changes)
    except SpecError as error:
        more = [note(key, given, error)]
    notes += more
    return spec


def note(key: str, given: str, error: SpecError) -> str:
    """The sentence on a value of a link that was not allowed."""
    return f"The link says {key[:40]}={given[:60]}: {error.message} The default was taken instead."
