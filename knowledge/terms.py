"""Sets and numberings of words kept as sorted arrays of hashes: nothing to parse, opened in no time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from threading import Lock

import numpy as np

HEADERS = Lock()  # held while numpy parses a file's header: Python 3.11 fails when threads parse at once (gh-106905)


def term_keys(terms: Iterable[str]) -> np.ndarray:
    """A 64-bit key for each term, the same on every machine and in every run."""
    digests = b"".join(blake2b(term.encode("utf-8"), digest_size=8).digest() for term in terms)
    return np.frombuffer(digests, dtype="<u8")


def mapped(path: Path) -> np.ndarray:
    """The array of a .npy file, read from the disk as it is used. Raises OSError or ValueError.

    As a plain array: slicing a memmap costs ten times as much.
    """
    with HEADERS:
        return np.asarray(np.load(path, mmap_mode="r"))


def loaded(path: Path) -> np.ndarray:
    """The array of a .npy file. Raises OSError or ValueError."""
    with HEADERS:
        return np.asarray(np.load(path))


class Terms:
    """Numbers terms 0…n-1 by their place in a sorted array of keys.

    The keys may be cut to 32 bits where a file must be small: among 100,000 terms an unknown word
    is then taken for a known one once in 40,000 times.
    """

    def __init__(self, keys: np.ndarray) -> None:
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(cls, terms: Iterable[str], bits: int = 64) -> Terms:
        """The numbering of these terms, each once."""
        return cls(np.unique(term_keys(terms).astype(f"<u{bits // 8}")))

    def numbers(self, terms: Sequence[str]) -> np.ndarray:
        """The number of each term, -1 where it is unknown."""
        if not len(self.keys) or not len(terms):
            return np.full(len(terms), -1, dtype=np.int64)
        wanted = term_keys(terms).astype(self.keys.dtype)
        places = np.searchsorted(self.keys, wanted)
        places[places == len(self.keys)] = 0
        return np.where(self.keys[places] == wanted, places, -1)

    def __contains__(self, term: str) -> bool:
        digest = blake2b(term.encode("utf-8"), digest_size=8).digest()
        key = np.frombuffer(digest[: self.keys.itemsize], dtype=self.keys.dtype)[0]
        at = int(self.keys.searchsorted(key))
        return at < len(self.keys) and bool(self.keys[at] == key)
