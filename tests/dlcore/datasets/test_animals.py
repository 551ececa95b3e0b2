"""Cats and dogs: their records, and that nothing gives the species away but what should.

Oracle: scikit-learn's logistic regression (how far a linear model gets with the pixels, with the background alone, and
with two columns), 500 animals to learn from and 500 others to judge by.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.datasets._animals import BACKGROUNDS, EDITIONS, INDOORS, NAMES, SPECIES, animal
from dlcore.datasets._portraits import draw, draw_background, pictures
from dlcore.datasets._records import TABLE
from dlcore.datasets.animals import known

ENTRY = catalogue("datasets")["animals"]
IS_DOG = np.arange(1000) % 2


def score(x: np.ndarray, strength: float) -> float:
    """Accuracy on the second 500 of a linear model that learned the first 500."""
    x = x.reshape(len(x), -1) / np.abs(x).max()
    model = LogisticRegression(C=strength, max_iter=1000).fit(x[:500], IS_DOG[:500])
    return model.score(x[500:], IS_DOG[500:])


def row(rng_seed: int, **params) -> np.ndarray:
    return ENTRY.generate(np.random.default_rng(rng_seed), **(ENTRY.default_values() | params))


@pytest.mark.parametrize(("edition", "most"), [("easy", 0.75), ("hard", 0.65)])
def test_a_linear_model_on_pixels_stays_well_behind(edition, most):
    found = pictures(0, range(1000), edition)
    for strength in (1.0, 0.01):
        assert score(found, strength) < most
    # Pictures that anybody can tell: the mean cat is no mean dog, so there is something to learn at all.
    assert np.abs(found[IS_DOG == 0].mean(axis=0) - found[IS_DOG == 1].mean(axis=0)).max() > 8


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_background_tells_the_species_in_the_biased_editions_only(edition):
    found = np.stack([draw_background(animal(0, index, edition)) for index in range(1000)])
    if edition in ("biased", "swapped"):
        assert score(found, 0.1) > 0.99
    else:
        assert abs(score(found, 0.1) - 0.5) < 0.07  # chance; three standard deviations of 500 guesses


def test_swapped_is_biased_the_other_way_round_and_all_else_stays():
    for index in range(100):
        fair, biased, swapped = (animal(5, index, edition) for edition in ("easy", "biased", "swapped"))
        assert (biased.background in INDOORS) == (biased.species == "cat") == (swapped.background not in INDOORS)
        for other in (biased, swapped):
            assert asdict(other) | {"background": ""} == asdict(fair) | {"background": ""}


def test_the_share_says_how_many_backgrounds_go_by_the_species():
    """Oracle: the others are chance, so half of them fit too."""
    for share in (0.0, 0.5, 1.0):
        animals = [animal(2, index, "biased", share) for index in range(2000)]
        fit = np.mean([(who.background in INDOORS) == (who.species == "cat") for who in animals])
        assert fit == pytest.approx((1 + share) / 2, abs=0.04)
    assert {who.background for who in animals} == set(BACKGROUNDS)


def test_an_animal_is_the_same_whenever_it_is_asked_for():
    together = pictures(7, range(6), "hard")
    assert together.shape == (6, 32, 32, 3) and together.dtype == np.uint8
    for index in (5, 0, 3):
        who = animal(7, index, "hard")
        assert who == animal(7, index, "hard") and np.array_equal(draw(who, "hard"), together[index])
    assert not np.array_equal(pictures(8, [0], "hard")[0], together[0])
    assert pictures(7, []).shape == (0, 32, 32, 3)


def test_a_record_says_what_is_true_of_cats_and_dogs():
    for index in range(400):
        who = animal(1, index)
        assert who.species == SPECIES[index % 2] and (who.barks > 0) == (who.species == "dog")
        assert min(who.size, who.tail, who.ears, who.snout, who.whiskers) > 0 and who.name in NAMES
        assert who.told().startswith(f"{who.name}, a {who.species}, ") and f"{who.tail:.0f} cm" in who.told()


def test_the_rule_of_size_and_tail_is_mostly_right_and_no_line_is_always():
    x, y = row(0, samples=1000)
    right = LogisticRegression(C=100).fit(x, y).score(x, y)
    assert 0.92 < right < 0.99
    x, y = row(0, samples=1000, odd=0)
    assert LogisticRegression(C=1e4).fit(x, y).score(x, y) > 0.995, "without odd dogs it is the rule"
    x, y = row(0, samples=1000, vertical="barks", odd=50)
    assert LogisticRegression(C=1e4).fit(x, y).score(x, y) == 1.0, "barking tells them apart"


@pytest.mark.parametrize("column", TABLE.columns, ids=lambda column: column.id)
def test_a_columns_declared_numbers_are_those_of_the_animals(column):
    """Oracle: the mean, deviation and ends of 3,000 animals."""
    x, _ = row(4, samples=3000, horizontal=column.id)
    own = x[:, 0] * column.deviation + column.mean
    assert abs(x[:, 0].mean()) < 0.08 and x[:, 0].std() == pytest.approx(1, abs=0.06)
    assert column.low <= own.min() and own.max() <= column.high
    (told, _) = ENTRY.at({"horizontal": column.id}).columns
    assert told.unit == ("a day" if column.id == "barks" else "cm") and told.name == column.name


def test_noise_is_a_careless_ruler():
    (exact, _), (noisy, species) = row(3), row(3, noise=10)
    assert 0 < np.abs(noisy - exact).max() <= 0.1 * ENTRY.extent and np.array_equal(species, np.arange(500) % 2)


@pytest.mark.parametrize("leaked", [0, 50])
def test_a_point_on_the_plane_and_its_picture_are_one_animal(leaked):
    """Oracle: the record drawn anew from the generator, and the point's own coordinates in centimetres."""
    run = Run(RunSpec.default().with_(**{"data.kind": "animals", "data.samples": 40, "data.leaked_test": leaked}))
    size, tail = run.spec.resolved.dataset.columns
    for split in ("train", "test"):
        points = run.data(split)
        for index in range(len(points)):
            found = run.probe("sample_picture", split=split, sample=index)
            words = bytes(found[f"{split}.words"].values).decode()
            own = points.x[index] * (size.spread, tail.spread) + (size.middle, tail.middle)
            assert f": {own[0]:.0f} cm high, tail {own[1]:.0f} cm," in words
            assert f", a {SPECIES[int(points.y[index])]}, " in words
            assert found[f"{split}.pixels"].axes == ("row", "column", "channel")
            assert found[f"{split}.sample"].values.tolist() == [index]


def test_the_picture_of_a_row_is_that_rows():
    pixels, words = ENTRY.picture(np.random.default_rng(9), 11, odd=30)
    who = known(np.random.default_rng(9), 11, odd=30)
    assert np.array_equal(pixels, draw(who)) and words == who.told()
