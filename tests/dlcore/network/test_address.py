"""Addresses. Oracle: DESIGN's examples."""

import pytest

from dlcore import SpecError
from dlcore.network.address import parse


def test_addresses_are_read():
    assert parse("layers.1.weight[2,0]") == ("layers.1.weight", (2, 0))
    assert parse("layers.0.bias[3]") == ("layers.0.bias", (3,))
    assert parse("test_loss") == ("test_loss", ())


@pytest.mark.parametrize("text", ["", "layers.1.weight[", "layers.1.weight[a]", "a b[1]x", "__import__('os')", None])
def test_what_is_none_is_refused(text):
    with pytest.raises(SpecError):
        parse(text)
