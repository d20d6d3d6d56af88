"""Archives are read back by a reader of the format's description, written for this test."""

from __future__ import annotations

import gzip
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wrought.errors import WroughtError
from wrought.hv.tool import cpio
from wrought.hv.tool.initramfs import APPLETS, READY, initramfs


def read(data: bytes) -> dict[str, tuple[int, bytes, tuple[int, int]]]:
    """Path to (mode, contents, device) of a newc archive."""
    found, at = {}, 0
    while True:
        assert data[at:at + 6] == b"070701" and at % 4 == 0
        fields = [int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
        mode, size, name_size = fields[1], fields[6], fields[11]
        name = data[at + 110:at + 110 + name_size - 1].decode()
        assert data[at + 110 + name_size - 1] == 0
        start = (at + 110 + name_size + 3) & ~3
        at = (start + size + 3) & ~3
        if name == "TRAILER!!!":
            assert at == len(data)
            return found
        assert name not in found and fields[2:4] == [0, 0] and fields[5] == 0
        found[name] = (mode, data[start:start + size], (fields[9], fields[10]))


names = st.text("abcXYZ09._-", min_size=1, max_size=9).filter(lambda x: x.strip("."))


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.dictionaries(names, st.binary(max_size=40), max_size=8))
def test_what_is_written_is_read(files):
    made = cpio.archive(cpio.file(f"d/{name}", data) for name, data in files.items())
    back = read(made)
    assert {path.removeprefix("d/"): data for path, (_, data, _) in back.items()
            if path != "d"} == files
    assert not files or stat.S_ISDIR(back["d"][0])


def test_kinds_of_entries():
    back = read(cpio.archive([cpio.link("a/l", "t"), cpio.character_device("c", 5, 1)]))
    assert stat.S_ISLNK(back["a/l"][0]) and back["a/l"][1] == b"t"
    assert stat.S_ISCHR(back["c"][0]) and back["c"][2] == (5, 1)


@pytest.mark.parametrize("path, message", [("/a", "below the root"), ("a/../../b", "below"),
                                           (".", "below the root")])
def test_paths_that_leave(path: str, message: str):
    with pytest.raises(WroughtError, match=message):
        cpio.archive([cpio.file(path, b"")])


def test_a_file_given_twice():
    with pytest.raises(WroughtError, match="'a' is given twice"):
        cpio.archive([cpio.file("a", b""), cpio.file("a", b"1")])


def test_initramfs(tmp_path: Path):
    busybox = tmp_path / "busybox"
    busybox.write_bytes(b"BUSY")
    made = initramfs(files={"/etc/rc": "#!/bin/sh\n", "data/x": b"1"}, busybox=busybox)
    back = read(made)
    assert back["bin/busybox"][:2] == (stat.S_IFREG | 0o755, b"BUSY")
    assert back["init"][0] == stat.S_IFREG | 0o755 and READY.encode() in back["init"][1]
    assert back["etc/rc"][0] & 0o777 == 0o755 and back["data/x"][0] & 0o777 == 0o644
    assert back["bin/sh"][1] == b"busybox" and len(set(APPLETS)) == len(APPLETS)
    packed = initramfs(files={"/etc/rc": "#!/bin/sh\n", "data/x": b"1"}, busybox=busybox,
                       compress=True)
    assert gzip.decompress(packed) == made
