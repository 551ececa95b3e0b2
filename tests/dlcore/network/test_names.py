"""Names of numbers. Oracle: what the stage calls the same places (`pages/_stage/js/names.js`)."""

import pytest

from dlcore import RunSpec
from dlcore.fitting import fit
from dlcore.network.names import Names
from dlcore.network.shapes import blocks


def names(**changes) -> Names:
    spec = RunSpec.default().with_(**changes)
    return Names(spec, blocks(spec))


@pytest.mark.parametrize(
    ("address", "sample", "name"),
    [
        ("layers.1.weight[1,2]", None, "The weight neuron 3 → layer 2, neuron 2"),
        ("layers.0.weight[3,1]", None, "The weight x₂ → layer 1, neuron 4"),
        ("layers.2.weight.grad[0,1]", None, "The gradient for the weight neuron 2 → the output"),
        ("layers.0.bias.update[0]@12", None, "The update of the bias of layer 1, neuron 1, step 12"),
        ("layers.1.activation[0]", 6, "The activation of layer 2, neuron 1, training sample 7"),
        ("layers.1.activation[0]", ("point", 1, -2.5), "The activation of layer 2, neuron 1, the point (1, −2.5)"),
        ("train.layers.1.output[0]", ("batch", 0),
         "The value after dropout of layer 2, neuron 1 in training, sample 1 of the batch"),
        ("optimizer.adam.mean.layers.0.weight.next[0,0]", None,
         "Adam’s mean for the weight x₁ → layer 1, neuron 1 after the step"),
        ("test_accuracy", None, "The test accuracy"),
        ("sample_loss", ("test", 2), "The loss, test sample 3"),
        ("learning_rate", None, "The learning rate"),
    ],
)  # fmt: skip
def test_numbers_have_names(address, sample, name):
    assert names()(address, sample) == name


def test_outputs_of_several_classes_bear_their_names():
    assert names(data="iris")("layers.2.activation[0]") == "The activation of output “setosa”"


CONV = {"kind": "conv2d", "channels": 4, "groups": 1}
SUMMED = [CONV, {"kind": "max_pool2d"}, CONV | {"groups": 2}, {"kind": "add", "from": [1, 2]}]
PICTURES = {"data": "digits", "network.layers": [*SUMMED, {"kind": "flatten"}, {"units": 3}]}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("inputs[0,2,6]", "The input: row 3, column 7"),
        ("inputs[0]", "The input picture"),
        ("layers.0.pre_activation[2,3,4]", "The weighted sum of layer 1, channel 3, row 4, column 5"),
        ("layers.0.weight[2,0,0,1]", "The weight the picture → layer 1, channel 3, row 1, column 2 of the window"),
        ("layers.2.weight[3,1,2,2]", "The weight channel 4 → layer 3, channel 4, row 3, column 3 of the window"),
        ("layers.0.bias[1]", "The bias of layer 1, channel 2"),
        ("layers.4.activation[20]", "The activation of layer 5, number 21"),
        ("layers.5.weight[1,20]", "The weight layer 4, channel 2, row 2, column 1 → layer 6, neuron 2"),
        ("layers.6.activation[9]", "The activation of output “9”"),
    ],
)
def test_numbers_of_pictures_have_names(address, name):
    spec, _ = fit(RunSpec.default(), PICTURES)
    assert Names(spec, blocks(spec))(address) == name


def test_the_pixels_of_an_answer_have_names():
    """Of a picture that a convolution makes, and of one that a dense layer makes as a row."""
    for layers in ([CONV], [{"kind": "flatten"}]):
        spec, _ = fit(RunSpec.default(), {"data": {"kind": "digits", "target": "picture"}, "network.layers": layers})
        named, place = Names(spec, blocks(spec)), "0,2,6" if layers == [CONV] else "22"
        assert named("target[22]") == "The target, row 3, column 7"
        assert named(f"layers.1.activation[{place}]") == "The activation of the output, row 3, column 7"
