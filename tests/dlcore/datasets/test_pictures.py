"""What sets of pictures share, and the pictures of cats and dogs.

Oracles: the drawing of single animals; scikit-learn's logistic regression on what the network gets.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dlcore import RunSpec
from dlcore.catalogue import catalogue
from dlcore.datasets import _pictures
from dlcore.datasets._animals import animal
from dlcore.datasets._pictures import Kept, seed_of
from dlcore.datasets._portraits import draw
from dlcore.fitting import fit
from dlcore.limits import Limits
from dlcore.training.data import make_data

ENTRY = catalogue("datasets")["cat_dog_pictures"]


def made(seed: int = 0, **params) -> tuple[np.ndarray, np.ndarray]:
    return ENTRY.generate(np.random.default_rng(seed), **(ENTRY.default_values() | params))


def make(start: int = 0):
    """A maker of rows of four bytes, each its number, that tells which it was asked for."""
    asked: list[int] = []

    def rows(numbers: range) -> np.ndarray:
        asked.extend(numbers)
        return np.array([[start + number] * 4 for number in numbers], np.uint8)

    return asked, rows


def test_what_is_kept_is_not_made_again_and_more_is_made_where_it_lacks():
    kept, (asked, rows) = Kept(), make()
    assert kept.rows("a", 3, rows)[:, 0].tolist() == [0, 1, 2] and asked == [0, 1, 2]
    assert kept.rows("a", 2, rows)[:, 0].tolist() == [0, 1] and asked == [0, 1, 2]
    assert kept.rows("a", 5, rows)[:, 3].tolist() == [0, 1, 2, 3, 4] and asked == [0, 1, 2, 3, 4]
    assert kept.row("a", 4, rows)[0] == 4 and len(asked) == 5
    assert kept.row("b", 7, rows)[0] == 7 and asked[5:] == [7] and kept.bytes == 20
    assert not kept.rows("a", 5, rows).flags.writeable


def test_the_longest_unused_go_where_there_are_too_many_bytes(monkeypatch):
    monkeypatch.setattr(_pictures, "LIMITS", Limits(max_picture_bytes=30))
    kept, (asked, rows) = Kept(), make()
    kept.rows("a", 3, rows), kept.rows("b", 3, rows), kept.rows("a", 1, rows)
    assert kept.bytes == 24 and len(asked) == 6
    kept.rows("c", 3, rows)  # more than fit: “b” was not asked for the longest
    assert kept.bytes == 24
    kept.rows("a", 3, rows)
    assert len(asked) == 9
    kept.rows("b", 3, rows)
    assert len(asked) == 12
    kept.rows("d", 90, rows)
    assert kept.bytes == 360, "one set that is asked for is there, however large"


@pytest.mark.parametrize("edition", ["easy", "hard", "biased", "swapped"])
def test_a_row_is_the_animal_of_that_number_as_it_is_drawn(edition):
    x, y = made(4, edition=edition, share=60, samples=12)
    seed = seed_of(np.random.default_rng(4))
    for index in range(12):
        who = animal(seed, index, edition, 0.6)
        assert np.array_equal(np.round(255 * x[index]).transpose(1, 2, 0), draw(who, edition))
        assert y[index] == (who.species == "dog")
        pixels, words = ENTRY.picture(np.random.default_rng(4), index, edition=edition, share=60)
        assert np.array_equal(pixels, draw(who, edition)) and words == who.told()


def test_a_picture_can_be_changed_without_changing_the_next_one_made():
    x, _ = made(1, samples=3)
    x[:] = 0
    assert made(1, samples=3)[0].max() > 0.5


def test_the_pictures_and_the_table_are_of_the_same_animals():
    """Oracle: the record's own words, of the same generator."""
    table = catalogue("datasets")["animals"]
    for index in (0, 3):
        words = ENTRY.picture(np.random.default_rng(8), index)[1]
        assert words == table.picture(np.random.default_rng(8), index)[1]
    species = table.generate(np.random.default_rng(8))[1]
    assert np.array_equal(made(8)[1][: len(species)], species)


def test_noise_is_grain_of_that_deviation():
    (clear, _), (grainy, _) = made(2, samples=30), made(2, samples=30, noise=10)
    inner = (clear > 0.4) & (clear < 0.6)  # far from both ends, where nothing is cut off
    assert (grainy - clear)[inner].std() == pytest.approx(0.1, rel=0.02)
    assert np.array_equal(grainy, made(2, samples=40, noise=10)[0][:30])


def test_a_share_is_offered_where_it_makes_a_difference():
    assert ENTRY.idle == ENTRY.at({"edition": "hard"}).idle == ("share",)
    assert np.array_equal(made(samples=10)[0], made(samples=10, share=0)[0])
    assert np.array_equal(made(samples=10)[0], made(samples=10, edition="biased", share=0)[0])
    for edition in ("biased", "swapped"):
        assert ENTRY.at({"edition": edition}).idle == ()
        assert not np.array_equal(made(samples=10, edition=edition)[0], made(samples=10, edition=edition, share=0)[0])


def test_the_border_alone_tells_the_species_in_the_biased_edition_only():
    """What lies at the border is mostly background: learned from 500 animals, judged by 500 others."""
    scores = {}
    for edition in ("easy", "biased"):  # the hard one's background is judged with the animals
        x, y = made(edition=edition, samples=1000)
        border = np.concatenate([x[:, :, 0], x[:, :, :16, 0], x[:, :, :16, -1]], axis=2).reshape(1000, -1)
        model = LogisticRegression(C=0.1, max_iter=200).fit(border[:500], y[:500])
        scores[edition] = model.score(border[500:], y[500:])
    assert scores["biased"] > 0.99
    assert abs(scores["easy"] - 0.5) < 0.07  # chance; three standard deviations of 500 guesses


def test_a_run_holds_its_pictures_once():
    """What is looked at, what the network is given and, of an autoencoder, what it is to give back are one memory."""
    spec, _ = fit(RunSpec.default(), {"data.kind": "shapes", "data.samples": 60, "data.validation_share": 20})
    splits = make_data(spec.with_(**{"data.target": "picture"}))
    assert all(len(split) for split in splits.values())
    for split in splits.values():
        assert np.shares_memory(split.x, split.inputs.numpy()) and np.shares_memory(split.x, split.target.numpy())
        assert split.x.shape[1:] == (1, 16, 16) and split.inputs.shape[1:] == (256,)


@pytest.mark.parametrize("name", ["cat_dog_pictures", "shapes", "shape_position", "animals"])
def test_a_record_is_of_the_row_that_is_drawn(name):
    """Oracle: the words that are told of each row."""
    entry = catalogue("datasets")[name]
    records = entry.records(np.random.default_rng(3), **(entry.default_values() | {"samples": 7}))
    assert list(records) == [field.id for field in entry.fields] and {len(column) for column in records.values()} == {7}
    for index in range(7):
        words = entry.picture(np.random.default_rng(3), index, **entry.default_values())[1]
        for field in entry.fields:
            value = records[field.id][index]
            assert isinstance(value, str) == field.words and (field.words or field.low <= value <= field.high)
            if field.id in ("name", "species", "fur", "background", "kind"):
                assert value in words.lower() or value in words
            if field.id in ("left", "top", "reach"):
                assert f"{value:.1f}" in words
