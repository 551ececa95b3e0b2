"""Iris: 150 flowers of three kinds, two of their four measurements.

Setosa stands apart and a straight line cuts it off. Versicolor and virginica overlap a little, so
no network is right about every flower by two measurements.

Source: Fisher, The use of multiple measurements in taxonomic problems (1936), measured by Edgar
Anderson; scikit-learn's copy, load_iris.
"""

from __future__ import annotations

from dlcore.datasets import Dataset
from dlcore.datasets._measured import Measured, Table

TABLE = Table(
    file="iris.csv",
    goal="Separate the three kinds of iris",
    unit="cm",
    columns=(
        Measured("sepal length", 4.3, 7.9, 5.843333, 0.8253013),
        Measured("sepal width", 2, 4.4, 3.057333, 0.434411),
        Measured("petal length", 1, 6.9, 3.758, 1.759404),
        Measured("petal width", 0.1, 2.5, 1.199333, 0.7596926),
    ),
)

ENTRY = Dataset(
    id="iris",
    label="Iris",
    sentence="Real data: 150 flowers of three kinds of iris, by two of their four measurements, standardized; "
    "the axes are in centimetres.",
    source="Fisher (1936), The use of multiple measurements in taxonomic problems; scikit-learn, load_iris",
    params=TABLE.choice("petal_length", "petal_width"),
    examples=({}, {"horizontal": "sepal_width"}, {"horizontal": "sepal_length", "vertical": "sepal_length"}),
    order=44,
    generate=TABLE.generate,
    records=TABLE.records,
    fields=TABLE.fields,
    group="real data",
    target="classes",
    classes=("setosa", "versicolor", "virginica"),
    count=150,
    follow=TABLE.follow,
    **TABLE.follow("petal_length", "petal_width"),
)
