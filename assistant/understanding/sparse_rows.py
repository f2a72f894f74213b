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


def dense(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """The features some rows have, and a matrix of a column for each of these."""
    touched, places = np.unique(rows.numbers, return_inverse=True)
    columns = np.zeros((len(rows), len(touched)), dtype=np.float32)
    of_row = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    columns[of_row, places] = rows.values
    return touched, columns
