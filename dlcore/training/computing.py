"""Where a run is computed: on which device, with how many threads, and whether with half as many digits.

That is no part of a spec: a link opens anywhere, with whatever device there is. The choice is "auto", a kind ("cpu",
"cuda", "mps") or one device ("cuda:1"); what it came to is in the journal. Bit-equality is promised on the CPU with one
thread. Whatever is shown is computed on the CPU, from a copy of the numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from dlcore.lazy import torch
from dlcore.limits import LIMITS
from dlcore.params import KEEP, Param, SpecError

AUTO, CPU, CUDA = "auto", "cpu", "cuda"
# Multiply–adds of a step from which on a graphics processor is taken by itself. One core does some ten billion a
# second, so that is a hundredth of one; to start a step's hundred operations one by one takes such a device nearly so
# long, whatever their size.
WORTH_IT = 100_000_000
LABELS = {AUTO: "Automatic", CPU: "CPU", CUDA: "CUDA", "mps": "MPS"}
MISSING = {
    CUDA: "This machine has no CUDA graphics processor that PyTorch can use, so the CPU computes.",
    "mps": "This machine has no Apple graphics processor (MPS) that PyTorch can use, so the CPU computes.",
}
NO_AUTOCAST = "Only a CUDA device computes with half the digits, so this run keeps all of them."
PARAMS = (
    Param(
        id="device",
        label="Device",
        kind="choice",
        default=AUTO,
        choices=tuple(LABELS),
        labels=tuple(LABELS.values()),
        sentence="Automatic takes a graphics processor, if there is one, for large networks; small ones are faster "
        "on the CPU. Only there two runs are equal to the last digit.",
        on_change=KEEP,
    ),
    Param(
        id="autocast",
        label="Half the digits",
        kind="flag",
        default=False,
        sentence="On CUDA, products are computed in bfloat16, with 8 binary digits in place of 24: faster, less exact. "
        "Receipts and the microscope keep all digits, so they differ a little.",
        on_change=KEEP,
    ),
    Param(
        id="threads",
        label="Threads",
        kind="integer",
        default=1,
        minimum=1,
        maximum=256,
        sentence="How many cores a step on the CPU may use; only large networks gain by it. From two on sums are added "
        "in another order, so a repeated run may differ in the last digits.",
        on_change=KEEP,
    ),
)


def choices(most: int = 0) -> list[Param]:
    """What can be chosen here: no more threads than `most`, 0 for as many as there are cores."""
    return [replace(param, maximum=most or cores()) if param.id == "threads" else param for param in PARAMS]


@dataclass(frozen=True)
class Computing:
    """What a person chose; `threads` None leaves the process's own number as it is."""

    device: str = AUTO
    autocast: bool = False
    threads: int | None = 1

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Computing:
        """Of plain JSON; what is missing takes its default. SpecError for anything that is not allowed."""
        known = {param.id: param for param in PARAMS}
        for name in given:
            if name not in known:
                raise SpecError(f"computing.{name[:40]}", f"There is nothing called “{name[:40]}” to choose here.")
        return cls(**{name: known[name].validate(value, f"computing.{name}") for name, value in given.items()})

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Placed:
    """What a choice comes to: the devices to choose from, and a sentence where it is not what was chosen."""

    devices: tuple[str, ...]
    note: str = ""


@cache
def available() -> tuple[str, ...]:
    """The devices that PyTorch has here: "cpu", then "cuda:0", "cuda:1" …, "mps"."""
    found = [CPU]
    if torch.cuda.is_available():
        found += [f"{CUDA}:{index}" for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)


def placed(choice: str, devices: Sequence[str], work: float) -> Placed:
    """Where a run of that choice is computed, of `devices`; a step of it makes `work` multiply–adds.

    A device that is missing falls back to the CPU with a sentence. SpecError("device", …) for what is none.
    """
    kind = choice.partition(":")[0] if isinstance(choice, str) else ""
    if kind not in LABELS:
        names = ", ".join(LABELS)
        raise SpecError("device", f"“{str(choice)[:40]}” is not a device. Choose one of {names}.")
    if choice == AUTO:
        others = tuple(device for device in devices if device != CPU)
        return Placed(others if others and work >= WORTH_IT else (CPU,))
    fitting = tuple(device for device in devices if choice in (device, device.partition(":")[0]))
    return Placed(fitting) if fitting else Placed((CPU,), MISSING.get(kind, MISSING[CUDA]))


def work_of(described: Mapping[str, Any]) -> float:
    """Multiply–adds of one step, of what `describe(spec)` tells; 0 for a network that is not finished."""
    return (described.get("cost") or {}).get("training", 0) * described.get("batch", 1)


def told(device: str) -> str:
    """How people call a device: "CPU", "CUDA", "CUDA 2" for the second of several."""
    kind, _, index = device.partition(":")
    return LABELS.get(kind, kind) + (f" {int(index) + 1}" if index not in ("", "0") else "")


def told_place(where: Mapping[str, Any]) -> str:
    """The place that a journal's entry names: "CPU with 2 threads"."""
    count = where.get("threads", 1)
    return told(where["device"]) + (f" with {count} threads" if count > 1 else "")


def threads_of(choice: Computing, device: str, most: int | None = None) -> int | None:
    """The threads that a run gets: one beside a graphics processor, no more than `most`, by default the machine's."""
    if choice.threads is None:
        return None
    return 1 if device != CPU else min(choice.threads, most or LIMITS.max_threads or cores())


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """PyTorch uses so many threads within; None leaves it as it is."""
    before = torch.get_num_threads()
    if count is None or count == before:
        yield
        return
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
