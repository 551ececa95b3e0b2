"""Checkpoints: a run as bytes, so that another process can go on with it. Safetensors, no pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from dlcore.drawn import DRAWN
from dlcore.lazy import torch
from dlcore.spec import RunSpec
from dlcore.training.computing import CPU, Computing
from dlcore.training.history import History, LayerHistory
from dlcore.training.journal import Event, Journal
from dlcore.training.outcome import Trouble
from dlcore.training.past import Moment, Snapshot, Snapshots, size_of
from dlcore.training.run import Run
from dlcore.training.stopping import Stopped

VERSION = 3
UNDO_KEPT = 20
# Undo of a large network is cut shorter: a checkpoint is made every second, and the server keeps one per run.
MOST_BYTES = 32 * 2**20
SNAPSHOT_BYTES = 2**20
MOST_SNAPSHOTS = 32
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Packed:
    """A run taken apart: named arrays and plain JSON."""

    arrays: Arrays
    meta: Mapping[str, Any]


def checkpoint(run: Run, undo: bool = True) -> bytes:
    """The run's spec, journal, State, history, some snapshots, and its latest moments of undo and redo.

    Without `undo` more snapshots, for a run that becomes this one and has a past of its own.
    """
    now = run.moment()
    if not undo:
        packed = pack(run, now, [], [], MOST_BYTES)
        return save(dict(packed.arrays), {"run": json.dumps(packed.meta)})
    left = MOST_BYTES - size_of(now.state) - (size_of(now.ahead.state) if now.ahead else 0)
    back, left = _latest(run.past.undo, left)
    forward, _ = _latest(run.past.redo, left)
    packed = pack(run, now, back, forward, SNAPSHOT_BYTES)
    return save(dict(packed.arrays), {"run": json.dumps(packed.meta)})


def restore(data: bytes, computing: Computing | None = None) -> Run:
    """The run that `checkpoint` gave, at the same weights and step, computed where `computing` says (by default here,
    on the CPU). Older curves of undone runs are gone."""
    arrays = load(data)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    meta = json.loads(header["__metadata__"]["run"])
    if meta["version"] != VERSION:
        raise ValueError(f"a checkpoint of version {meta['version']} can't be read by version {VERSION}")
    run = unpack(Packed(arrays, meta))
    if computing is not None:
        run.compute_on(computing)
    return run


def pack(run: Run, now: Moment, undo: list[Moment], redo: list[Moment], snapshot_bytes: int) -> Packed:
    """A run at a moment, with others to come back to, and as many of its snapshots as have room."""
    moments = [now, *([now.ahead] if now.ahead else []), *(moment.last() for moment in [*undo, *redo])]
    journals, places = _shared([moment.journal.events for moment in moments])
    specs: dict[int, tuple[int, RunSpec]] = {}  # by identity: moments share most of theirs
    for spec in (spec for moment in moments for spec in (moment.origin, moment.spec)):
        specs.setdefault(id(spec), (len(specs), spec))
    arrays: dict[str, np.ndarray] = {
        "history": now.history.all_rows(),
        "layer_positions": now.history.layers.positions(),
        "layer_statistics": now.history.layers.statistics(),
    }
    for index, moment in enumerate(moments):
        for group, buffer in moment.state.copy().items():
            arrays[f"{index}/{group}"] = buffer.numpy()
    arrays |= _pack_snapshots(now, snapshot_bytes)
    meta = {
        "version": VERSION,
        "columns": now.history.columns,
        "members": run.others,
        "specs": [spec.to_dict() for _, spec in specs.values()],
        "journals": [Journal(events).to_list() for events in journals],
        "moments": [
            _describe(moment, specs[id(moment.origin)][0], specs[id(moment.spec)][0], place)
            for moment, place in zip(moments, places, strict=True)
        ],
        "ahead": now.ahead is not None,
        "redo": len(redo),
        "trouble": run.trouble and asdict(run.trouble),
        "stopped": run.stopped and asdict(run.stopped),
    }
    return Packed(arrays, meta)


def unpack(packed: Packed) -> Run:
    """The run that was packed."""
    arrays, meta = packed.arrays, packed.meta
    described, specs = meta["moments"], [RunSpec.from_dict(spec) for spec in meta["specs"]]
    run = _begun(specs[described[0]["origin"]], described[0]["stepper"], meta["members"])
    history = History.from_rows(meta["columns"], arrays["history"])
    history.layers = LayerHistory.from_rows(arrays["layer_positions"], arrays["layer_statistics"])
    journals = [Journal.from_list(events) for events in meta["journals"]]
    moments = [_moment(run, item, specs, journals, history, index, arrays) for index, item in enumerate(described)]
    snapshots = _unpack_snapshots(run, moments[0], arrays)
    ahead = _with(moments[1], history, snapshots) if meta["ahead"] else None
    run.go(_with(moments[0], history, snapshots, ahead))
    others = moments[1 + meta["ahead"] :]
    undone = len(others) - meta["redo"]
    run.past.undo, run.past.redo = others[:undone], others[undone:]
    if meta.get("trouble"):
        run.trouble = Trouble(**meta["trouble"])
    if meta.get("stopped"):
        run.stopped = Stopped(**meta["stopped"])
    return run


def _begun(origin: RunSpec, stepper: str, others: list[dict[str, Any]]) -> Run:
    return Run(origin, device=CPU, stepper=stepper, members=[{}, *others] if others else None)


def _latest(moments: list[Moment], left: int) -> tuple[list[Moment], int]:
    """The last moments, as many as so many bytes have room for, and the bytes that are left."""
    kept: list[Moment] = []
    for moment in reversed(moments[-UNDO_KEPT:]):
        left -= size_of(moment.state)
        if left < 0:
            break
        kept.insert(0, moment)
    return kept, left


def _shared(journals: list[tuple[Event, ...]]) -> tuple[list[tuple[Event, ...]], list[tuple[int, int]]]:
    """The journals that none of the others goes on from; and for each given one which of these it begins, and how
    many events of it. Moments of one way differ in how far they have come, and an hour makes a thousand events."""
    whole: list[tuple[Event, ...]] = []
    places = []
    for events in journals:
        for at, known in enumerate(whole):
            most = min(len(events), len(known))
            if events[:most] == known[:most]:
                whole[at] = max(events, known, key=len)
                break
        else:
            at = len(whole)
            whole.append(events)
        places.append((at, len(events)))
    return whole, places


def _describe(moment: Moment, origin: int, spec: int, journal: tuple[int, int]) -> dict[str, Any]:
    return {
        "origin": origin,
        "spec": spec,
        "journal": journal,
        "applied": moment.applied,
        "step": moment.step,
        "sample": moment.sample,
        "waiting": moment.waiting,
        "stepper": moment.stepper,
    }


def _moment(
    run: Run,
    item: Mapping[str, Any],
    specs: list[RunSpec],
    journals: list[Journal],
    history: History,
    index: int,
    arrays: Arrays,
) -> Moment:
    """One described moment; a moment of another origin begins its history and snapshots anew."""
    origin = specs[item["origin"]]
    other = run if origin == run.origin else _begun(origin, item["stepper"], run.others)
    prefix = f"{index}/"
    return Moment(
        origin=origin,
        spec=specs[item["spec"]],
        journal=journals[item["journal"][0]].up_to(item["journal"][1]),
        applied=item["applied"],
        step=item["step"],
        sample=item["sample"],
        version=-1 - index,  # versions of another process say nothing here, and no two may look alike
        state={
            name.removeprefix(prefix): torch.from_numpy(array.copy())
            for name, array in arrays.items()
            if name.startswith(prefix)
        },
        history=history.up_to(item["step"]) if other is run else other.recorded,
        snapshots=other.snapshots.up_to(0),
        waiting={DRAWN: waiting} if isinstance(waiting := item.get("waiting"), list) else waiting,
        stepper=item["stepper"],
    )


def _with(moment: Moment, history: History, snapshots: Snapshots, ahead: Moment | None = None) -> Moment:
    """The moment with the whole time around it."""
    return replace(moment, history=history, snapshots=snapshots, ahead=ahead)


def _pack_snapshots(now: Moment, room: int) -> dict[str, np.ndarray]:
    """The snapshots that are made like the State now, stacked: "snapshots/<group>"; the start is not needed."""
    like = {group: buffer.shape for group, buffer in now.state.copy().items()}
    fitting = [
        each
        for each in now.snapshots.kept()
        if each.step and {group: buffer.shape for group, buffer in each.state.items()} == like
    ]
    most = min(MOST_SNAPSHOTS, room // max(size_of(now.state), 1))
    if not fitting or not most:
        return {}
    chosen = sorted({round(at) for at in np.linspace(0, len(fitting) - 1, min(most, len(fitting)))})
    kept = [fitting[at] for at in chosen]
    places = np.array([(each.step, each.applied) for each in kept], dtype=np.int64)
    stacked = {
        f"snapshots/{group}": np.stack([each.state[group].numpy() for each in kept]) for group in like
    }
    return {"snapshots": places, **stacked}


def _unpack_snapshots(run: Run, now: Moment, arrays: Arrays) -> Snapshots:
    kept = run.snapshots.up_to(0).kept()
    specs: dict[int, RunSpec] = {now.applied: now.spec}
    for index, (step, applied) in enumerate(arrays.get("snapshots", np.empty((0, 2), np.int64)).tolist()):
        if applied not in specs:
            specs[applied] = now.journal.spec_after(applied, now.origin)
        state = {
            name.removeprefix("snapshots/"): torch.from_numpy(array[index].copy())
            for name, array in arrays.items()
            if name.startswith("snapshots/")
        }
        kept.append(Snapshot(step, applied, state, specs[applied]))
    return Snapshots.of(kept)
