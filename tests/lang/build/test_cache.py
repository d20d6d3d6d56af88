"""Writing results so that nobody sees half of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from wrought.lang.build.cache import write_atomically


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path):
    null = tmp_path / "null"
    null.symlink_to("/dev/null")
    write_atomically(null, b"gone")
    assert null.is_symlink() and null.is_char_device() and list(tmp_path.iterdir()) == [null]


def test_a_link_stays(tmp_path: Path):
    """/dev/stdout is one, to a file where the shell sends it to one."""
    link, target = tmp_path / "link", tmp_path / "deep" / "file"
    link.symlink_to(target)
    for data in (b"new", b"newer"):
        write_atomically(link, data)
        assert link.is_symlink() and target.read_bytes() == data


def test_a_failure_leaves_the_old_file(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError):
        write_atomically(folder, b"x")
    assert list(tmp_path.iterdir()) == [folder] and not list(folder.iterdir())


def test_mode_and_contents(tmp_path: Path):
    out = tmp_path / "deep" / "tool"
    write_atomically(out, b"first", 0o755)
    write_atomically(out, b"second", 0o755)
    assert out.read_bytes() == b"second" and out.stat().st_mode & 0o777 == 0o755
    assert list(out.parent.iterdir()) == [out]
