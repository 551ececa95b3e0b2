"""Every limit in one place. Each can be set by an environment variable: GLASSBOX_MAX_LAYERS=128.

A value over a limit is refused with a sentence that names the limit.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any


@dataclass(frozen=True)
class Limits:
    """What one server allows. Sizes in bytes, times in seconds.

    `heavy_step`: a run whose step or picture takes longer moves to the heavy worker. `stuck_after`: a
    worker that was not heard of for so long is replaced. `max_sources`: layers that one layer brings together.
    `max_values` and `max_multiply_adds`: what all layers compute of one sample. `max_given_values`: start
    weights that a spec may spell out. `max_script_values`: numbers that an exported script may spell out, and
    `max_archive_values` those that may lie beside it.
    `max_surgery_values`: weights and biases that one operation of surgery may change or freeze, and all that
    the journal keeps of those drawn anew. `max_frozen_values`: all that are frozen at once.
    `largest_value`: weights that are set by hand, and inputs and places of the plane that are made up.
    `max_drawn_points`: points drawn by hand, of which a link holds `max_link_points`.
    `max_table_bytes`, `max_table_rows` and `max_table_columns`: an own file that is read; of its
    rows `max_table_points` are used. `max_tables`: own files that one sitting holds.
    `max_sets`: other data that a run is scored on, with `max_evaluated` samples of each. `max_curated`: samples
    that are left out, labelled anew or brought in, of which a link holds `max_link_curated`.
    `max_own_pictures`, `max_own_picture_side` and `max_own_picture_bytes`: pictures that somebody loads.
    `max_picture_bytes`: drawn pictures that a process keeps, to draw them once.
    `max_past_bytes`: snapshots of one run, and as much again what undo and what redo lead to.
    `max_walked_samples`: samples of a batch whose single values a walk sends. `max_file_bytes` and
    `max_saved_events`: a saved run, and what was done to it. `max_runs`: runs of one sitting, side by side.
    `max_members`: networks that one run trains together. `workers`: how many worker processes, 0 for
    one per core; `max_threads`, how many threads a run may have, 0 for as many as cores.
    `allowed_origins`: hosts, separated by commas, whose pages may open a socket besides the server's
    own ("learn.example.org").
    """

    max_layers: int = 64
    max_units: int = 4096
    max_sources: int = 8
    max_parameters: int = 5_000_000
    max_values: int = 1_000_000
    max_multiply_adds: int = 500_000_000
    max_given_values: int = 20_000
    max_script_values: int = 60_000
    max_archive_values: int = 20_000_000
    max_surgery_values: int = 20_000
    max_frozen_values: int = 100_000
    largest_value: float = 1e6
    max_drawn_points: int = 1_000
    max_link_points: int = 200
    max_table_bytes: int = 4 * 2**20
    max_table_rows: int = 50_000
    max_table_columns: int = 1_000
    max_table_points: int = 5_000
    max_tables: int = 10
    max_sets: int = 8
    max_evaluated: int = 200
    max_curated: int = 2_000
    max_link_curated: int = 300
    max_own_pictures: int = 2_000
    max_own_picture_side: int = 64
    max_own_picture_bytes: int = 24 * 2**20
    max_picture_bytes: int = 32 * 2**20
    max_members: int = 256
    picture_layers: int = 8
    picture_units: int = 32
    max_undo: int = 100
    max_snapshots: int = 256
    max_past_bytes: int = 64 * 2**20
    max_saved_events: int = 5_000
    max_file_bytes: int = 96 * 2**20
    max_runs: int = 4
    max_sittings: int = 200
    max_message_bytes: int = 256 * 1024
    max_messages_per_second: int = 400
    max_link_characters: int = 8_000
    max_subscriptions: int = 16
    max_probes: int = 32
    max_credits: int = 4
    max_walked_samples: int = 100
    abandoned_after: float = 600.0
    ping_patience: float = 1.5
    checkpoint_every: float = 1.0
    heavy_step: float = 0.05
    stuck_after: float = 20.0
    workers: int = 0
    max_threads: int = 0
    allowed_origins: str = ""

    @classmethod
    def from_environment(cls) -> Limits:
        """The defaults, each replaced by GLASSBOX_<NAME> where that is set."""
        given = {field.name: os.environ.get(f"GLASSBOX_{field.name.upper()}") for field in fields(cls)}
        return cls(**{name: _read(text, type(getattr(cls, name))) for name, text in given.items() if text})


def _read(text: str, kind: type) -> int | float | str:
    return text if kind is str else kind(float(text))


LIMITS = Limits.from_environment()


def is_number(value: Any) -> bool:
    """Whether that is a number, and no larger than `LIMITS.largest_value`; a flag is none."""
    return isinstance(value, Real) and not isinstance(value, bool) and bool(abs(value) <= LIMITS.largest_value)
