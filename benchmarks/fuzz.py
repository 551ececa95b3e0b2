"""Nonsense by the thousand: specs, links, socket messages and tables that no page would send.

    python benchmarks/fuzz.py [--count 10000] [--seed 1] [--only specs|links|messages|tables] [--limit 10]

Half of the cases are valid ones with a byte, a value or a name changed, half are made up. Whatever
comes, the answer must be a sentence: a SpecError, a note, a "refused". What is counted as a fault: any
other exception, a sentence that is none, a case that takes longer than --limit seconds of processor
time, and memory that goes on growing. A fault is printed with the case that caused it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import signal
import string
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the app's workers
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dlcore.catalogue import catalogue  # noqa: E402
from dlcore.link_text import write_weights  # noqa: E402
from dlcore.links import write_link  # noqa: E402
from dlcore.live.local import LocalHub  # noqa: E402
from dlcore.live.protocol import Conversation  # noqa: E402
from dlcore.live.wire import encode_frame  # noqa: E402
from dlcore.network.shapes import describe  # noqa: E402
from dlcore.params import SpecError  # noqa: E402
from dlcore.spec import RunSpec, ViewSpec  # noqa: E402
from dlcore.tfp_links import TFP_KEYS  # noqa: E402
from dlcore.training.run import Run  # noqa: E402

ODD = [
    None, True, False, 0, -1, 1, 2, 3, 0.5, 1e308, -1e308, 1e-320, float("inf"), float("nan"), 2**63, 10**30,
    "", "0", "1e999", "auto", "none", "null", "NaN", "x1", "tanh", "\x00", "‮", "\ud800", "🧠" * 50, "a" * 5000,
    "1" * 5000, [], {}, [[]], [None], {"kind": None}, {"kind": "dense"}, {"": ""}, {"kind": "dense", "units": 10**9},
    [1] * 1000,
    "<script>alert(1)</script>", "../../etc/passwd", "__class__", "layers.0.weight[0,0]", {"__proto__": 1},
]  # fmt: skip
PROBES = [{"id": name} for name in ("neuron_maps", "parameters", "output_map", "points", "loss_curve")]
SMALL_MB = 50.0  # growth of memory from the middle to the end that is no leak


def word(rng: random.Random) -> str:
    """Some text."""
    return "".join(rng.choices(string.printable + "äπ∞−１٣", k=rng.randint(0, 12)))


def value(rng: random.Random, depth: int = 0) -> Any:
    """Any JSON value, most of them small."""
    kind = rng.random()
    if kind < 0.6 or depth > 3:
        return rng.choice(ODD)
    if kind < 0.75:
        return rng.choice([rng.randint(-10, 300), rng.uniform(-2, 60), word(rng)])
    if kind < 0.87:
        return [value(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    return {word(rng): value(rng, depth + 1) for _ in range(rng.randint(0, 4))}


def entry_id(rng: random.Random) -> str:
    """The id of some entry of some catalogue."""
    return rng.choice(list(catalogue(rng.choice(FOLDERS))))


FOLDERS = ("activations", "datasets", "initializers", "inputs", "layers", "losses", "optimizers", "penalties", "tasks")


def valid_spec(rng: random.Random) -> RunSpec:
    """A spec that is allowed: the default with a few allowed changes."""
    spec = RunSpec.default()
    for _ in range(rng.randint(0, 4)):
        path, param = rng.choice(list(spec.params().items()))
        try:
            spec = spec.with_(**{path: likely(rng, param)})
        except SpecError:
            pass
    return spec


def likely(rng: random.Random, param: Any) -> Any:
    """A value that the Param may well allow."""
    if param.choices:
        return rng.choice(list(param.choices))
    if param.kind == "entry":
        return rng.choice(list(catalogue(param.catalogue)))
    if param.minimum is not None and param.maximum is not None:
        between = rng.uniform(param.minimum, param.maximum)
        return rng.choice([param.minimum, param.maximum, between, rng.randint(1, 100)])
    return rng.choice([param.default, rng.randint(0, 1000), True, False])


def mutated(rng: random.Random, tree: Any) -> Any:
    """JSON with one place in it changed, dropped or renamed."""
    if isinstance(tree, dict) and tree and rng.random() < 0.9:
        tree, key = dict(tree), rng.choice(list(tree))
        if rng.random() < 0.1:
            tree[word(rng)] = tree.pop(key)
        elif rng.random() < 0.1:
            del tree[key]
        else:
            tree[key] = mutated(rng, tree[key])
        return tree
    if isinstance(tree, list) and tree and rng.random() < 0.9:
        tree, at = list(tree), rng.randrange(len(tree))
        tree[at] = mutated(rng, tree[at])
        return tree * rng.choice([1, 1, 1, 2, 70])
    return rng.choice([value(rng), entry_id(rng)])


def bytes_changed(rng: random.Random, text: str) -> str:
    """Text of which some bytes were changed, dropped, doubled or swapped."""
    data = bytearray(text.encode(errors="surrogatepass"))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        act = rng.random()
        if act < 0.4 and at < len(data):
            data[at] = rng.randrange(256)
        elif act < 0.6:
            data[at : at + rng.randint(1, 9)] = b""
        elif act < 0.8:
            data[at:at] = bytes(rng.choices(b"&=#,;:%.[]{}\"0123456789-e", k=rng.randint(1, 6)))
        else:
            data[at:at] = data[at : at + rng.randint(1, 40)]
    return data.decode(errors="replace")


# -- what is tried ---------------------------------------------------------------------------------


def try_spec(rng: random.Random) -> tuple[Any, Callable[[], Any]]:
    """A spec as JSON, as changes, or as JSON text."""
    tree = mutated(rng, valid_spec(rng).to_dict()) if rng.random() < 0.6 else value(rng)
    kind = rng.randrange(4)
    if kind == 3:
        spec = valid_spec(rng)
        return spec.to_json(), lambda: used(spec, train=rng.random() < 0.1)
    if kind == 0:
        return tree, lambda: used(RunSpec.from_dict(tree))
    if kind == 1:
        text = bytes_changed(rng, json.dumps(tree, default=str))
        return text, lambda: used(RunSpec.from_json(text))
    spec = valid_spec(rng)
    paths = [*spec.params(), "network.layers.7.units", "data.kind", "x", "", ".", "network..layers", "learning.loss.x"]
    changes = {rng.choice(paths): rng.choice([value(rng), entry_id(rng)]) for _ in range(rng.randint(1, 3))}
    return changes, lambda: used(spec.with_(**changes))


def used(spec: RunSpec, train: bool = False) -> list[str]:
    """A spec that was let in must be good for everything that is made of it."""
    _ = spec.resolved, spec.params(), spec.to_json()
    if describe(spec)["samples"]["train"] <= 1000 and train:
        run = Run(spec)
        run.advance(steps=2)
        encode_frame(*run.frame(PROBES))
    again, _, notes = RunSpec.read_link(write_link(spec, ViewSpec()))
    _ = again.resolved
    return notes


def try_link(rng: random.Random) -> tuple[Any, Callable[[], Any]]:
    """A link of ours or of TensorFlow Playground's."""
    kind = rng.random()
    if kind < 0.2:
        weights = write_weights(Run(RunSpec.default()).parameters) if kind < 0.02 else "layers.0.bias:2:AAAAAAAAAAA"
        text = bytes_changed(rng, write_link(RunSpec.default(), ViewSpec(), weights=weights))
    elif kind < 0.4:
        text = bytes_changed(rng, write_link(valid_spec(rng), ViewSpec()))
    elif kind < 0.8:
        keys, values = sorted(TFP_KEYS), [word(rng), str(rng.choice(ODD)), "true", "8,8", "spiral"]
        given = [f"{rng.choice(keys)}={rng.choice(values)}" for _ in range(6)]
        text = bytes_changed(rng, "#activation=tanh&networkShape=4,2&" + "&".join(given))
    else:
        text = word(rng) * rng.randint(0, 400)

    def read() -> list[str]:
        spec, view, notes = RunSpec.read_link(text)
        _ = spec.resolved, write_link(spec, view)
        return notes

    return text, read


class Listener:
    """The watcher of a sitting: hears what a browser would be told."""

    source, document = "socket-1", "fuzz"

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def tell(self, event: Any) -> None:
        self.events.append(json.loads(json.dumps(event, default=str)))

    def show(self, frame: bytes) -> None:
        """A frame is not looked at here."""

    def end(self, code: int) -> None:
        """The hub closes no socket of ours."""


class Talk:
    """One sitting that is told everything, and started anew now and then."""

    def __init__(self) -> None:
        self.said = 0
        self.hub, self.listener = LocalHub(), Listener()
        self.talk = Conversation(self.hub, self.hub.new_sitting(), self.listener)
        self.talk._throttle.per_second = 1e9
        self.talk._throttle._left = 1e9
        self.talk.greet({"id": 1, "type": "hello", "document": "fuzz", "hash": ""}, fork=False)

    def say(self, text: str) -> list[str]:
        self.said += 1
        self.listener.events.clear()
        message = self.talk.read(text)
        if message is not None and message["type"] != "hello":
            self.talk.handle(message)
        if self.said % 10 == 0:
            self.hub.turn(0.0)
        said = {"refused": "message", "notice": "text"}
        return [one[said[one["type"]]] for one in self.listener.events if one["type"] in said]


MESSAGES = [
    {"type": "propose", "run": "main", "changes": {"learning.batch_size": 20}, "base_revision": 1},
    {"type": "propose", "run": "main", "operation": {"name": "insert_layer", "index": 1}},
    {"type": "propose", "run": "main", "operation": {"name": "remove_layer", "index": 0}},
    {"type": "propose", "run": "main", "operation": {"name": "move_layer", "index": 0, "to": 1}},
    {"type": "propose", "run": "main", "operation": {"name": "toggle_input", "input": "x1"}},
    {"type": "propose", "run": "main", "operation": {"name": "draw_points", "points": [[0.5, 1.5, 1]]}},
    {"type": "propose", "run": "main", "operation": {"name": "erase_points", "x1": 0, "x2": 0, "radius": 1}},
    {"type": "view", "run": "main", "changes": {"show_test": True, "hidden": ["play"]}},
    {"type": "command", "run": "main", "name": "play"},
    {"type": "command", "run": "main", "name": "step_sample"},
    {"type": "command", "run": "main", "name": "step_epoch"},
    {"type": "command", "run": "main", "name": "undo"},
    {"type": "command", "run": "main", "name": "speed", "steps_per_second": 5},
    {"type": "open_link", "run": "main", "text": "#activation=relu&networkShape=3"},
    {"type": "link", "run": "main", "view": {}},
    {"type": "subscribe", "run": "main", "subscription": "s1", "probes": [{"id": "neuron_maps"}], "credits": 2},
    {"type": "subscribe", "run": "main", "subscription": "s2", "probes": [{"id": "sample_values", "sample": 3}]},
    {"type": "credit", "run": "main", "subscription": "s1"},
    {"type": "pong"},
]  # fmt: skip
ADDRESSES = [
    "layers.0.weight[0,0]", "layers.1.bias[0]", "layers.0[1]", "layers.0", "inputs[0]", "layers.0.activation[1]",
    "layers.1.weight.grad[1,0]", "layers.0.weight.next[0,0]", "train_loss", "sample_loss", "layers.0.weight[0,0]@1",
    "map.layers.0[1]", "layers.0.activation[9]", "layers.9.weight[0]", "penalty", "gradient_norm",
]  # fmt: skip
SAMPLES = [None, 3, ["test", 2], ["batch", 1], ["batch", 99], ["point", 0.5, -2.0], ["validation", 0]]
OPERATIONS = ["zero", "flip", "randomize", "freeze", "unfreeze", "lesion", "heal", "copy"]


def asked(rng: random.Random) -> dict[str, Any]:
    """One of the actions, with arguments that may fit."""
    address = rng.choice(ADDRESSES)
    arguments = {
        "edit": {"address": address, "value": 0.5},
        "receipt": {"address": address, "sample": rng.choice(SAMPLES)},
        "surgery": {"operation": rng.choice(OPERATIONS), "address": address, "onto": rng.choice(ADDRESSES)},
        "walk": {"do": rng.choice(["next", "back", "start", "to", "leave"]), "sample": rng.choice(SAMPLES), "index": 4},
        "seek": {"step": rng.randint(0, 9)},
        "fork": {"changes": {"learning.batch_size": 5}},
    }
    name = rng.choice(list(catalogue("live.actions")))
    run = rng.choice(["main", "main", "main", "branch-1"])
    return {"type": "do", "run": run, "name": name, "arguments": arguments.get(name, {})}


def try_message(rng: random.Random, talk: Talk) -> tuple[Any, Callable[[], Any]]:
    """A message of the live socket."""
    message = {"id": rng.randint(1, 10**6), **(asked(rng) if rng.random() < 0.4 else rng.choice(MESSAGES))}
    kind = rng.random()
    if kind < 0.6:
        message = mutated(rng, message)
    elif kind < 0.7:
        message = value(rng)
    text = json.dumps(message, default=str, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.25:
        text = bytes_changed(rng, text)
    text = text.encode(errors="replace").decode()  # a socket's text is UTF-8, or the server closes it
    return text, lambda: talk.say(text)


def try_table(rng: random.Random) -> tuple[Any, Callable[[], Any]]:
    """A file that somebody calls a table."""
    from dlcore.tables import read_table

    separator = rng.choice([",", ";", "\t", "|", " "])
    cells = ["1", "2.5", "3,7", "-1e3", "", "NA", "red", "blue", '"a ""b"""', "1.234.567", "=1+1", "inf", "9" * 400]
    cells.append(word(rng))
    rows = [separator.join(rng.choices(cells, k=rng.randint(1, 5))) for _ in range(rng.randint(0, 30))]
    text = rng.choice(["\n", "\r\n", "\r"]).join([separator.join("abcd"), *rows])
    if rng.random() < 0.5:
        text = bytes_changed(rng, text)
    data = text.encode(rng.choice(["utf-8", "utf-16", "latin-1", "utf-8-sig"]), errors="replace")
    if rng.random() < 0.1:
        data = rng.randbytes(rng.randint(0, 3000))
    return data, lambda: read_table(data) and []


# -- the loop --------------------------------------------------------------------------------------


class TooLong(BaseException):
    """A case did not end in time; no `except Exception` catches it."""


class Faults(logging.Handler):
    """What the program itself reports as a fault, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = traceback.format_exception(*record.exc_info) if record.exc_info else [record.getMessage()]
        self.said.append("".join(trace))


def resident() -> float:
    """MB of this process; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 2**20 if status.exists() else 0.0


def is_sentence(text: Any) -> bool:
    """Whole words that end as a sentence does, and no Python in them."""
    return isinstance(text, str) and len(text) > 10 and text[-1:] in ".!?”)" and "Traceback" not in text


def judge(run: Callable[[], Any], limit: float, faults: Faults) -> tuple[str, str]:
    """("taken" | "refused" | "fault", what was wrong)."""
    faults.said.clear()
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        notes = run() or []
        outcome = "refused" if notes else "taken"
        bad = [note for note in notes if not is_sentence(note) or "fault in the program" in note]
    except SpecError as error:
        outcome, bad = "refused", [] if is_sentence(error.message) else [error.message]
    except TooLong:
        return "fault", f"took longer than {limit:g} s"
    except Exception:
        return "fault", traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    if faults.said or bad:
        return "fault", "\n".join(map(str, faults.said or bad))
    return outcome, ""


def fuzz(name: str, count: int, seed: int, limit: float) -> int:
    """One kind of nonsense; the number of faults. Prints its row, and each kind of fault once."""
    rng, counts, seen, longest = random.Random(f"{seed} {name}"), Counter(), set(), 0.0
    faults = Faults()
    logging.getLogger().addHandler(faults)
    talk = Talk() if name == "messages" else None
    middle = 0.0
    for number in range(count):
        if number == count // 2:
            middle = resident()
        if talk and talk.said >= 500:
            talk = Talk()
        case, run = TRIED[name](rng, talk) if talk else TRIED[name](rng)
        start = time.process_time()
        outcome, wrong = judge(run, limit, faults)
        longest = max(longest, time.process_time() - start)
        counts[outcome] += 1
        kind = wrong.strip().rpartition("\n")[2][:80]
        if outcome == "fault" and kind not in seen:
            seen.add(kind)
            print(f"\n{name} {number}: {str(case)[:500]!r}\n{wrong[-1500:]}", flush=True)
            if talk:
                talk = Talk()
    logging.getLogger().removeHandler(faults)
    growth = resident() - middle
    counts["fault"] += growth > SMALL_MB
    row = f"{name:10} {count:8} {counts['taken']:8} {counts['refused']:9} {counts['fault']:8}"
    print(f"{row} {longest:12.2f} {growth:+14.1f}", flush=True)
    return counts["fault"]


TRIED: dict[str, Callable[..., tuple[Any, Callable[[], Any]]]] = {
    "specs": try_spec, "links": try_link, "messages": try_message, "tables": try_table,
}  # fmt: skip


def main() -> int:
    """Print the table; the number of faults is the exit status, 1 at most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="cases, shared evenly by the kinds")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same cases")
    parser.add_argument("--limit", type=float, default=10, help="seconds of processor time that one case may take")
    parser.add_argument("--only", default="", choices=["", *TRIED])
    options = parser.parse_args()

    def too_long(*_: Any) -> None:
        raise TooLong

    signal.signal(signal.SIGVTALRM, too_long)
    there = [name for name in TRIED if name != "tables" or find_spec("dlcore.tables")]
    kinds = [options.only] if options.only else there
    print("kind          cases    taken   refused   faults   longest, s   growth, MB", flush=True)
    found = sum(fuzz(name, options.count // len(kinds), options.seed, options.limit) for name in kinds)
    print("No faults." if not found else f"{found} faults.")
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main())
