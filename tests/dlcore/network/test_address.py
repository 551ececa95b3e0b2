"""Addresses. Oracle: DESIGN's examples."""

import pytest

from dlcore import SpecError
from dlcore.network.address import of_sample, parse, parse_at, read_sample, written


def test_addresses_are_read():
    assert parse("layers.1.weight[2,0]") == ("layers.1.weight", (2, 0))
    assert parse("layers.0.bias[3]") == ("layers.0.bias", (3,))
    assert parse("test_loss") == ("test_loss", ())


@pytest.mark.parametrize("text", ["", "layers.1.weight[", "layers.1.weight[a]", "a b[1]x", "__import__('os')", None])
def test_what_is_none_is_refused(text):
    with pytest.raises(SpecError):
        parse(text)


def test_an_address_may_name_a_step():
    assert parse_at("layers.1.weight[2,0]@41") == ("layers.1.weight[2,0]", 41)
    assert parse_at("test_loss") == ("test_loss", None)
    assert written("layers.1.weight", (2, 0), 41) == "layers.1.weight[2,0]@41"
    with pytest.raises(SpecError):
        parse(parse_at("layers.1.weight[2,0]@x")[0])


def test_samples_are_read_as_json_has_them():
    assert read_sample(["test", 3]) == ("test", 3) and read_sample(["train", 3]) == 3 and read_sample(None) is None
    assert read_sample(["point", 1, -2.5]) == ("point", 1.0, -2.5)


@pytest.mark.parametrize("value", [-1, True, 1.5, "3", [], ["test"], ["test", -1], ["point", 1], ["point", 1, 1e9], {}])
def test_what_is_no_sample_is_refused(value):
    with pytest.raises(SpecError):
        read_sample(value)


def test_numbers_of_samples_are_told_by_their_names():
    assert all(map(of_sample, ("inputs", "train.layers.0.output", "layers.1.pre_activation.grad", "sample_loss")))
    assert not any(map(of_sample, ("layers.0.weight", "layers.0.weight.grad", "batch_loss", "layers.0.norm.gain")))
