"""Sealing of national IDs: all cryptography of the house (docs/adr/keys-and-sealing.md).

A key file holds sealing keys by number, of which the newest seals and all open, one key for blind
indexes and one for pseudonyms. It never lies in the database or its backups.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from wattana.kernel.problems import N_, Conflict, Problem

_FORMAT = "wattana-keys-1"
_KEY_BYTES = 32
_ID_BYTES = 2
_NONCE_BYTES = 12
_HEAD_BYTES = _ID_BYTES + _NONCE_BYTES
_PSEUDONYM_LETTERS = 24  # 96 bits: no collision among the people of a province

_BROKEN = N_(
    "A protected number cannot be opened: it was altered or moved from another record. Tell the "
    "administrator."
)
_MISSING = N_(
    "The key file is missing. Restore it from its backup, or make one with a new installation."
)
_EXISTS = N_("A key file exists already. A new one would make every protected number unreadable.")
_DAMAGED = N_("The key file is damaged. Restore it from its backup.")
_OPEN_TO_OTHERS = N_("Other users of this machine can read the key file. Run: chmod 600 %(file)s")
_FOREIGN = N_(
    "The key file does not belong to this database: it cannot open its protected numbers. Put back "
    "the key file that was made with this database, or name it in WATTANA_KEYS; make sure that "
    "WATTANA_DATA and WATTANA_DATABASE name the right database. Nothing was changed."
)
_UNKNOWN_KEY = N_(
    "A protected number was sealed with key %(key)s, which is not in the key file. Restore the "
    "newest key file from its backup."
)


class Keyring:
    """The keys of an installation. Safe to share between threads."""

    def __init__(self, sealing: Mapping[int, bytes], index: bytes, pseudonym: bytes) -> None:
        self._ciphers = {number: AESGCMSIV(key) for number, key in sealing.items()}
        self._newest = max(sealing)
        self._head = self._newest.to_bytes(_ID_BYTES, "big")
        self._seal_with = self._ciphers[self._newest].encrypt
        self._index = HMAC(index, SHA256())  # copied for each number: four times as fast
        self._pseudonym = HMAC(pseudonym, SHA256())

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a key file (mode 0600) with fresh keys. Raises `Conflict` where there is one."""
        content = {
            "format": _FORMAT,
            "sealing": {"1": _fresh()},
            "index": _fresh(),
            "pseudonym": _fresh(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(path, content)
        except FileExistsError as error:
            raise Conflict(_EXISTS) from error
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read a key file. Raises `Conflict`, or `Problem` when damaged or open to others."""
        content = _read(path)
        try:
            sealing = {int(number): _key(text) for number, text in content["sealing"].items()}
            return cls(sealing, _key(content["index"]), _key(content["pseudonym"]))
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            raise Problem(_DAMAGED) from error

    @classmethod
    def rotate(cls, path: Path) -> Keyring:
        """Add a sealing key to the file, which seals from now on; the older ones still open."""
        newest = cls.load(path)._newest
        content = _read(path)
        content["sealing"][str(newest + 1)] = _fresh()
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        _write(beside, content)
        beside.replace(path)
        return cls.load(path)

    def seal(self, digits: str, *, table: str, column: str, row: int) -> bytes:
        """Encrypt for one cell: key number, nonce, AES-256-GCM-SIV ciphertext and tag."""
        return self.seal_bytes(digits.encode(), table=table, column=column, row=row)

    def seal_bytes(self, content: bytes, *, table: str, column: str, row: int) -> bytes:
        """The same for the bytes of a file."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._head + nonce + self._seal_with(nonce, content, _place(table, column, row))

    def seal_many(
        self, numbers: Sequence[bytes | None], *, table: str, column: str, rows: Sequence[int]
    ) -> list[bytes | None]:
        """`seal` for one column of many rows; None stays None. Quicker: the nonces come at once."""
        nonces = struct.iter_unpack(f"{_NONCE_BYTES}s", os.urandom(_NONCE_BYTES * len(rows)))
        head, seal_with = self._head, self._seal_with
        before = _place(table, column, "")
        return [
            None if one is None else head + nonce + seal_with(nonce, one, b"%b%d" % (before, row))
            for one, row, (nonce,) in zip(numbers, rows, nonces, strict=True)
        ]

    def open(self, sealed: bytes, *, table: str, column: str, row: int) -> str:
        """Decrypt what `seal` made for the same cell. Raises `Problem` for anything else."""
        return self.open_bytes(sealed, table=table, column=column, row=row).decode()

    def open_bytes(self, sealed: bytes, *, table: str, column: str, row: int) -> bytes:
        """The same for the bytes of a file."""
        cipher, place = self._cipher_of(sealed), _place(table, column, row)
        try:
            return cipher.decrypt(
                bytes(sealed[_ID_BYTES:_HEAD_BYTES]), bytes(sealed[_HEAD_BYTES:]), place
            )
        except (InvalidTag, ValueError) as error:
            raise Problem(_BROKEN) from error

    def _cipher_of(self, sealed: bytes) -> AESGCMSIV:
        number = int.from_bytes(sealed[:_ID_BYTES], "big")
        if number not in self._ciphers:
            raise Problem(_UNKNOWN_KEY, key=number)
        return self._ciphers[number]

    def recognise(self, sealed: bytes, index: bytes, *, table: str, column: str, row: int) -> None:
        """Raise `Conflict` unless these keys made both values of a cell, `Problem` where the key
        that sealed it is not among them."""
        self._cipher_of(sealed)
        try:
            same = self.blind_index(self.open(sealed, table=table, column=column, row=row))
        except Problem as error:
            raise Conflict(_FOREIGN) from error
        if same != bytes(index):
            raise Conflict(_FOREIGN)

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the newest key sealed this; after a rotation the others may be sealed anew."""
        return bytes(sealed[:_ID_BYTES]) == self._head

    def blind_index(self, digits: str) -> bytes:
        """32 bytes by which a sealed number is found: HMAC-SHA256 under a key of its own."""
        code = self._index.copy()
        code.update(digits.encode())
        return code.finalize()

    def blind_indexes(self, numbers: Sequence[bytes | None]) -> list[bytes | None]:
        """`blind_index` of many numbers; None stays None."""
        fresh = self._index.copy

        def of(one: bytes) -> bytes:
            code = fresh()
            code.update(one)
            return code.finalize()

        return [None if one is None else of(one) for one in numbers]

    def pseudonym(self, text: str, purpose: str) -> str:
        """24 letters that stand for `text`, not linkable between purposes without the key."""
        code = self._pseudonym.copy()
        code.update(f"{purpose}\0{text}".encode())
        return code.finalize().hex()[:_PSEUDONYM_LETTERS]


def _place(table: str, column: str, row: int | str) -> bytes:
    """The cell that a sealed value is bound to."""
    return f"{table}\0{column}\0{row}".encode()


def _fresh() -> str:
    return secrets.token_bytes(_KEY_BYTES).hex()


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != _KEY_BYTES:
        raise ValueError(len(key))
    return key


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise Problem(_OPEN_TO_OTHERS, file=path.name)
            content = json.load(file)
    except FileNotFoundError as error:
        raise Conflict(_MISSING) from error
    except ValueError as error:
        raise Problem(_DAMAGED) from error
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise Problem(_DAMAGED)
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write a new file that only its owner can read; refuse where one exists."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
