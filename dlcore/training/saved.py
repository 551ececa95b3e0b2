"""Saved runs: one file of a run's spec, journal, State and history, that opens anywhere and goes on to the bit.

The file is safetensors (https://github.com/huggingface/safetensors#format) with the rest as JSON in its metadata;
no pickle. Layout, version 1: "0/<group>" the State's buffers, "history", "layer_positions", "layer_statistics",
"snapshots" (n, 2) step and applied events of some snapshots and "snapshots/<group>" their buffers, "table" the bytes
of the own table where these were to be saved. A file is somebody else's: all of it is checked before anything of it
is used, and what is wrong is a SpecError("file", a sentence).
"""

from __future__ import annotations

import json
import math
from collections.abc import Container, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from safetensors.numpy import load, save

from dlcore import tables
from dlcore.limits import LIMITS
from dlcore.params import RESET, SpecError
from dlcore.training.checkpoint import MOST_SNAPSHOTS, Packed, pack, unpack
from dlcore.training.past import size_of
from dlcore.training.run import Run

NAME, VERSION = "glassbox.run", 1
LONGEST_HEADER = 32 * 2**20
SNAPSHOT_BYTES = 16 * 2**20
LONGEST_TEXT = 1_000
FOREIGN = "This is not a run that Glassbox saved. Choose a file that was made with Save."
DAMAGED = "This file was damaged, or ends too early, so nothing was opened. Take another copy of it, if there is one."
TOO_LARGE = "A saved run may have at most {most:,} MB; this one has {size:,}."
NO_TABLE = (
    "This network learned from data of somebody's own, which the file leaves out. Load the same data under Data "
    "first, then open this file again."
)
WITHOUT_TABLE = "The file leaves out your own data; who opens it has to load the same data first."
WITHOUT_FUTURE = "The file ends at step {step:,}, where the network stands now; what came after that is left out."


def to_bytes(run: Run, own_data: bool = False) -> tuple[bytes, list[str]]:
    """The run as a file's bytes, and sentences on what they leave out. SpecError where they would be too many."""
    moment, notes = run.moment(), []
    if moment.ahead is not None:
        notes.append(WITHOUT_FUTURE.format(step=run.step))
    if len(moment.journal.events) > LIMITS.max_saved_events:
        most, count = LIMITS.max_saved_events, len(moment.journal.events)
        raise SpecError("file", f"This run was changed {count:,} times; a file holds at most {most:,} changes.")
    room = max(0, min(SNAPSHOT_BYTES, LIMITS.max_file_bytes // 2 - size_of(moment.state)))
    packed = pack(run, moment.last(), [], [], room)
    arrays, meta = dict(packed.arrays), {**packed.meta, "version": VERSION, "table": None}
    file = run.asked.file
    if file and not tables.is_common(file):
        if own_data:
            table = tables.find(file, tables.OwnFile)
            arrays["table"], meta["table"] = np.frombuffer(table.source, np.uint8), table.name
        else:
            notes.append(WITHOUT_TABLE)
    data = save(arrays, {NAME: json.dumps(meta, allow_nan=True)})
    _check_size(len(data))
    return data, notes


def from_bytes(data: bytes, files: Container[str] | None = None) -> Run:
    """The run in a file's bytes. `files`: the keys of the own tables that it may use besides its own (all that this
    process remembers, by default). SpecError("file", a sentence) where they hold none."""
    meta = _meta(data)
    try:
        arrays = load(data)
    except Exception:
        _refuse(DAMAGED)
    try:
        _check_plain(meta, arrays)
        table = arrays.pop("table", None)
        if table is not None:
            tables.remember(_table_bytes(table), _text(meta["table"]))
        _check_file(meta, None if table is None else tables.key_of(_table_bytes(table)), files)
        run = unpack(Packed(arrays, meta))
        _check_run(run, meta, arrays)
    except SpecError as error:
        _refuse(error.message)
    except Exception:  # nothing that a file says may end more than its opening
        _refuse(DAMAGED)
    return run


def table_in(data: bytes) -> tuple[bytes, str] | None:
    """Bytes and name of the own table in a file, where there is one; imports no PyTorch. SpecError as `from_bytes`."""
    meta = _meta(data)
    try:
        table = load(data).get("table")
        return None if table is None else (_table_bytes(table), _text(meta["table"]))
    except Exception:
        _refuse(DAMAGED)


def write(run: Run, path: str | PathLike[str], own_data: bool = False) -> list[str]:
    """See `Run.save`."""
    data, notes = to_bytes(run, own_data)
    Path(path).write_bytes(data)
    return notes


def read(path: str | PathLike[str]) -> Run:
    """See `Run.open`."""
    file = Path(path)
    try:
        _check_size(file.stat().st_size)
        data = file.read_bytes()
    except OSError as error:
        raise SpecError("file", f"This file can't be read: {error.strerror}.") from None
    return from_bytes(data)


def _refuse(text: str) -> NoReturn:
    raise SpecError("file", text) from None


def _check_size(size: int) -> None:
    if size > LIMITS.max_file_bytes:
        _refuse(TOO_LARGE.format(most=LIMITS.max_file_bytes // 2**20, size=math.ceil(size / 2**20)))


def _meta(data: bytes) -> dict[str, Any]:
    """The file's own description, where it is a file of ours and of this version."""
    _check_size(len(data))
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > LONGEST_HEADER or data[8:9] != b"{":
        _refuse(FOREIGN)
    if length > len(data) - 8:
        _refuse(DAMAGED)
    try:
        header = json.loads(data[8 : 8 + length])
        text = header["__metadata__"][NAME]
    except (ValueError, KeyError, TypeError, RecursionError):
        _refuse(FOREIGN)
    try:
        meta = json.loads(text)
        version = meta["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        _refuse(DAMAGED)
    if version != VERSION:
        text = str(version)[:20]
        _refuse(f"This file was saved by another version of Glassbox ({text}); this one reads version {VERSION}.")
    return meta


def _check_plain(meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """ValueError where kinds and sizes of what is described are not what is written here."""
    (item,), (journal,) = meta["moments"], meta["journals"]
    step = _whole(item["step"])
    if item["journal"] != [0, len(journal)]:
        raise ValueError("another journal")
    if len(journal) > LIMITS.max_saved_events or len(meta["specs"]) > 2 or len(meta["members"]) > LIMITS.max_members:
        raise ValueError("too many")
    steps = [_whole(event["step"]) for event in journal]
    if steps != sorted(steps) or (steps and steps[-1] > step) or _whole(item["applied"]) != len(journal):
        raise ValueError("events out of order")
    if any(len(str(event["kind"])) > 40 for event in journal) or meta["ahead"] is not False or meta["redo"] != 0:
        raise ValueError("not a saved run")
    if any(array.dtype.kind not in "fiu" for array in arrays.values()):
        raise ValueError("numbers of another kind")
    places = arrays.get("snapshots", np.empty((0, 2)))
    # The spec at each is worked out from the journal, so that many would take long.
    if len(places) > MOST_SNAPSHOTS or not (np.diff(places[:, 0]) > 0).all():
        raise ValueError("too many snapshots, or out of order")
    for words in (meta.get("trouble"), meta.get("stopped")):
        for value in (words or {}).values():
            _text(value) if isinstance(value, str) else float(value)


def _check_file(meta: Mapping[str, Any], own: str | None, files: Container[str] | None) -> None:
    """SpecError where the specs speak of a table that is neither in the file nor among `files`."""
    for spec in meta["specs"]:
        data = spec["data"]
        key = data.get("file")
        if not key or key == own or tables.is_common(key):
            continue
        if not tables.knows(key) or (files is not None and key not in files):
            raise SpecError("file", NO_TABLE)


def _check_run(run: Run, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """ValueError where what was opened does not fit together, or could not go on."""
    (item,) = meta["moments"]
    journal, moment = run.journal, run.moment()
    spec = run.origin
    for event in journal.events:
        run.check(event)
        spec, before = event.applied_to(spec), spec
        if event.kind == "change" and before.effect_of(spec) == RESET:
            raise ValueError("a change that would have started the run anew")
    if spec != run.spec or run.step != item["step"]:
        raise ValueError("spec and journal say different things")
    _check_state(run, {name.removeprefix("0/"): array for name, array in arrays.items() if name.startswith("0/")})
    for snapshot in moment.snapshots.kept()[1:]:  # the start was not in the file
        if not 0 < snapshot.step <= run.step or not 0 <= snapshot.applied <= len(journal.events):
            raise ValueError("a snapshot of another time")
        _check_state(run, {group: buffer.numpy() for group, buffer in snapshot.state.items()})
    fresh = Run(run.origin, members=[{}, *run.others] if run.others else None).recorded
    fresh = fresh.with_metrics([metric.id for metric in run.task.metrics])
    rows = arrays["history"]
    if run.recorded.columns != fresh.columns or rows.shape[1:] != fresh.all_rows().shape[1:] or not len(rows):
        raise ValueError("another history")
    if rows[0, 0] != 0 or rows[-1, 0] > run.step or not (np.diff(rows[:, 0]) > 0).all():
        raise ValueError("a history out of order")
    if arrays["layer_statistics"].shape[1:] != fresh.layers.statistics().shape[1:]:
        raise ValueError("another history of layers")
    walked = len(run.task.coming_batch(run.state)) if "trace" in run.spec.provides else 0
    if not 0 <= _whole(item["sample"]) <= walked:
        raise ValueError("no such sample")
    run.asked, run.metrics  # noqa: B018  what can't be measured or asked can't be shown


def _check_state(run: Run, arrays: Mapping[str, np.ndarray]) -> None:
    """ValueError where buffers are not made like the run's own, or hold numbers that training never leaves."""
    own = {group: buffer.numpy() for group, buffer in run.state.copy().items()}
    if own.keys() != arrays.keys():
        raise ValueError("another State")
    for group, array in arrays.items():
        if array.shape != own[group].shape or array.dtype != own[group].dtype:
            raise ValueError("a State of another shape")
        if array.dtype.kind == "i" and not (0 <= array.min(initial=0) and array.max(initial=0) < 2**53):
            raise ValueError("counters out of range")
    if not np.isfinite(arrays["parameters"]).all():
        raise ValueError("weights that are not numbers")


def _table_bytes(array: np.ndarray) -> bytes:
    if array.dtype != np.uint8 or array.ndim != 1:
        raise ValueError("a table is bytes")
    return array.tobytes()


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise ValueError("not a whole number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError("not a short text")
    return value
