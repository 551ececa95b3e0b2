"""A run's samples as code: what the network is given of each, what it should answer, and where the numbers lie."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.export.beside import levels_of
from dlcore.export.source import Needs, expression_source, function_source
from dlcore.export.template import AUGMENT, AUGMENTED, PAIRS
from dlcore.spec import RunSpec

ROWS_A_LINE = 3
SPLITS = ("train", "validation", "test")

Points = Mapping[str, tuple[np.ndarray, np.ndarray]]


class DataSource:
    """The code of a spec's samples. points: {"train": (x, y), …} in own units; `file` is the name of the file beside
    the script that holds the numbers, "" where they are spelled out. `splits` are those that there are."""

    def __init__(self, spec: RunSpec, points: Points, needs: Needs, file: str):
        self.spec, self.resolved, self.points, self.needs, self.file = spec, spec.resolved, points, needs, file
        self.splits = [split for split in SPLITS if len(points.get(split, ((), ()))[1])]
        self.augment: Mapping[str, float] = spec.tree["data"]["augment"]
        self.sample = "picture" if self.resolved.pictures else "point"
        self._levels = levels_of([x for x, _ in points.values()]) if self.resolved.pictures else 0

    def training(self) -> dict[str, str]:
        """What the training loop says of the samples, by the names of its template."""
        listed = ", ".join(f'"{split}": {split.upper()}' for split in self.splits)
        return {
            "splits": listed,
            "pair": PAIRS[self.spec.tree["data"]["target"] if self.resolved.pictures else "points"],
            "augment": AUGMENT[bool(self.resolved.picture)] if self.augment else "",
            "x": "now" if self.augment else "x",
            "y": "asked" if self.augment and self.resolved.picture else "y",
        }

    def inputs(self) -> str:
        """The function that makes the network's inputs of samples."""
        if self.resolved.pictures:
            values = f"x / {self._levels}" if self._levels else "x"
            return (
                "def inputs_of(x):\n"
                '    """What the network is given: (pictures, channels, rows, columns), from 0 to 1."""\n'
                f"    return torch.tensor({values}, dtype=torch.float32)"
            )
        rows, beyond = [], 2
        for entry in self.spec.inputs:
            if entry.column is not None:
                rows.append(f"        x[:, {beyond}],  # {entry.label}, standardized")
                beyond += 1
                continue
            name = entry.id
            expression = expression_source(entry.compute, self.needs)
            if expression is None:
                self.needs.definitions[name] = function_source(entry.compute, name, self.needs)
                expression = f"{name}(x)"
            rows.append(f"        {expression.removesuffix('.copy()')},  # {entry.label}")
        return "\n".join(
            [
                "def inputs_of(x):",
                '    """What the network is given of the points x, (points, 2) → (points, inputs)."""',
                "    columns = [",
                *rows,
                "    ]",
                "    return torch.tensor(np.stack(columns, axis=1), dtype=torch.float32)",
            ]
        )

    def targets(self) -> str:
        """The function that writes the answers as the loss wants them."""
        if self.resolved.picture:
            return (
                'def targets_of(x):\n    """What the output should be for each picture: the picture itself, in one '
                'row."""\n    return inputs_of(x).flatten(1)'
            )
        says, value = {
            "number": ("the number itself", "y"),
            "sign": ("−1 or +1", "np.where(y > 0, 1.0, -1.0)"),
            "zero_one": ("0 or 1", "y"),
            "one_hot": ("a row with a 1 for its class", f"np.eye({self.resolved.columns})[y.astype(int)]"),
        }[self.resolved.coding]
        column = value if self.resolved.coding == "one_hot" else f"{value}[:, None]"
        return (
            f'def targets_of(y):\n    """What the output should be for each {self.sample}: {says}."""\n'
            f"    return torch.tensor({column}, dtype=torch.float32)"
        )

    def augmented(self) -> str:
        """What changes the training pictures by chance, each way by the catalogue's own function."""
        if not self.augment:
            return ""
        self.needs.imports.add("import zlib")
        functions, lines = [], {False: [], True: []}
        for name, amount in self.augment.items():
            entry = catalogue("augmentations")[name]
            functions.append(function_source(entry.apply, f"{name}_pictures", self.needs))
            lines[entry.restored].append(f'    x = {name}_pictures(x, chance_of("{name}", epoch), {amount!r})')
        reproduced = bool(self.resolved.picture)
        asked, given = ["    y = x.flatten(1)"] * reproduced, "x, y" if reproduced else "x"
        found = [*lines[False], *asked, *lines[True], f"    return {given}"]
        also = ", and what it should answer" if reproduced else ""
        return "\n\n\n".join([*functions, AUGMENTED.format(also=also, changes="\n".join(found))])

    def said(self) -> dict[str, str]:
        """What a notebook says of its numbers: "told", and what a "sample" is called."""
        told = "Each row has the coordinates of a point, and its answer last."
        if self.file:
            told = f"The file beside this notebook holds {self.told()}, and the start weights."
        return {"told": told, "sample": self.sample}

    def told(self) -> str:
        """What the file beside the script has of each sample."""
        if self.resolved.pictures:
            return "the pictures" if self.resolved.picture else "the pictures and their answers"
        return "coordinates and answer of each point"

    def arrays(self) -> dict[str, np.ndarray]:
        """The samples as they lie in the file beside the script, by name."""
        found = {}
        for split in self.splits:
            x, y = self.points[split]
            if not self.resolved.pictures:
                found[split] = np.column_stack((x, y))
                continue
            found[split] = np.rint(x * self._levels).astype(np.uint8) if self._levels else x
            if not self.resolved.picture:
                found[f"{split}_answers"] = y
        return found

    def numbers(self) -> str:
        """The samples themselves, or where they are read from."""
        if self.file:
            lines = [f'FILE = np.load("{self.file}")']
            lines += [f'{split.upper()} = FILE["{split}"]' for split in self.splits]
            if self.resolved.pictures and not self.resolved.picture:
                answers = ", ".join(f'"{split}": FILE["{split}_answers"]' for split in self.splits)
                lines.append(f"ANSWERS = {{{answers}}}")
            return "\n".join(lines)
        tables = {split: _rows(np.column_stack(self.points[split])) for split in self.splits}
        return "\n".join(f"{split.upper()} = np.array([\n{rows}\n])" for split, rows in tables.items())


def _rows(table: np.ndarray) -> str:
    """Rows of float64, each number with all the digits that it needs."""
    rows = [f"[{', '.join(repr(float(value)) for value in row)}]," for row in table]
    return "\n".join(
        "    " + " ".join(rows[start : start + ROWS_A_LINE]) for start in range(0, len(rows), ROWS_A_LINE)
    )
