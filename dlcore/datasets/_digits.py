"""The handwritten digits that come with scikit-learn: what the two sets of them share.

Forty-three people wrote them on paper; each scan of 32 × 32 black and white points was cut into squares of 4 × 4, and
a pixel is the count of inked points in its square, 0 … 16, here divided by 16.
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets._measured import rows_of

COUNT = 1797
FIELDS = {
    "source": "Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits; scikit-learn, load_digits",
    "group": "pictures",
    "target": "classes",
    "classes": tuple("0123456789"),
    "goal": "Tell which digit was written.",
    "count": COUNT,
}


def digits() -> tuple[np.ndarray, np.ndarray]:
    """(1797, 1, 8, 8) float32 ink from 0 to 1, and (1797,) float64 which digit it is."""
    rows = rows_of("digits.csv.gz", header=0)
    return (rows[:, :-1] / 16).astype(np.float32).reshape(-1, 1, 8, 8), rows[:, -1].copy()


def words(index: int, digit: float) -> str:
    """What there is to say of one of them."""
    return f"A handwritten {digit:.0f}, number {index + 1:,} of {COUNT:,}."
