"""Snapshots and undo stay within their bounds. Oracle: counting what is kept."""

from dlcore import Run, RunSpec
from dlcore.limits import LIMITS


def wide():
    """A network of 1.1 million weights: 4.2 MiB a snapshot, so that bytes are what binds."""
    layers = [{"units": 1024}, {"units": 1024}]
    return Run(RunSpec.default().with_(**{"data.samples": 20, "network.layers": layers, "learning.batch_size": 10}))


def size(state):
    return sum(buffer.numel() * buffer.element_size() for buffer in state.values())


def test_snapshots_thin_out_with_age():
    run = Run(RunSpec.default().with_(**{"data.samples": 20}))
    run.advance(steps=5000)
    kept = run.snapshots.states()
    assert LIMITS.max_snapshots / 2 < len(kept) <= LIMITS.max_snapshots
    assert run.snapshots.before(5000).step > 4800


def test_snapshots_of_a_large_network_stay_within_their_bytes():
    run = wide()
    run.advance(steps=400)
    kept = run.snapshots.states()
    assert sum(map(size, kept)) <= LIMITS.max_past_bytes < len(kept) * 2.5 * size(kept[0])


def test_undo_of_a_large_network_stays_within_its_bytes_and_keeps_the_newest():
    run = wide()
    for batch in range(1, 25):
        run.apply({"learning.batch_size": batch})
        run.advance(steps=1)
    states = {id(state): state for moment in run.past.undo for state in (moment.state, *moment.snapshots.states())}
    assert sum(map(size, states.values())) <= LIMITS.max_past_bytes
    assert len(run.past.undo) > 3
    run.undo()
    assert run.step == 23


def test_a_small_network_can_be_undone_a_hundred_times():
    run = Run(RunSpec.default().with_(**{"data.samples": 20}))
    for batch in range(1, LIMITS.max_undo + 30):
        run.apply({"learning.batch_size": batch})
        run.advance(steps=1, mark=False)
    count = 0
    while run.undo():
        count += 1
    assert count == LIMITS.max_undo
