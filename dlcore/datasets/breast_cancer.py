"""Breast cancer: 569 tumours, malignant or benign, two of ten measurements of their cells.

Each number is the mean over the nuclei of the cells in one picture under a microscope, lengths in
pixels of that picture. The clouds overlap: by two measurements about nine out of ten can be told.
A doctor decides by far more than two numbers.

Source: Street, Wolberg & Mangasarian, Nuclear feature extraction for breast tumor diagnosis (1993);
scikit-learn's copy, load_breast_cancer, whose first ten columns these are.
"""

from __future__ import annotations

from dlcore.datasets import Dataset
from dlcore.datasets._measured import Measured, Table

TABLE = Table(
    file="breast_cancer.csv",
    goal="Tell malignant tumours from benign ones",
    columns=(
        Measured("mean radius", 6.981, 28.11, 14.12729, 3.520951),
        Measured("mean texture", 9.71, 39.28, 19.28965, 4.297255),
        Measured("mean perimeter", 43.79, 188.5, 91.96903, 24.27762),
        Measured("mean area", 143.5, 2501, 654.8891, 351.6048),
        Measured("mean smoothness", 0.05263, 0.1634, 0.09636028, 0.01405176),
        Measured("mean compactness", 0.01938, 0.3454, 0.104341, 0.05276633),
        Measured("mean concavity", 0, 0.4268, 0.08879932, 0.07964973),
        Measured("mean concave points", 0, 0.2012, 0.04891915, 0.03876873),
        Measured("mean symmetry", 0.106, 0.304, 0.1811619, 0.02739018),
        Measured("mean fractal dimension", 0.04996, 0.09744, 0.06279761, 0.007054156),
    ),
)

ENTRY = Dataset(
    id="breast_cancer",
    label="Breast cancer",
    sentence="Real data: 569 tumours, malignant (orange) or benign (blue), by two of ten measurements of their cells, "
    "standardized; the axes show them as measured.",
    source="Street, Wolberg & Mangasarian (1993); scikit-learn, load_breast_cancer",
    params=TABLE.choice("mean_radius", "mean_texture"),
    examples=({}, {"horizontal": "mean_texture", "vertical": "mean_concave_points"}),
    order=46,
    generate=TABLE.generate,
    records=TABLE.records,
    fields=TABLE.fields,
    group="real data",
    target="binary",
    classes=("malignant", "benign"),
    count=569,
    follow=TABLE.follow,
    **TABLE.follow("mean_radius", "mean_texture"),
)
