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
    weights = [layer.weight for layer in model.modules() if isinstance(layer, {kinds})]
"""
FROZEN = """\
    frozen = []  # each tensor with a mask of what is frozen in it, and the values that it keeps
    for name, places in FROZEN.items():
        p = model.get_parameter(name)
        mask = torch.zeros(p.numel(), dtype=torch.bool).index_fill_(0, torch.tensor(places), True)
        frozen.append((p, mask.view_as(p), p.detach().clone()))
"""
STILL = """\
            for p, mask, _ in frozen:
                p.grad.masked_fill_(mask, 0)  # frozen weights do not count in the length that is clipped
"""
HELD = """\
            with torch.no_grad():
                for p, mask, values in frozen:
                    p.copy_(torch.where(mask, values, p))
"""
DEAD = """\
            for w, slot in zip(weights, slots):
                w.grad *= 1 - slot["dead"]  # dead weights learn no more
"""
AFTER = """\
            rate = optimizer.param_groups[0]["lr"]
            with torch.no_grad():
                for k, w in enumerate(weights):
                    shrunk, slots[k] = after_the_update(before[k], w, slots[k], PENALTY, rate)
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
        self.param_groups = [{{"lr": HYPER["learning_rate"]}}]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    @torch.no_grad()
    def step(self):
        self.t += 1
        hyper = {{**HYPER, "learning_rate": self.param_groups[0]["lr"]}}
        for i, p in enumerate(self.parameters):
            value, self.slots[i] = update(p.detach(), p.grad, self.slots[i], hyper, self.t)
            p.copy_(value)


def make_optimizer(parameters):
    return Optimizer(parameters)'''

PENALTY_IN_LOSS = "            total = total + sum(penalty(w, PENALTY) for w in weights)\n"
PENALTY_AFTER_CLIPPING = """\
            sum(penalty(w, PENALTY) for w in weights).backward()  # adds to the clipped gradients
"""

RATE = """\
            now = epoch + i * BATCH_SIZE / len(TRAIN)
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(now)
"""

SCHEDULE = '''\
def learning_rate(epoch):
    """The learning rate at a time in epochs, with its fraction."""
    return {rate!r} * factor(epoch, SCHEDULE)'''

CLIP = '''\
def clip_gradients(model):
    """Clip all gradients together, as one long vector."""
    gradients = [p.grad for p in model.parameters()]
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    clip(flat, CLIPPING)
    for gradient, part in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
        gradient.copy_(part.view_as(gradient))'''

LONE_SAMPLE = '''\
class {name}(nn.{name}):
    """PyTorch's, but a batch of one sample, which has nothing to compare, is taken as in a prediction."""

    def forward(self, z):
        if self.training and z.numel() > z.shape[1]:
            return super().forward(z)
        kept = self.running_mean, self.running_var
        return nn.functional.batch_norm(z, *kept, self.weight, self.bias, eps=self.eps)'''

RANDOM_BITS = '''\
def random_bits(layer, step, samples, size):
    """(samples, size) whole numbers of 64 random bits.

    Chance comes from the seed, the layer, the block of 64 steps and the chunk of 16 samples.
    """
    block, place = divmod(step, 64)
    chunks = []
    for chunk in range(-(-samples // 16)):
        bits = np.random.default_rng([SEED, zlib.crc32(b"dropout"), layer, block, chunk]).bit_generator
        bits.advance(place * 16 * size)
        chunks.append(bits.random_raw(16 * size).reshape(16, size))
    return np.concatenate(chunks)[:samples]'''

FACTORS = '''\
def factors(layer, step, samples, shape, rate):
    """0 for what a step leaves out, 1 / (1 − rate) for the rest: (samples, *shape)."""
    drawn = random_bits(layer, step, samples, math.prod(shape))
    left_out = drawn < np.uint64(rate * 2**64)
    return torch.from_numpy(np.where(left_out, np.float32(0), np.float32(1 / (1 - rate)))).view(samples, *shape)'''

NOISE = '''\
def noise(layer, step, samples, shape, rate):
    """Normal numbers of spread `rate`, each made of two random ones (Box and Muller): (samples, *shape)."""
    drawn = (random_bits(layer, step, samples, 2 * math.prod(shape)) >> np.uint64(11)).reshape(-1, 2) * 2.0**-53
    normal = rate * np.sqrt(-2 * np.log1p(-drawn[:, 0])) * np.cos(2 * np.pi * drawn[:, 1])
    return torch.from_numpy(normal.astype(np.float32)).view(samples, *shape)'''

DRAWING = '''\
class {name}(nn.Module):
    """{sentence}"""

    def __init__(self, layer, shape, rate):
        super().__init__()
        self.layer, self.shape, self.rate, self.step = layer, shape, rate, 0

    def forward(self, x):
        if not self.training:
            return x
        drawn = {drawn}(self.layer, self.step, len(x), self.shape, self.rate)
        self.step += 1  # every step draws anew
        return {changed}'''

TRAINING = '''\
def train():
    """Trains, prints the losses on the way, and gives them back: the curve."""
    torch.set_num_threads(1)  # a small network is faster without sharing the work
    data = {{name: {pair} in {{{splits}}}.items()}}
    x, y = data["train"]
    model = {network}
    model.load_state_dict({{name: torch.tensor(values) for name, values in START.items()}}{strict})
    optimizer = make_optimizer(model.parameters())
{weights}{slots}{frozen}\
    curve = []

    def show(epoch):
        with torch.no_grad():
{evaluate}\
            losses = {{name: loss_of_each(model(x), y).mean().item() for name, (x, y) in data.items()}}
{train}\
        print(f"epoch {{epoch}}", *(f"{{name}}_loss {{loss:.6g}}" for name, loss in losses.items()))
        curve.append({{"epoch": epoch, **losses}})

    show(0)
    for epoch in range(EPOCHS):
{augment}\
        for {batches}:
{rate}\
            optimizer.zero_grad()
            total = loss_of_each(model({x}[batch]), {y}[batch]).mean()
{penalty}\
            total.backward()
{still}{clip}{penalty_after}{dead}{before}\
            optimizer.step()
{after}{held}\
        if epoch < 10 or (epoch + 1) % max(1, EPOCHS // 20) == 0 or epoch + 1 == EPOCHS:
            show(epoch + 1)
    return curve'''

AUGMENTED = '''\
def chance_of(name, epoch):
    """The chance of one way to change pictures: in every epoch another, always the same for the same seed."""
    return np.random.default_rng([SEED, zlib.crc32(f"augment.{{name}}".encode()), epoch])


def augmented(x, epoch):
    """The training pictures as the network is given them in an epoch{also}."""
{changes}'''

AUGMENT = {
    False: "        now = augmented(x, epoch)\n",
    True: "        now, asked = augmented(x, epoch)\n",
}

PAIRS = {
    "points": "(inputs_of(rows[:, :-1]), targets_of(rows[:, -1])) for name, rows",
    "label": "(inputs_of(x), targets_of(ANSWERS[name])) for name, x",
    "picture": "(inputs_of(x), targets_of(x)) for name, x",
}

FROM_FILE = '{name} = {{name.removeprefix("{part}."): FILE[name] for name in FILE.files if name.startswith("{part}.")}}'

RUN = "pip install torch numpy, then start this file with python."
RUN_BESIDE = "unpack both files into one folder, pip install torch numpy, and there start this file with python."
MAIN = """\
if __name__ == "__main__":
    train()"""

CELLS_BESIDE = "To run it: unpack both files into one folder, pip install torch numpy plotly, run the cells in order."
RUN_CELLS = "To run it: pip install torch numpy plotly, then run the cells from top to bottom."
CURVE = """\
import plotly.graph_objects as go

figure = go.Figure(layout={"xaxis_title": "epoch", "yaxis_title": "loss"})
for name in list(curve[0])[1:]:
    figure.add_scatter(x=[row["epoch"] for row in curve], y=[row[name] for row in curve], name=name)
figure"""
