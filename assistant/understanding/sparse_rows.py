"""Sparse rows of features: many texts, few of all features each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rows:
    """Sparse rows: row r has the features and values from starts[r] to starts[r + 1]."""

    starts: np.ndarray
    numbers: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.starts) - 1

    def some(self, rows: np.ndarray) -> Rows:
        """These rows, in this order."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Rows(starts, self.numbers[places], self.values[places])

    def summed(self, vectors: np.ndarray) -> np.ndarray:
        """For each row the sum of its features' vectors, each times its value: (rows, size)."""
        found = np.zeros((len(self), vectors.shape[1]), dtype=vectors.dtype)
        filled = np.diff(self.starts) > 0
        if filled.any():
            weighted = vectors[self.numbers] * self.values[:, None]
            found[filled] = np.add.reduceat(weighted, self.starts[:-1][filled], axis=0)
        return found

    def spread(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The features that the rows have, and for each the sum of these rows' vectors, each times its value there."""
        given = np.repeat(vectors, np.diff(self.starts), axis=0) * self.values[:, None]
        order = np.argsort(self.numbers, kind="stable")
        touched, starts = np.unique(self.numbers[order], return_index=True)
        return touched, np.add.reduceat(given[order], starts, axis=0)


def dense(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """The features some rows have, and a matrix of a column for each of these."""
    touched, places = np.unique(rows.numbers, return_inverse=True)
    columns = np.zeros((len(rows), len(touched)), dtype=np.float32)
    of_row = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    columns[of_row, places] = rows.values
    return touched, columns
