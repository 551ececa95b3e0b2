"""`dlcore.params`: what is accepted, in which form, and what a refusal says.

Oracle: the rules in the docstrings; Hypothesis looks for counter-examples.
"""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcore.params import CLEAR_SLOTS, KEEP, RESET, VIEW, Entry, Param, SpecError, strongest


def param(kind="number", **more):
    return Param(id="rate", label="Rate", kind=kind, default=None, sentence="How fast it goes.", **more)


NUMBER = param(minimum=0, maximum=1000, unit="%")


@given(st.floats(0, 1000))
def test_number_in_range_comes_back(value):
    assert NUMBER.validate(value) == value
    assert NUMBER.validate(repr(value)) == value, "links and text boxes hand over text"


@given(st.floats().filter(lambda value: not 0 <= value <= 1000))
def test_number_outside_is_refused(value):
    with pytest.raises(SpecError) as caught:
        NUMBER.validate(value, "learning.rate")
    assert caught.value.path == "learning.rate" and caught.value.message.endswith(".")


def test_number_takes_the_numbers_of_other_libraries():
    found = [NUMBER.validate(value) for value in (3, np.float32(3), np.int64(3), np.array(3.0))]
    assert found == [3.0] * 4 and all(type(value) is float for value in found)


@pytest.mark.parametrize(
    "value, says",
    [
        (2000, "Rate must be between 0 and 1,000 %; 2000 is outside."),
        ("fast", "Rate must be a number, but “fast” is none."),
        (True, "Rate must be a number, not bool."),
        (None, "Rate must be a number, not NoneType."),
        ([1], "Rate must be a number, not list."),
        (math.inf, "Rate must be a finite number."),
        ("x" * 1000, f"Rate must be a number, but “{'x' * 40}” is none."),
    ],
)
def test_refusal_says_what_is_wrong(value, says):
    with pytest.raises(SpecError) as caught:
        NUMBER.validate(value)
    assert caught.value.message == says and caught.value.path == "rate"
    assert str(caught.value) == f"rate: {says}"


def test_one_sided_ranges_say_so():
    with pytest.raises(SpecError, match="at least 0; -1 is outside"):
        param(minimum=0).validate(-1)
    with pytest.raises(SpecError, match="at most 5; 6 is outside"):
        param(maximum=5).validate(6)
    assert param().validate(-1e300) == -1e300


def test_choices_of_a_number_are_suggestions():
    assert param(minimum=0, maximum=1, choices=(0, 1)).validate(0.3) == 0.3


@pytest.mark.parametrize("kind", ["integer", "seed"])
def test_whole_numbers(kind):
    whole = param(kind, minimum=0, maximum=2**32 - 1)
    for value in (7, 7.0, "7", np.int64(7)):
        assert whole.validate(value) == 7 and type(whole.validate(value)) is int
    assert whole.validate(2**32 - 1) == 2**32 - 1
    for bad in (7.5, "7.5", -1, 2**32):
        with pytest.raises(SpecError):
            whole.validate(bad)


def test_optional_may_be_nothing():
    assert param("seed", optional=True).validate(None) is None
    with pytest.raises(SpecError):
        param("seed").validate(None)


@pytest.mark.parametrize("value", [True, 1, "true", "True", "1"])
def test_flag_true(value):
    assert param("flag").validate(value) is True


@pytest.mark.parametrize("value", [False, 0, "false", "FALSE", "0"])
def test_flag_false(value):
    assert param("flag").validate(value) is False


@pytest.mark.parametrize("value", ["yes", 2, None, [], 0.5])
def test_flag_refuses_anything_else(value):
    with pytest.raises(SpecError, match="either true or false"):
        param("flag").validate(value)


def test_choice_names_what_there_is():
    choice = param("choice", choices=("carry", "drop"))
    assert choice.validate("carry") == "carry"
    for bad in ("keep", None, ["carry"], {}):
        with pytest.raises(SpecError, match="Choose one of: carry, drop"):
            choice.validate(bad)


def test_kinds_that_others_check_pass_through():
    assert param("values").validate({"layers.0.bias": [1]}) == {"layers.0.bias": [1]}
    assert param("entry", catalogue="losses").validate("anything") == "anything"


def test_declarations_are_frozen():
    with pytest.raises(FrozenInstanceError):
        NUMBER.maximum = 5


def test_describe_keeps_zero_and_false_and_drops_what_is_not_said():
    told = param(minimum=0, choices=(0, 1)).describe()
    assert told["minimum"] == 0 and told["default"] is None and told["optional"] is False
    assert "maximum" not in told and "unit" not in told
    assert json.loads(json.dumps(told))["choices"] == [0, 1]


def test_strongest_effect():
    assert strongest([]) == KEEP
    assert strongest([VIEW]) == KEEP
    assert strongest([KEEP, CLEAR_SLOTS, VIEW]) == CLEAR_SLOTS
    assert strongest(iter([KEEP, RESET, CLEAR_SLOTS])) == RESET


def test_spec_error_is_a_value_error():
    error = SpecError("", "Nothing is here.")
    assert isinstance(error, ValueError) and str(error) == "Nothing is here."


def test_entry_finds_its_parameters():
    entry = Entry(id="a", label="A", sentence="An entry for a test.", params=(NUMBER,))
    assert entry.param("rate") is NUMBER and entry.param("other") is None
    assert entry.default_values() == {"rate": None}
    assert entry.describe()["params"] == [NUMBER.describe()]
