"""The fixed pieces of an exported script; `dlcore.export.pytorch_script` fills them in."""

ORDER_FIXED = '''\
def order_of(epoch):
    """The samples' order: the same one in every epoch."""
    return np.arange(len(TRAIN))'''

ORDER_SHUFFLED = '''\
def order_of(epoch):
    """The samples' order in an epoch: shuffled, always in the same way for the same seed."""
    return np.random.default_rng([SEED, zlib.crc32(b"order"), epoch]).permutation(len(TRAIN))'''

BATCHES = {
    "train": '''\
def batches_of(epoch):
    """The samples of each step of an epoch; the last batch may be smaller."""
    order = order_of(epoch)
    for start in range(0, len(order), BATCH_SIZE):
        yield order[start : start + BATCH_SIZE]''',
    "drop": '''\
def batches_of(epoch):
    """The samples of each step of an epoch; those that do not fill a batch are left out."""
    order = order_of(epoch)
    for start in range(0, len(order) - BATCH_SIZE + 1, BATCH_SIZE):
        yield order[start : start + BATCH_SIZE]''',
    "carry": '''\
def batches_of(epoch):
    """The samples of each step of an epoch; those that do not fill a batch join the next epoch's first one."""
    order = order_of(epoch)
    full = len(order) - len(order) % BATCH_SIZE
    for start in range(0, full, BATCH_SIZE):
        batch = order[start : start + BATCH_SIZE]
        if start == 0 and epoch > 0:
            batch = np.concatenate([order_of(epoch - 1)[full:], batch])
        yield batch''',
}

WEIGHTS = """\
    # The penalty is on weights, never on biases.
    weights = [p for name, p in model.named_parameters() if name.endswith(".weight")]
"""
DEAD = """\
            for w, slot in zip(weights, slots):
                w.grad *= 1 - slot["dead"]  # dead weights learn no more
"""
AFTER = """\
            with torch.no_grad():
                for i, w in enumerate(weights):
                    shrunk, slots[i] = after_the_update(before[i], w, slots[i], PENALTY, {rate!r})
                    w.copy_(shrunk)
"""

OPTIMIZER = '''\
HYPER = {hyper}


{update}


class Optimizer:
    """Keeps, for each parameter, what `update` remembers from one step to the next."""

    def __init__(self, parameters):
        self.parameters = list(parameters)
        self.slots = [{{name: torch.zeros_like(p) for name in {slots}}} for p in self.parameters]
        self.t = 0

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    @torch.no_grad()
    def step(self):
        self.t += 1
        for i, p in enumerate(self.parameters):
            value, self.slots[i] = update(p.detach(), p.grad, self.slots[i], HYPER, self.t)
            p.copy_(value)


def make_optimizer(parameters):
    return Optimizer(parameters)'''

TRAINING = """\
def train():
    torch.set_num_threads(1)  # a small network is faster without sharing the work
    x, y = inputs_of(TRAIN[:, :-1]), targets_of(TRAIN[:, -1])
{test}\
    model = Network()
    model.load_state_dict({{name: torch.tensor(values) for name, values in START.items()}})
    optimizer = make_optimizer(model.parameters())
{weights}{slots}\

    def loss(x, y):
        with torch.no_grad():
            return loss_of_each(model(x), y).mean().item()

    def show(epoch):
        print(f"epoch {{epoch}}", f"train_loss {{loss(x, y):.6g}}"{shown})

    show(0)
    for epoch in range(EPOCHS):
        for batch in batches_of(epoch):
            optimizer.zero_grad()
            total = loss_of_each(model(x[batch]), y[batch]).mean()
{penalty}\
            total.backward()
{dead}{before}\
            optimizer.step()
{after}\
        if epoch < 10 or (epoch + 1) % max(1, EPOCHS // 20) == 0 or epoch + 1 == EPOCHS:
            show(epoch + 1)"""
