"""Names of numbers. Oracle: what the stage calls the same places (`pages/_stage/js/names.js`)."""

import pytest

from dlcore import RunSpec
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
