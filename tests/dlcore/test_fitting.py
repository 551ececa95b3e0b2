"""What fits goes with the data. Oracle: the default run itself, and the starting points' own words."""

from __future__ import annotations

import pytest

from dlcore import RunSpec
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.network.shapes import describe


@pytest.mark.parametrize("kind", [one.id for one in catalogue("datasets").values() if one.is_pictures])
def test_from_points_to_pictures_and_back_is_as_before(kind: str) -> None:
    """Above all the rate: Adam's for pictures would leave plain descent almost at rest."""
    spec = RunSpec.default()
    pictures, notes = fit(spec, {"data.kind": kind})
    assert pictures.resolved.pictures and notes
    assert fit(pictures, {"data.kind": spec.get("data.kind")})[0] == spec


def test_where_the_picture_is_the_target_the_goal_is_to_give_it_back() -> None:
    digits = fit(RunSpec.default(), {"data.kind": "digits"})[0]
    own = describe(digits)
    back = describe(fit(digits, {"data.target": "picture", "network.layers": [{"kind": "flatten"}]})[0])
    assert own["goal"] == digits.resolved.dataset.goal
    assert back["goal"] == "Give every picture back as it came in."
    assert back["hint"] != own["hint"]
