"""What holds for every check: it speaks where it is provoked, keeps still close by, and its buttons help.

Each is tried on its own examples, over 20 seeds. Oracle: the runs themselves, trained on with and
without the remedy. A new file in `dlcore/checks` is tested unasked.
"""

from __future__ import annotations

import json
from functools import cache
from string import Formatter

import pytest

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.network.address import parse
from dlcore.training.checkpoint import checkpoint, restore

SEEDS = range(1, 21)
CHECKS = catalogue("checks")
MOST = 0.8  # of the seeds in which the first remedy must help, a rescue by chance being one of two

# Networks that learn. No check at all may speak of them.
RELU = [{"kind": "dense", "units": 4, "activation": "relu"}, {"kind": "dense", "units": 2, "activation": "relu"}]
HEALTHY = {
    "default": {},
    "relu": {"network.layers": RELU},
    "numbers": {"data": "plane", "data.samples": 200},
    "adam": {"learning.optimizer": "adam"},
}
each_check = pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
provoked = pytest.mark.parametrize(
    "check, example",
    [(check, example) for check in CHECKS.values() for example in check.provoke],
    ids=lambda value: getattr(value, "id", ""),
)
quiet = pytest.mark.parametrize(
    "check, example",
    [(check, example) for check in CHECKS.values() for example in check.silent],
    ids=lambda value: getattr(value, "id", ""),
)


def trained(changes, epochs, seed):
    run = Run(RunSpec.default().with_(seed=seed, **changes))
    run.advance(epochs=epochs)
    return run


def found(run, check):
    return next((finding for finding in run.examine() if finding.check == check.id), None)


def provocations(check, example):
    """(saved run, what was found) of an example, for every seed; made once for all tests of it."""
    return _provocations(check.id, check.provoke.index(example))


@cache
def _provocations(name, at):
    check = CHECKS[name]
    example = check.provoke[at]
    runs = [trained(example.changes, example.epochs, seed) for seed in SEEDS]
    return [(checkpoint(run), found(run, check)) for run in runs]


@each_check
def test_it_says_one_sentence_with_its_own_slots(check):
    assert check.provoke and check.silent and check.source and check.formula
    assert [name for _, name, _, _ in Formatter().parse(check.message) if name == ""] == []
    for _, finding in provocations(check, check.provoke[0]):
        assert finding.message[0].isupper() and finding.message.endswith(".") and "{" not in finding.message
        assert 40 < len(finding.message) <= 240


@provoked
def test_it_speaks_where_it_is_provoked(check, example):
    silent = [seed for seed, (_, finding) in enumerate(provocations(check, example), 1) if not finding]
    assert silent == []


@quiet
def test_it_keeps_still_close_by(check, example):
    loud = [seed for seed in SEEDS if found(trained(example.changes, example.epochs, seed), check)]
    assert loud == []


@pytest.mark.parametrize("changes", HEALTHY.values(), ids=list(HEALTHY))
def test_no_check_speaks_of_a_network_that_learns(changes):
    said = {seed: [finding.check for finding in trained(changes, 15, seed).examine()] for seed in SEEDS}
    assert {seed: checks for seed, checks in said.items() if checks} == {}


@pytest.mark.parametrize("changes", [example.changes for check in CHECKS.values() for example in check.provoke])
def test_a_run_that_has_just_begun_is_left_in_peace(changes):
    assert Run(RunSpec.default().with_(**changes)).examine() == []


@provoked
def test_it_blames_places_that_there_are(check, example):
    saved, finding = provocations(check, example)[0]
    run = restore(saved)
    assert finding.addresses
    for address in finding.addresses:
        name, indices = parse(address)
        if name.startswith("layers."):
            trace = run.trace()
            known = [key for key in (name, f"{name}.grad") if key in trace or key in run.parameters]
            assert known or f"{name}.activation" in trace
            if indices:
                assert indices[0] < trace[name].shape[1]
        else:
            assert name in run.metrics or name in run.spec.params()


@provoked
def test_examining_changes_nothing(check, example):
    saved, _ = provocations(check, example)[0]
    looked, other = restore(saved), restore(saved)
    before = checkpoint(looked)
    looked.examine()
    assert checkpoint(looked) == before
    looked.advance(steps=7)
    other.advance(steps=7)
    assert checkpoint(looked) == checkpoint(other)


def went_on(saved, example, remedy=None):
    run = restore(saved)
    if remedy is not None:
        run.apply(dict(remedy.changes))
        if remedy.command:
            getattr(run, remedy.command)()
    run.advance(epochs=example.recovery)
    return run


@cache
def left_alone(name, at, seed):
    """How bad it is in the end where nobody presses a button; the same for every button."""
    check = CHECKS[name]
    saved, _ = _provocations(name, at)[seed]
    return went_on(saved, check.provoke[at]).metrics[check.helped]


@provoked
def test_its_first_button_helps(check, example):
    """Gone, and the loss lower than without it, in nearly all seeds."""
    gone = better = 0
    cases, at = provocations(check, example), check.provoke.index(example)
    for seed, (saved, finding) in enumerate(cases):
        remedy = next(remedy for remedy in finding.remedies if remedy.changes)
        helped = went_on(saved, example, remedy)
        gone += found(helped, check) is None
        better += helped.metrics[check.helped] < left_alone(check.id, at, seed)
    assert gone >= 0.9 * len(cases)
    assert better >= MOST * len(cases)


@provoked
def test_its_other_buttons_help_too(check, example):
    """In more than half of five seeds: gone, or the loss lower than without it."""
    cases, at = provocations(check, example)[:5], check.provoke.index(example)
    for remedy in cases[0][1].remedies[1:]:
        if not remedy.changes:
            continue
        runs = [went_on(saved, example, remedy) for saved, _ in cases]
        helped = [
            found(run, check) is None or run.metrics[check.helped] < left_alone(check.id, at, seed)
            for seed, run in enumerate(runs)
        ]
        assert sum(helped) > len(helped) / 2


@provoked
def test_its_buttons_are_allowed_and_can_be_undone(check, example):
    saved, finding = provocations(check, example)[0]
    assert 1 <= len(finding.remedies) <= 2
    assert json.loads(json.dumps(finding.describe(), allow_nan=False)) == finding.describe()
    for remedy in finding.remedies:
        assert remedy.label and remedy.sentence.endswith(".") and (remedy.changes or remedy.command)
        assert remedy.command in ("", "undo", "reset")
        if not remedy.changes:
            continue
        run = restore(saved)
        before, weights = run.spec, run.state.copy()
        run.apply(dict(remedy.changes))
        assert run.spec != before
        run.undo()
        assert run.spec == before
        assert all(bool((run.state.buffer(group) == weights[group]).all()) for group in weights)
