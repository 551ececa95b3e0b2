"""Receipts: where every number of a network comes from.

    run.receipt("layers.1.weight.grad[2,0]")            of the coming batch
    run.receipt("layers.1.activation[2]", sample=3)     of training sample 3; ("test", 3), ("point", 1.5, −2.0)
    run.receipt("layers.1.weight[2,0]@41")              as it was after 41 updates

`kinds` says what a kind of number is; `values`, `measures`, `gradients`, `updates` and `parameters` build the trees
of each, out of the catalogues' own expressions; `paths` says where numbers go. `position` and `scenes` hand out the
run's numbers, `checks` and `checked_step` compute them once more by PyTorch alone, `receipt` puts it together.
"""
