"""Addresses. Oracle: DESIGN's examples."""

import pytest

from dlcore import SpecError
from dlcore.network.address import for_people, parse


def test_addresses_are_read():
    assert parse("layers.1.weight[2,0]") == ("layers.1.weight", (2, 0))
    assert parse("layers.0.bias[3]") == ("layers.0.bias", (3,))
    assert parse("test_loss") == ("test_loss", ())


@pytest.mark.parametrize("text", ["", "layers.1.weight[", "layers.1.weight[a]", "a b[1]x", "__import__('os')", None])
def test_what_is_none_is_refused(text):
    with pytest.raises(SpecError):
        parse(text)


def test_people_count_from_one():
    assert for_people("layers.1.activation[2]", layers=4) == "layer 2, neuron 3, activation"
    assert for_people("layers.0.weight[2,1]", layers=4) == "layer 1, neuron 3, weight 2"
    assert for_people("layers.3.bias[0]", layers=4) == "output layer, neuron 1, bias"
    assert for_people("test_loss", layers=4) == "test loss"
