"""Networks: operations on the list of layers, shapes, building, and passes."""
