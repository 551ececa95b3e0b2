"""What happened in the course of a run: the marks of its timeline."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """marks: U8 (bytes,), UTF-8 JSON: [{"step", "epoch", "kind", "text", "ahead"}, …] in order of their step.

    Kinds: start, change, points, edit, freeze, surgery, best_test, best_validation, trouble, stopped, undo.
    """
    text = json.dumps(context.marks, ensure_ascii=False, separators=(",", ":"))
    return {"marks": Named(np.frombuffer(text.encode(), np.uint8), ("byte",))}


ENTRY = Probe(
    id="timeline",
    label="Timeline",
    sentence="What happened in the course of the training: changes, edits, points drawn, the best losses.",
    arrays=arrays,
    needs=("marks",),
    rate="marks",
)
