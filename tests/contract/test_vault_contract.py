"""What every vault promises. The key file and the rotation of keys are the real one's own."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.ports.failures import Misconfigured
from bot.ports.vault import Secret
from storage.vault import FernetVault, create_key_file

CONTEXT = "mailbox:3:password"
PASSWORD = Secret("pa55 wörd 密")


def a_key() -> Secret:
    return Secret(Fernet.generate_key().decode())


def told(error: pytest.ExceptionInfo[Misconfigured], secrets: Sequence[Secret]) -> str:
    """The message, once it is sure that neither it nor what hangs on it shows a secret."""
    reason = error.value.reason
    assert error.value.__cause__ is None
    for secret in secrets:
        assert secret.reveal() not in reason
    return reason


def test_what_was_sealed_opens_for_its_context() -> None:
    vault = FernetVault([a_key()])
    sealed = vault.seal(PASSWORD, CONTEXT)
    assert PASSWORD.reveal().encode() not in sealed
    assert CONTEXT.encode() not in sealed
    assert vault.open(sealed, CONTEXT) == PASSWORD
    assert vault.open(vault.seal(Secret(""), CONTEXT), CONTEXT) == Secret("")


def test_the_same_secret_never_looks_the_same_twice() -> None:
    vault = FernetVault([a_key()])
    assert vault.seal(PASSWORD, CONTEXT) != vault.seal(PASSWORD, CONTEXT)


def test_a_sealed_text_moved_to_another_row_does_not_open() -> None:
    vault = FernetVault([a_key()])
    with pytest.raises(Misconfigured) as error:
        vault.open(vault.seal(PASSWORD, CONTEXT), "mailbox:4:password")
    assert "sealed for something else" in told(error, [PASSWORD])


@pytest.mark.parametrize("sealed", [b"", b"garbage", b"\xff\x00", b64encode(bytes(32))])
def test_garbage_is_refused_in_plain_words(sealed: bytes) -> None:
    key = a_key()
    with pytest.raises(Misconfigured) as error:
        FernetVault([key]).open(sealed, CONTEXT)
    assert CONTEXT in told(error, [key])


def test_what_the_right_key_opens_but_no_vault_sealed_is_refused() -> None:
    key = a_key()
    for plaintext in (b"[]", b"7", b"not json", b'["a"]'):
        with pytest.raises(Misconfigured):
            FernetVault([key]).open(Fernet(key.reveal()).encrypt(plaintext), CONTEXT)


def test_a_wrong_key_is_refused_without_showing_any() -> None:
    old, new = a_key(), a_key()
    sealed = FernetVault([old]).seal(PASSWORD, CONTEXT)
    with pytest.raises(Misconfigured) as error:
        FernetVault([new]).open(sealed, CONTEXT)
    assert "RELAYDESK_SECRET_KEYS" in told(error, [old, new, PASSWORD])


def test_keys_are_rotated_without_a_gap() -> None:
    old, new = a_key(), a_key()
    sealed = FernetVault([old]).seal(PASSWORD, CONTEXT)
    both = FernetVault([new, old])
    assert both.open(sealed, CONTEXT) == PASSWORD
    resealed = both.reseal(sealed)
    # Interrupted and begun again, the rotation does no harm.
    assert FernetVault([new]).open(both.reseal(resealed), CONTEXT) == PASSWORD
    with pytest.raises(Misconfigured):
        FernetVault([old]).open(resealed, CONTEXT)
    with pytest.raises(Misconfigured):
        FernetVault([new]).reseal(sealed)


def test_a_key_that_was_cut_off_is_told_by_its_number() -> None:
    bad = Secret("c2hvcnQ=")
    with pytest.raises(Misconfigured) as error:
        FernetVault([a_key(), bad])
    assert "Key 2" in told(error, [bad])
    with pytest.raises(Misconfigured):
        FernetVault([])


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    keys = create_key_file(tmp_path)
    assert create_key_file(tmp_path) == keys
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    sealed = FernetVault(keys).seal(PASSWORD, CONTEXT)
    assert FernetVault(create_key_file(tmp_path)).open(sealed, CONTEXT) == PASSWORD


def test_a_key_file_may_hold_several_keys(tmp_path: Path) -> None:
    (old,) = create_key_file(tmp_path)
    new = a_key()
    (tmp_path / "secret.key").write_text(f"{new.reveal()}\n{old.reveal()}\n")
    assert create_key_file(tmp_path) == (new, old)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o622])
def test_a_key_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    keys = create_key_file(tmp_path)
    (tmp_path / "secret.key").chmod(mode)
    with pytest.raises(Misconfigured) as error:
        create_key_file(tmp_path)
    assert "chmod 600" in told(error, keys)


def test_an_emptied_key_file_is_not_filled_again(tmp_path: Path) -> None:
    create_key_file(tmp_path)
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(Misconfigured):
        create_key_file(tmp_path)
