"""The dataset that CONTRIBUTING.md adds keeps the contract that every dataset keeps."""

import re
from pathlib import Path

from tests.contracts import test_datasets as contract

TEXT = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_example_of_a_dataset_works() -> None:
    """Oracle: the contract tests, called with the entry that the text itself makes."""
    found = {}
    exec(re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1], found)
    entry = found["ENTRY"]
    assert f"`dlcore/datasets/{entry.id}.py`" in TEXT
    for params in entry.examples:
        contract.test_shapes_and_types(entry, params)
        contract.test_targets_fit_their_kind(entry, params)
        contract.test_same_generator_same_points(entry, params)
        contract.test_points_lie_where_they_are_drawn(entry, params)
        contract.test_goal_is_one_sentence(entry, params)
    contract.test_defaults_suit_the_data(entry)
    contract.test_noise_and_samples_are_declared_alike(entry)
    x, y = entry.generate(contract.np.random.default_rng(3))
    assert ((x[:, 0] // 3 + x[:, 1] // 3) % 2 == y).all(), "the formula that the text states"
