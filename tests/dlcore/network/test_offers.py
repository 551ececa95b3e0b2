"""What the palette offers. Oracle: the operation carried out, and the network that there is then."""

import pytest

from dlcore import RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.network.graph import operate
from dlcore.network.offers import joins, offers

PICTURES = RunSpec.read_link("v=1&data=digits")[0]
CHAIN = [{"kind": "conv2d"}, {"kind": "max_pool2d"}, {"kind": "conv2d"}, {"kind": "flatten"}]
SPECS = {
    "plane": RunSpec.default(),
    "chain": PICTURES.with_(**{"network.layers": CHAIN}),
    "empty": PICTURES.with_(**{"network.layers": []}),
    "skip": PICTURES.with_(**{"network.layers": [*CHAIN[:1], CHAIN[2], {"kind": "add", "from": [1, 0]}, CHAIN[3]]}),
}
PLACES = [
    (name, index, port)
    for name, spec in SPECS.items()
    for index, block in enumerate(spec.blocks)
    for port in range(len(block.sources))
]


def single(found):
    for offer in (*found["layers"], *found["blocks"]):
        yield from offer.get("sources", [offer])


@pytest.mark.parametrize("name, index, port", PLACES)
def test_every_offer_keeps_its_word(name, index, port):
    spec = SPECS[name]
    found = offers(spec, index, port)
    assert {offer["id"] for offer in found["layers"]} == set(catalogue("layers"))
    assert found["before"] == spec.blocks[index].sources[port]
    for offer in single(found):
        after, _ = operate(spec, offer["operation"])
        new = len(after.blocks) - len(spec.blocks)
        assert list(after.blocks[index + new - 1].output_shape) == offer["shape"]
        assert sum(block.sizes() for block in after.blocks[index : index + new]) == offer["parameters"]
        assert offer["mends"] == (len(after.misfits) < len(spec.misfits))
        if not spec.misfits:
            assert bool(after.misfits) == bool(offer["why"])
        assert not offer["why"] or after.misfits[0].message in offer["why"]


def test_what_fits_itself_and_breaks_what_is_behind_it_says_where():
    flatten = next(offer for offer in offers(SPECS["chain"], 1)["layers"] if offer["id"] == "flatten")
    assert flatten["why"].startswith("Layer 3 would not fit: ") and flatten["shape"] == [8 * 8 * 8]


def test_on_an_empty_network_of_pictures_what_makes_a_vector_mends_it():
    found = offers(SPECS["empty"], 0)["layers"]
    assert {"flatten", "adaptive_avg_pool2d"} <= {offer["id"] for offer in found if offer.get("mends")}
    assert not any(offer["why"] for offer in found if offer["id"] in ("conv2d", "max_pool2d"))


def test_a_new_layer_takes_the_activation_of_its_neighbour():
    def given(spec, index):
        found = {offer["id"]: offer for offer in offers(spec, index)["layers"]}
        return [found[kind]["operation"]["layer"].get("activation") for kind in ("dense", "conv2d", "flatten")]

    sine = RunSpec.default().with_(**{"network.layers": [{"activation": "sine"}, {"activation": "elu"}]})
    assert given(sine, 1) == ["sine", "sine", None] and given(sine, 2)[0] == "elu" and given(sine, 0)[0] == "sine"
    assert given(RunSpec.default().with_(**{"network.layers": []}), 0)[0] == "tanh"
    assert given(SPECS["empty"], 0)[1] == "relu"


def test_only_starting_points_that_suit_the_data_are_offered():
    for spec in SPECS.values():
        resolved = spec.resolved
        own = {entry.id for entry in catalogue("starts").values() if "data.kind" in entry.sets}
        fits = {e.id for e in catalogue("starts").values() if e.suits(resolved.input_shape, resolved.target)}
        starts = offers(spec, 0)["starts"]
        assert {start["id"] for start in starts} == own | fits
        for start in starts:
            after, _ = operate(spec, start["operation"])
            assert sum(block.sizes() for block in after.blocks) == start["parameters"] and not after.misfits


def test_a_connection_can_be_any_merge_and_into_a_merge_only_its_own():
    spec = SPECS["chain"]
    found = {offer["id"]: offer for offer in joins(spec, 0, 2)}
    assert set(found) == {entry.id for entry in catalogue("layers").values() if entry.merges}
    assert "one shape" in found["add"]["why"]  # 8×8×8 and, after pooling, 8×4×4
    skip = SPECS["skip"]
    assert [offer["id"] for offer in joins(skip, -1, 2)] == ["add"]
    for case, source, target in ((spec, 0, 2), (skip, -1, 2), (skip, 0, 3)):
        for offer in joins(case, source, target):
            after, _ = operate(case, offer["operation"])
            assert bool(after.misfits) == bool(offer["why"])


@pytest.mark.parametrize("index, port", [(9, 0), (-1, 0), (0, 1), (10**30, 0), (2, 5)])
def test_a_place_that_is_not_there_is_refused(index, port):
    with pytest.raises(SpecError):
        offers(SPECS["chain"], index, port)


@pytest.mark.parametrize("source, target", [(2, 1), (0, 99), (1, 2), (3, 4)])
def test_a_connection_that_can_not_be_is_refused(source, target):
    with pytest.raises(SpecError):
        joins(SPECS["chain"], source, target)
