"""The three tellings of small formulas. Oracle: the lines that a teacher would write, written out here."""

import numpy as np
import pytest

from dlcore.expressions import (
    Leaf,
    Leaves,
    Number,
    absolute,
    exp,
    expm1,
    floor,
    layout,
    log,
    log1p,
    maximum,
    mean,
    named,
    plain,
    sqrt,
    subscript,
    tanh,
    total,
    where,
)
from dlcore.expressions.code import identifier, source
from dlcore.expressions.writing import NUMBERS, SYMBOLS, Writer, fold, width

x, y, z = Leaf("x", 0.5, "inputs[0]", 3), Leaf("y", -2.0, "inputs[1]", ("test", 4)), Leaf("z", 0.4127, "a.z[1]", 3)
tiny, t = Leaf("v", 1.2e-5, "v"), Leaf("t", 3)


def numbers(tree, *given, **options):
    return plain(layout(tree, *given, **options)["numbers"])


def many(symbol, values):
    return Leaves(f"{symbol}ᵢ", values, lambda i: Leaf(f"{symbol}{subscript(i + 1)}", values[i], f"{symbol}[{i}]", i))


@pytest.mark.parametrize(
    "tree, symbols, live",
    [
        (x + y, "x + y", "0.500 + (−2.00)"),
        (x - y * 2, "x − y·2", "0.500 − (−2.00) × 2"),
        (y - x, "y − x", "−2.00 − 0.500"),
        (x - (y - x), "x − (y − x)", "0.500 − (−2.00 − 0.500)"),
        (-x, "−x", "−0.500"),
        (-y * x, "(−y)·x", "(−(−2.00)) × 0.500"),
        (x * (y + 1), "x·(y + 1)", "0.500 × (−2.00 + 1)"),
        (x * y * z, "x·y·z", "0.500 × (−2.00) × 0.413"),
        (x / (y * z), "x / (y·z)", "0.500 / (−2.00 × 0.413)"),
        (x * (y / z), "x·(y / z)", "0.500 × (−2.00 / 0.413)"),
        (x / y * z, "(x / y)·z", "(0.500 / (−2.00)) × 0.413"),
        (y**2, "y²", "(−2.00)²"),
        ((x * y) ** 2, "(x·y)²", "(0.500 × (−2.00))²"),
        (tiny**2, "v²", "(1.20e−5)²"),
        (Number(0.9, "β₁") ** t, "β₁ᵗ", "0.9³"),
        (x**y, "x^y", "0.500^(−2.00)"),
        (exp(-z), "e⁻ᶻ", "e^(−0.413)"),
        (exp(x - z), "e^(x − z)", "e^(0.500 − 0.413)"),
        (expm1(z) * 2, "(eᶻ − 1)·2", "(e^0.413 − 1) × 2"),
        (sqrt(x) + sqrt(x + 1), "√x + √(x + 1)", "√0.500 + √(0.500 + 1)"),
        (log1p(x) - log(x), "ln(1 + x) − ln(x)", "ln(1 + 0.500) − ln(0.500)"),
        (absolute(y) + floor(x), "|y| + ⌊x⌋", "|−2.00| + ⌊0.500⌋"),
        (maximum(0, y), "max(0, y)", "max(0, −2.00)"),
        (Number(0.5, "½") * x, "½·x", "0.5 × 0.500"),
        (where(x > 0, x, y), "x where x > 0, else y", "0.500, as 0.500 > 0"),
        (where(x <= 0, 1, y) * 2, "(1 where x ≤ 0, else y)·2", "−2.00 × 2"),
        (where(y >= 0, 1, 0), "1 where y ≥ 0, else 0", "0, as −2.00 < 0"),
        (named("q", x / y) + 1, "q + 1", "−0.250 + 1"),
        (total(many("w", [1.0, 2.0])) * 3, "(Σᵢ wᵢ)·3", "3.00 × 3"),
    ],
)
def test_symbols_and_live_values(tree, symbols, live):
    assert plain([Writer(SYMBOLS).write(tree)]) == symbols
    assert plain([Writer(NUMBERS).write(tree)]) == live


def test_formula_live_values_result():
    assert numbers(tanh(z), "a") == "a = tanh(z)\n  = tanh(0.413)\n  = 0.391"
    assert numbers(x, "o") == "o = x\n  = 0.500"
    assert numbers((x - y) ** 2 / 2, "L", "sample_loss").endswith("  = 3.1250"), "losses have four decimals"


def test_a_weighted_sum_is_a_column():
    tree = total(many("w", [0.5, -1.25]) * many("x", [1.0, 12.0])) + Leaf("b", 0.1, "layers.0.bias[0]")
    assert numbers(tree, "z") == (
        "z = Σᵢ wᵢ·xᵢ + b\n"
        "  w₁·x₁  0.500 × 1.00  =   0.500\n"
        "+ w₂·x₂  −1.25 × 12.0  = −15.0\n"
        "+ b                    =   0.100\n"
        "z                      = −14.4"
    )


def test_long_sums_are_folded_and_unfold_to_the_rest():
    values = np.arange(34) / 10
    lines = layout(mean(many("L", values), "i"), "L", "batch_loss")["numbers"]
    (token,) = [token for line in lines for token in line if token["kind"] == "fold"]
    assert token["text"].startswith("+ 28 more terms") and token["value"] == pytest.approx(values[6:].sum())
    inside = plain([token["tokens"]]).splitlines()[1:]
    assert len(inside) == 28 and inside[0].split() == ["+", "L₇", "=", "0.600"]
    followed = [(part["address"], part["sample"]) for part in token["tokens"] if "address" in part]
    assert followed[:2] == followed[0:1] * 2 == [("L[6]", 6)] * 2
    assert plain(lines).endswith("Σ                = 56.1\n  = 56.1 / 34\n  = 1.6500")


def test_of_thousands_the_fold_holds_some_and_says_so():
    lines = layout(total(many("g", np.ones(5000))), "G")["numbers"]
    (token,) = [token for line in lines for token in line if token["kind"] == "fold"]
    assert token["value"] == 4994 and token["tokens"][-1]["text"].endswith("and 4,894 more")


def test_seven_terms_are_not_worth_a_fold():
    kinds = {token["kind"] for line in layout(total(many("g", np.ones(7))), "G")["numbers"] for token in line}
    assert "fold" not in kinds
    assert len(layout(total(many("g", np.ones(8))), "G")["numbers"]) == 9


def test_a_fold_within_an_intermediate_result_unfolds_as_far_right():
    tree = 2 * named("S", total(many("g", np.ones(9))))
    (token,) = [token for line in layout(tree, "q")["numbers"] for token in line if token["kind"] == "fold"]
    assert plain([token["tokens"]]).splitlines()[1].startswith("  + g₄")


def test_intermediate_results_stand_between_formula_and_result():
    ratio = named("m̂", x / (1 - Number(0.9, "β₁") ** t), "optimizer.m")
    assert numbers(named("w′", z - 0.1 * ratio * ratio)) == (
        "w′ = z − 0.1·m̂·m̂\n"
        "  m̂ = x / (1 − β₁ᵗ)\n"
        "    = 0.500 / (1 − 0.9³) = 1.85\n"
        "w′ = 0.413 − 0.1 × 1.85 × 1.85\n"
        "   = 0.0723"
    )  # fmt: skip


def test_what_can_be_followed_says_where_it_leads():
    lines = layout(x * y, "p")["numbers"]
    tokens = [token for line in lines for token in line if token["kind"] in ("symbol", "number")]
    assert tokens[1] == {"text": "x", "kind": "symbol", "address": "inputs[0]", "sample": 3, "value": 0.5}
    place = {"address": "inputs[1]", "sample": ["test", 4], "value": -2.0}
    assert tokens[4] == {"text": "−2.00", "kind": "number", **place}
    assert "address" not in layout(x * y, "p", "layers.0.output[0]")["numbers"][-1][-1], "a result leads nowhere"


def test_what_is_not_finite_is_written_but_has_no_value():
    token = layout(x / Leaf("o", 0.0), "q")["numbers"][-1][-1]
    assert token == {"text": "∞", "kind": "number"}


def test_words_are_those_given_or_made_of_the_parts():
    told = tanh(z).told("Squeeze ", z, " with tanh.")
    assert plain(layout(told, "a")["words"]) == "Squeeze z (0.413) with tanh. That gives 0.391."
    half = Leaf("x", 0.5, "inputs[0]", 3, name="the first input")
    assert plain(layout(half * y - sqrt(x) + 1, "q")["words"]) == (
        "Take the first input (0.500) times y (−2.00) less the root of x (0.500) plus 1. That gives −0.707."
    )
    assert plain(layout(mean(many("L", [1.0, 2.0])), "L")["words"]) == "Take the mean of all Lᵢ. That gives 1.50."
    (line,) = layout(told, "a")["words"]
    assert line[1] == {"text": "0.413", "kind": "number", "address": "a.z[1]", "sample": 3, "value": 0.4127}


def test_the_line_of_code_can_be_given():
    assert layout(x * y, "p", code="p = X[0] * X[1]")["code"] == "p = X[0] * X[1]"


@pytest.mark.parametrize(
    "tree, code",
    [
        (x - (y - z), "q = x - (y - z)"), (x / (y * z), "q = x / (y * z)"), ((-x) ** 2, "q = (-x)**2"),
        (-(x**2), "q = -x**2"), (x * -y, "q = x * -y"), (where(x > 0, 1, 0), "q = np.where(x > 0, 1, 0)"),
        (total(many("w", [1.0]) * many("x", [1.0])) + x, "q = w @ x + x"), (mean(many("L", [1.0])), "q = np.mean(L)"),
        (maximum(x, y, z), "q = np.max([x, y, z])"), (maximum(x, 0), "q = np.maximum(x, 0)"),
    ],
)  # fmt: skip
def test_code_has_the_brackets_that_it_needs(tree, code):
    assert source(named("q", tree)) == code


@pytest.mark.parametrize(
    "symbol, name",
    [("m̂", "m_hat"), ("β₁", "beta1"), ("w′", "w_next"), ("∂L/∂w", "dL_dw"), ("σ²", "sigma_squared"), ("Δw", "Delta_w"),
     ("Φ", "Phi"), ("φ", "phi"), ("|g|", "g_size"), ("μ̄", "mu_bar"), ("x₁", "x1"), ("if", "if_"), ("1", "v1")],
)  # fmt: skip
def test_symbols_become_names(symbol, name):
    assert identifier(symbol) == name


def test_marks_above_letters_take_no_room():
    assert width([{"text": "m̂′", "kind": "symbol"}]) == 2
    assert fold(3, [])["text"] == "3 more"
