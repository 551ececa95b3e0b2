"""Links: a round trip of any spec, TensorFlow Playground's links by PARITY's rules, and bad ones."""

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import RunSpec, ViewSpec
from dlcore.catalogue import catalogue
from dlcore.links import left_out, read_link, write_link

layer = st.fixed_dictionaries(
    {
        "kind": st.just("dense"),
        "units": st.integers(1, 32),
        "activation": st.sampled_from(list(catalogue("activations"))),
    }
)
specs = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32 - 1),
        "data": st.sampled_from(list(catalogue("datasets"))),
        "inputs": st.sets(st.sampled_from(list(catalogue("inputs"))), min_size=1).map(sorted),
        "network.layers": st.lists(layer, max_size=8),
        "network.initializer": st.sampled_from(["tfp_uniform", "xavier", "he", "normal", "zeros"]),
        "learning.optimizer": st.sampled_from(list(catalogue("optimizers"))),
        "learning.optimizer.learning_rate": st.floats(1e-5, 10).map(lambda value: float(f"{value:.6g}")),
        "learning.penalty": st.sampled_from(list(catalogue("penalties"))),
        "learning.batch_size": st.integers(1, 100),
        "learning.shuffle": st.sampled_from(["auto", "on", "off"]),
    }
).map(lambda changes: RunSpec.default().with_(**changes))
views = st.builds(
    ViewSpec,
    show_test=st.booleans(),
    discretize=st.booleans(),
    log_loss=st.booleans(),
    curves=st.sampled_from(["", "histograms", "a_view_of_tomorrow"]),
    over_time=st.booleans(),
    hidden=st.lists(st.sampled_from(["play", "learning.batch_size", "data.noise"]), unique=True).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(specs, views, st.booleans())
def test_a_link_opens_the_same_spec_and_view(spec, view, changed):
    text = write_link(spec, view, changed)
    for address in (text, "#" + text, "http://127.0.0.1:8501/#" + text):
        read, read_view, notes = read_link(address)
        assert read == spec
        assert read_view == view
        assert len(notes) == changed


def test_the_default_link_is_short_and_readable():
    assert write_link(RunSpec.default()) == "v=1&data=circle&inputs=x1,x2&layers=4,2&seed=1"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_reading_fail(text):
    spec, view, notes = read_link(text)
    assert isinstance(spec, RunSpec) and isinstance(view, ViewSpec)
    assert all(note.endswith(".") for note in notes)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("v data inputs layers seed rate batch loss optimizer penalty noise train test hide zz".split()),
        st.text("0123456789abx,:;.-e%&=é", max_size=12),
    )
)
def test_no_values_make_reading_fail(pairs):
    _, _, notes = read_link("v=1&" + "&".join(f"{key}={value}" for key, value in pairs.items()))
    assert all(note.endswith(".") for note in notes)


def test_what_is_good_in_a_bad_link_is_kept_and_the_rest_is_named():
    spec, _, notes = read_link("v=1&data=nowhere&layers=3:relu&batch=x&colour=red&inputs=x1,x99&rate=0.1")
    layer = {"kind": "dense", "units": 3, "activation": "relu"}
    assert spec == RunSpec.default().with_(**{"network.layers": [layer], "learning.optimizer.learning_rate": 0.1,
                                              "inputs": ["x1"]})
    assert spec.get("inputs") == ["x1"]
    assert spec.get("learning.optimizer.learning_rate") == 0.1
    assert spec.get("data.kind") == "circle"
    for said in ("data=nowhere", "batch=x", "colour", "x99"):
        assert sum(said in note for note in notes) == 1


def test_another_version_is_said():
    assert "another version" in read_link("v=7&data=xor")[2][0]


TFP = (
    "#activation=relu&regularization=L1&batchSize=30&dataset=spiral&regDataset=reg-plane&learningRate=0.1"
    "&regularizationRate=0.003&noise=25&networkShape=8,7,6&seed=0.61&showTestData=true&discretize=true"
    "&percTrainData=70&x=true&y=false&xTimesY=true&xSquared=true&ySquared=false&cosX=true&sinX=true&cosY=false"
    "&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false&learningRate_hide=true"
)


@pytest.mark.parametrize("address", [TFP, "https://playground.tensorflow.org/" + TFP, TFP[1:], "/" + TFP])
def test_a_tfp_link_opens_with_all_it_says(address):
    spec, view, notes = read_link(address)
    assert notes == []
    assert spec.get("data") == {
        "kind": "spiral", "noise": 25, "samples": 500, "train_share": 70, "validation_share": 0, "seed": None,
        "shuffled_labels": 0, "leaked_test": 0, "target": "label", "evaluate_on": [], "curated": [], "augment": {},
        "points": [],
    }  # fmt: skip
    assert spec.get("inputs") == ["x1", "x1_squared", "x1x2", "sin_x1", "cos_x1"]
    assert [(layer["units"], layer["activation"]) for layer in spec.get("network.layers")] == [
        (8, "relu"), (7, "relu"), (6, "relu"),
    ]  # fmt: skip
    assert spec.get("learning.penalty") == {"kind": "l1_tfp", "rate": 0.003}
    assert spec.get("learning.optimizer") == {"kind": "sgd", "learning_rate": 0.1}
    assert spec.get("learning.batch_size") == 30
    assert spec.get("seed") == zlib.crc32(b"0.61")
    assert view == ViewSpec(True, True, False, ("learning.optimizer.learning_rate",))


def test_a_tfp_link_without_values_means_tfps_defaults():
    spec = RunSpec.from_tfp_link("https://playground.tensorflow.org/#problem=classification")
    assert spec == RunSpec.default()


def test_a_tfp_link_for_regression_and_without_hidden_layers():
    spec, _, notes = read_link("#problem=regression&regDataset=reg-gauss&networkShape=&initZero=true")
    assert notes == []
    assert spec.get("data.kind") == "multi_gaussian"
    assert spec.get("network.layers") == []
    assert spec.get("network.initializer") == {"kind": "zeros"}


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("#dataset=moons", "dataset=moons"),
        ("#networkShape=4,x", "networkShape=4,x"),
        ("#networkShape=1,1,1,1,1,1,1,1,1", "networkShape="),
        ("#batchSize=0", "batchSize=0"),
        ("#learningRate=fast", "learningRate=fast"),
        ("#showTestData=yes", "showTestData=yes"),
        ("#x=maybe", "x=maybe"),
        ("#dataset=xor&foo=1", "foo"),
        ("#dataset=xor&foo_hide=true", "foo"),
        ("#x=false&y=false", "input"),
    ],
)
def test_a_bad_tfp_value_is_named_and_the_default_taken(link, said):
    spec, _, notes = read_link(link)
    assert any(said in note for note in notes)
    assert len(notes) == 1
    assert spec.get("network.layers") == RunSpec.default().get("network.layers")


def test_hidden_controls_of_tfp_are_those_of_ours():
    _, view, notes = read_link("#playButton_hide=true&networkShape_hide=true&sinX_hide=true&batchSize_hide=false")
    assert notes == []
    assert view.hidden == ("play", "add_layer", "remove_layer", "units", "inputs")


def test_a_huge_link_is_not_read():
    assert "longer" in read_link("v=1&data=" + "x" * 10_000)[2][0]


def test_blocks_schedule_clipping_and_early_stopping_travel_with_short_keys():
    layers = [{"kind": "dense", "units": 6, "activation": "relu", "norm": "batch", "dropout": 0.2},
              {"kind": "dense", "units": 4, "norm": "layer"}]
    spec = RunSpec.default().with_(**{
        "network.layers": layers, "learning.schedule": {"kind": "warm_up_cosine", "warmup": 3, "epochs": 50},
        "learning.clipping": {"kind": "value", "limit": 0.3}, "learning.penalty": "weight_decay",
        "data.validation_share": 25, "learning.patience": 8,
    })  # fmt: skip
    link = write_link(spec)
    assert "layers=6:relu;norm=batch;drop=0.2,4;norm=layer" in link and "validation=25" in link
    assert read_link(link) == (spec, ViewSpec(), [])


def test_patience_without_validation_is_given_some_and_says_so():
    spec, _, notes = read_link("v=1&patience=4")
    assert spec.get("learning.patience") == 4 and spec.get("data.validation_share") == 20
    assert len(notes) == 1 and "20 %" in notes[0]


def test_no_two_settings_of_a_spec_share_a_key():
    """Oracle: a link with every slot filled reads back; a shared key would lose one of the two."""
    for schedule in catalogue("schedules"):
        for clipping in catalogue("clippings"):
            for optimizer in catalogue("optimizers"):
                spec = RunSpec.default().with_(**{
                    "learning.schedule": schedule, "learning.clipping": clipping, "learning.optimizer": optimizer,
                    "learning.penalty": "weight_decay"})  # fmt: skip
                changes = {}
                for path, param in spec.params().items():
                    if param.kind == "number" and path.startswith("learning."):
                        changes[path] = next(v for v in reversed(param.choices) if v != param.default)
                full = spec.with_(**changes)
                assert read_link(write_link(full))[0] == full


def test_drawn_points_go_into_the_link_and_come_back():
    points = [[1.25, -6.0, 1], [-20.0, 20.0, 0], [0.0, 0.01, 1]]
    spec = RunSpec.default().with_(**{"data.points": points})
    read, _, notes = read_link(write_link(spec))
    assert read == spec and notes == [] and left_out(spec) == []
    assert "points" not in write_link(RunSpec.default())
    assert len(write_link(spec)) == len(write_link(RunSpec.default())) + len("&points=") + 6 * len(points)


def test_more_points_than_a_link_holds_are_left_out_and_it_says_so():
    points = [[round(i / 100, 2), 0.0, i % 2] for i in range(250)]
    spec = RunSpec.default().with_(**{"data.points": points})
    assert read_link(write_link(spec))[0].points == points[:200]
    assert left_out(spec) == ["The link holds the first 200 of the 250 drawn points; the others are left out."]


@pytest.mark.parametrize("points", ["A", "ÄÄÄÄÄÄ", "______", "gAgAgB"])
def test_a_link_with_damaged_points_gives_a_note_and_the_rest(points):
    read, _, notes = read_link(f"v=1&data=xor&points={points}")
    assert read.get("data.kind") == "xor" and read.points == [] and len(notes) == 1
