"""Contract of every task: what the loop around it relies on."""

import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue


@pytest.mark.parametrize("task", catalogue("tasks"))
def test_a_task_builds_steps_and_measures(task):
    run = Run(RunSpec.default().with_(task=task, **catalogue("tasks")[task].suited))
    state = run.state
    assert run.task.position(state) == (0, 0, 0)
    assert [metric.id for metric in run.task.metrics] == list(run.task.measure(state).metrics[0])
    assert all(metric.better in ("lower", "higher") for metric in run.task.metrics)
    if run.task.lacking:
        assert run.advance(steps=1) == 0 and run.trouble.message == run.task.lacking
        return
    before = {name: tensor.clone() for name, tensor in state.items()}
    phases = run.task.step(state)
    names = [next(phases)]
    assert all(torch.equal(tensor, before[name]) for name, tensor in state.items()), "seen before it is done"
    names += phases
    assert len(set(names)) == len(names) > 1
    assert run.task.position(state)[0] == 1
    assert any(not torch.equal(tensor, before[name]) for name, tensor in state.items())


@pytest.mark.parametrize("task", catalogue("tasks"))
def test_building_and_stepping_depend_on_the_spec_alone(task):
    one, other = (Run(RunSpec.default().with_(task=task, **catalogue("tasks")[task].suited)) for _ in range(2))
    for run in (one, other):
        run.advance(steps=7)
    assert all(torch.equal(tensor, other.state[name]) for name, tensor in one.state.items())
