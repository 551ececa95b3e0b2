"""Wine: 178 wines from three cultivars of grapes, two of their thirteen measurements.

All were grown in the same region of Italy. Alcohol and flavanoids alone tell nine out of ten apart.
The source tells no units.

Source: Aeberhard & Forina, Wine, UCI Machine Learning Repository (1991); scikit-learn's copy, load_wine.
"""

from __future__ import annotations

from dlcore.datasets import Dataset
from dlcore.datasets._measured import Measured, Table

TABLE = Table(
    file="wine_data.csv",
    goal="Separate the three cultivars of wine",
    columns=(
        Measured("alcohol", 11.03, 14.83, 13.00062, 0.8095429),
        Measured("malic acid", 0.74, 5.8, 2.336348, 1.114004),
        Measured("ash", 1.36, 3.23, 2.366517, 0.2735723),
        Measured("alcalinity of ash", 10.6, 30, 19.49494, 3.33017),
        Measured("magnesium", 70, 162, 99.74157, 14.24231),
        Measured("total phenols", 0.98, 3.88, 2.295112, 0.6240906),
        Measured("flavanoids", 0.34, 5.08, 2.02927, 0.996049),
        Measured("nonflavanoid phenols", 0.13, 0.66, 0.3618539, 0.1241033),
        Measured("proanthocyanins", 0.41, 3.58, 1.590899, 0.5707488),
        Measured("color intensity", 1.28, 13, 5.05809, 2.311765),
        Measured("hue", 0.48, 1.71, 0.9574494, 0.2279286),
        Measured("OD280/OD315", 1.27, 4, 2.611685, 0.7079933),
        Measured("proline", 278, 1680, 746.8933, 314.0217),
    ),
)

ENTRY = Dataset(
    id="wine",
    label="Wine",
    sentence="Real data: 178 wines of three cultivars of grapes, by two of their thirteen measurements, standardized; "
    "the axes show them as measured.",
    source="Aeberhard & Forina (1991), Wine, UCI Machine Learning Repository; scikit-learn, load_wine",
    params=TABLE.choice("alcohol", "flavanoids"),
    examples=({}, {"horizontal": "magnesium", "vertical": "proline"}),
    order=45,
    generate=TABLE.generate,
    records=TABLE.records,
    fields=TABLE.fields,
    group="real data",
    target="classes",
    classes=("cultivar 1", "cultivar 2", "cultivar 3"),
    count=178,
    follow=TABLE.follow,
    **TABLE.follow("alcohol", "flavanoids"),
)
