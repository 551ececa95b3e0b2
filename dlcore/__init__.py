"""Glassbox's core: build, train and look into small networks, from a page or a notebook.

    from dlcore import Run, RunSpec
    run = Run(RunSpec.default())
    run.advance(epochs=100)
    run.metrics
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlcore.params import SpecError
from dlcore.spec import RunSpec, ViewSpec

if TYPE_CHECKING:
    from dlcore.training.run import Run

__all__ = ["Run", "RunSpec", "SpecError", "ViewSpec"]


def __getattr__(name: str) -> Any:
    """`Run` is imported when it is first asked for: it needs PyTorch, which takes a second."""
    if name == "Run":
        from dlcore.training.run import Run

        return Run
    raise AttributeError(f"module 'dlcore' has no attribute {name!r}")
