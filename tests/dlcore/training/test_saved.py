"""A saved run opens anywhere and goes on to the bit; a file that is none is refused with a sentence. Oracles: the run
that was saved, trained on in its own process; and files spoiled on purpose.
"""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load, save

from dlcore import Run, RunSpec, tables
from dlcore.limits import LIMITS
from dlcore.params import SpecError
from dlcore.training.saved import NAME, from_bytes, table_in, to_bytes

BLOCKS = {
    "data.samples": 40,
    "network.layers": [{"units": 4, "norm": "batch", "dropout": 0.3}, {"units": 3}],
    "learning.optimizer": "adam",
    "learning.schedule": "cosine",
}
TABLE = b"height,width,kind\n" + b"".join(b"%d,%d,%d\n" % (row % 7, row % 5, row % 2) for row in range(30))


def trained():
    run = Run(RunSpec.default().with_(**BLOCKS))
    run.advance(steps=60)
    run.edit("layers.0.weight[1,1]", 0.5)
    run.apply({"data.points": [[1, 1, 1], [2, 2, 0]]})
    run.advance(steps=31)
    return run


def digest(run):
    state = run.state.copy()
    return hashlib.sha256(b"".join(state[group].numpy().tobytes() for group in sorted(state))).hexdigest()


def test_it_goes_on_to_the_bit_in_a_fresh_process(tmp_path):
    run = trained()
    assert run.save(tmp_path / "run") == []
    script = (
        "import sys, hashlib\nfrom dlcore import Run\nrun = Run.open(sys.argv[1])\nrun.advance(steps=50)\n"
        "state = run.state.copy()\n"
        "print(hashlib.sha256(b''.join(state[group].numpy().tobytes() for group in sorted(state))).hexdigest())"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "run"], capture_output=True, text=True, check=True, timeout=120
    )
    run.advance(steps=50)
    assert found.stdout.strip() == digest(run)


def test_journal_history_and_time_come_along(tmp_path):
    run = trained()
    run.save(tmp_path / "run")
    opened = Run.open(tmp_path / "run")
    assert opened.journal == run.journal and opened.spec == run.spec and opened.origin == run.origin
    assert opened.recorded.all_rows().tobytes() == run.recorded.all_rows().tobytes()
    layers = [each.recorded.layers.statistics().tobytes() for each in (opened, run)]
    assert layers[0] == layers[1]
    for each in (run, opened):
        each.seek(17)
    assert digest(opened) == digest(run) and opened.furthest == 91


def test_what_lies_ahead_is_left_out_and_said(tmp_path):
    run = trained()
    run.seek(20)
    notes = run.save(tmp_path / "run")
    assert len(notes) == 1 and "step 20" in notes[0]
    assert Run.open(tmp_path / "run").furthest == 20 and run.furthest == 91


@pytest.fixture
def own():
    table = tables.remember(TABLE, "flowers.csv")
    columns = {"kind": "table", "file": table.key, "horizontal": "height", "vertical": "width", "label": "kind"}
    yield Run(RunSpec.default().with_(data=columns)), table
    tables.forget(table.key)


def test_an_own_table_is_in_the_file_only_if_asked_for(own, tmp_path):
    run, table = own
    run.advance(steps=5)
    assert len(run.save(tmp_path / "without")) == 1
    assert b"height,width" not in (tmp_path / "without").read_bytes()
    assert run.save(tmp_path / "with", own_data=True) == []
    assert table_in((tmp_path / "with").read_bytes()) == (TABLE, "flowers.csv")
    assert digest(Run.open(tmp_path / "without")) == digest(run)  # the table is still here
    tables.forget(table.key)
    with pytest.raises(SpecError, match="Load the same data"):
        Run.open(tmp_path / "without")
    assert digest(Run.open(tmp_path / "with")) == digest(run)


def test_a_sitting_uses_no_table_of_somebody_else(own):
    run, table = own
    data, _ = to_bytes(run)
    assert from_bytes(data, [table.key]).spec == run.spec
    with pytest.raises(SpecError, match="Load the same data"):
        from_bytes(data, [])


def spoiled(change):
    """The bytes of a saved run whose arrays and description were changed."""
    data, _ = to_bytes(trained())
    arrays = load(data)
    length = int.from_bytes(data[:8], "little")
    meta = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][NAME])
    change(arrays, meta)
    return save(arrays, {NAME: json.dumps(meta)})


def other_version(arrays, meta):
    meta["version"] = 99


def other_shape(arrays, meta):
    arrays["0/parameters"] = np.zeros((1, 5_000_000 // 4), np.float32)


def not_numbers(arrays, meta):
    arrays["0/parameters"] = np.full_like(arrays["0/parameters"], np.nan)


def no_weights(arrays, meta):
    del arrays["0/parameters"]


def other_kind(arrays, meta):
    arrays["0/parameters"] = arrays["0/parameters"].astype(np.float64)


def counters_below_zero(arrays, meta):
    for name, array in arrays.items():
        if array.dtype == np.int64:
            arrays[name] = array - 1000


def huge_network(arrays, meta):
    for spec in meta["specs"]:
        spec["network"]["layers"] = [{**spec["network"]["layers"][1], "units": 4096}] * 60


def other_spec(arrays, meta):
    for spec in meta["specs"]:
        spec["learning"]["batch_size"] = 3
    meta["journals"][0].append({"step": 91, "kind": "change", "changes": {"learning.batch_size": 4}})
    meta["moments"][0]["journal"][1] += 1


def other_network_on_the_way(arrays, meta):
    """What is shown is as it was; only a seek back would come to a network that nothing in the file fits."""
    item, journal = meta["moments"][0], meta["journals"][0]
    network = meta["specs"][item["origin"]]["network"]
    layers, (first, *rest) = network["layers"], network["layers"]
    network["layers"] = [{**first, "units": 7}, *rest]
    journal.insert(1, {"step": 0, "kind": "change", "changes": {"network.layers": layers}})
    item["journal"], item["applied"] = [0, len(journal)], len(journal)
    arrays["snapshots"][:, 1] += 1


def events_of_the_future(arrays, meta):
    meta["journals"][0][-1]["step"] = 10**9


def endless_journal(arrays, meta):
    meta["journals"][0] *= 10_000
    meta["moments"][0]["journal"][1] *= 10_000


def other_step(arrays, meta):
    meta["moments"][0]["step"] = 90


def history_of_another(arrays, meta):
    meta["columns"] = ["step", "epoch", "x"]


def history_backwards(arrays, meta):
    arrays["history"] = arrays["history"][::-1].copy()


def snapshots_of_another(arrays, meta):
    arrays["snapshots/parameters"] = arrays["snapshots/parameters"][..., :-1].copy()


def snapshots_at(steps, arrays):
    applied = arrays["snapshots"][0, 1]
    for name, array in arrays.items():
        if name.startswith("snapshots/"):
            arrays[name] = np.repeat(array[:1], len(steps), axis=0)
    arrays["snapshots"] = np.array([(step, applied) for step in steps])


def snapshots_out_of_order(arrays, meta):
    snapshots_at([80, 64], arrays)


def too_many_snapshots(arrays, meta):
    snapshots_at(range(1, 81), arrays)


def many_members(arrays, meta):
    meta["members"] = [{"seed": 1}] * 10_000


def no_list(arrays, meta):
    meta["moments"] = "moments"


def a_list(arrays, meta):
    meta["journals"] = [[[]]]


SPOILED = [
    other_version, other_shape, not_numbers, no_weights, other_kind, counters_below_zero, huge_network, other_spec,
    other_network_on_the_way, events_of_the_future, endless_journal, other_step, history_of_another, history_backwards,
    snapshots_of_another, snapshots_out_of_order, too_many_snapshots, many_members, no_list, a_list,
]  # fmt: skip


@pytest.mark.parametrize("change", SPOILED, ids=lambda change: change.__name__)
def test_what_does_not_fit_together_is_refused_with_a_sentence(change):
    with pytest.raises(SpecError) as refused:
        from_bytes(spoiled(change))
    assert refused.value.path == "file" and refused.value.message.endswith((".", "there is one."))


def test_foreign_and_cut_files_are_refused_with_a_sentence(tmp_path):
    data, _ = to_bytes(trained())
    foreign = [b"", b"x", b"PK\x03\x04" + bytes(100), b"\xff" * 8 + data[8:], save({"x": np.zeros(3, np.float32)})]
    for wrong in foreign:
        with pytest.raises(SpecError, match="not a run that Glassbox saved"):
            from_bytes(wrong)
    for length in range(9, len(data), len(data) // 40):
        with pytest.raises(SpecError, match="damaged"):
            from_bytes(data[:length])
    with pytest.raises(SpecError, match="can't be read"):
        Run.open(tmp_path / "nothing")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(LIMITS.max_file_bytes + 1)
    with pytest.raises(SpecError, match="at most"):
        Run.open(path)


def test_a_byte_changed_anywhere_never_raises_anything_but_a_sentence():
    data, _ = to_bytes(trained())
    rng = np.random.default_rng(0)
    header = 8 + int.from_bytes(data[:8], "little")
    for at in [*rng.integers(0, header, 40), *rng.integers(header, len(data), 10)]:
        changed = bytearray(data)
        changed[at] ^= 1 << int(rng.integers(8))
        try:
            from_bytes(bytes(changed)).advance(steps=1)
        except SpecError as error:
            assert error.path == "file"
