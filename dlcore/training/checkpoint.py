"""Checkpoints: a run as bytes, so that another process can go on with it. Safetensors, no pickle."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from dlcore.lazy import torch
from dlcore.spec import RunSpec
from dlcore.training.history import History, LayerHistory
from dlcore.training.journal import Journal
from dlcore.training.outcome import Trouble
from dlcore.training.past import Moment, size_of
from dlcore.training.run import Run
from dlcore.training.stopping import Stopped

VERSION = 1
UNDO_KEPT = 20
# Undo of a large network is cut shorter: a checkpoint is made every second, and the server keeps one per run.
MOST_BYTES = 32 * 2**20


def checkpoint(run: Run) -> bytes:
    """The run's spec, journal, State, history and its latest moments of undo and redo."""
    now = run.moment()
    undo, redo = _latest(run.past.undo, now), _latest(run.past.redo, now)
    moments = [now, *undo, *redo]
    specs: dict[int, tuple[int, RunSpec]] = {}  # by identity: moments share most of theirs
    for spec in (spec for moment in moments for spec in (moment.origin, moment.spec)):
        specs.setdefault(id(spec), (len(specs), spec))
    arrays: dict[str, np.ndarray] = {
        "history": run.recorded.all_rows(),
        "layer_positions": run.recorded.layers.positions(),
        "layer_statistics": run.recorded.layers.statistics(),
    }
    for index, moment in enumerate(moments):
        for group, buffer in moment.state.copy().items():
            arrays[f"{index}/{group}"] = buffer.numpy()
    meta = {
        "version": VERSION,
        "columns": run.recorded.columns,
        "stepper": run.stepper_choice,
        "members": run.others,
        "specs": [spec.to_dict() for _, spec in specs.values()],
        "moments": [
            _describe(moment, specs[id(moment.origin)][0], specs[id(moment.spec)][0]) for moment in moments
        ],
        "redo": len(redo),
        "trouble": run.trouble and asdict(run.trouble),
        "stopped": run.stopped and asdict(run.stopped),
    }
    return save(arrays, {"run": json.dumps(meta)})


def restore(data: bytes) -> Run:
    """The run that `checkpoint` gave, at the same weights and step. Older curves of undone runs are gone."""
    arrays = load(data)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    meta = json.loads(header["__metadata__"]["run"])
    if meta["version"] != VERSION:
        raise ValueError(f"a checkpoint of version {meta['version']} can't be read by version {VERSION}")
    described, specs = meta["moments"], [RunSpec.from_dict(spec) for spec in meta["specs"]]
    run = _begun(specs[described[0]["origin"]], meta["stepper"], meta["members"])
    history = History.from_rows(meta["columns"], arrays["history"])
    history.layers = LayerHistory.from_rows(arrays["layer_positions"], arrays["layer_statistics"])
    moments = [_moment(run, item, specs, history, index, arrays) for index, item in enumerate(described)]
    run.go(moments[0])
    undone = len(moments) - meta["redo"]
    run.past.undo, run.past.redo = moments[1:undone], moments[undone:]
    if meta.get("trouble"):
        run.trouble = Trouble(**meta["trouble"])
    if meta.get("stopped"):
        run.stopped = Stopped(**meta["stopped"])
    return run


def _begun(origin: RunSpec, stepper: str, others: list[dict[str, Any]]) -> Run:
    return Run(origin, stepper=stepper, members=[{}, *others] if others else None)


def _latest(moments: list[Moment], now: Moment) -> list[Moment]:
    """The last moments, as many as a checkpoint has room for beside `now`."""
    left = MOST_BYTES - size_of(now.state)
    kept: list[Moment] = []
    for moment in reversed(moments[-UNDO_KEPT:]):
        left -= size_of(moment.state)
        if left < 0:
            break
        kept.insert(0, moment)
    return kept


def _describe(moment: Moment, origin: int, spec: int) -> dict[str, Any]:
    return {
        "origin": origin,
        "spec": spec,
        "journal": moment.journal.to_list(),
        "applied": moment.applied,
        "step": moment.step,
        "sample": moment.sample,
        "version": moment.version,
        "waiting": moment.waiting,
    }


def _moment(
    run: Run,
    item: dict[str, Any],
    specs: list[RunSpec],
    history: History,
    index: int,
    arrays: dict[str, np.ndarray],
) -> Moment:
    """One described moment; a moment of another origin begins its history and snapshots anew."""
    origin = specs[item["origin"]]
    other = run if origin == run.origin else _begun(origin, run.stepper_choice, run.others)
    prefix = f"{index}/"
    return Moment(
        origin=origin,
        spec=specs[item["spec"]],
        journal=Journal.from_list(item["journal"]),
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
        waiting=item.get("waiting"),
    )
