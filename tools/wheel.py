"""Builds the wheels: one for each machine, with its precompiled functions and `lua` inside.

`python tools/wheel.py [FOLDER]` writes `wrought-VERSION-py3-none-manylinux_2_28_MACHINE.whl` for
both machines, whichever this one is.  The same sources give the same bytes.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import sys
import tempfile
import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from wrought import prebuilt
from wrought.cli.lua_program import READY as LUA
from wrought.errors import WroughtError
from wrought.lang.build.freeze import MACHINES, Freezer
from wrought.lang.build.frozen import FOLDER, LIBRARY, MANIFEST
from wrought.lua.image import extension, program

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = "wrought/lua/api/_native.abi3.so"
"""The Lua VM for Python, where `wrought.lua.api.native` looks for it."""
PLATFORM = "manylinux_2_28"
"""The oldest C library that the artefacts run with (PEP 600): glibc 2.28."""
LUA_PLACE = f"wrought/lua/{LUA}"
"""Where `wrought lua` looks for its executable."""


def build_wheels(out: Path) -> list[Path]:
    """Write the wheels of all machines to `out`.  Raises CompileError or BuildError."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wrought-") as name:
        folder = Path(name)
        plain = Path(next(iter(WheelBuilder(str(ROOT)).build(directory=name,
                                                             versions=["standard"]))))
        return [add_artefacts(plain, out, machine, freeze(machine, folder / machine))
                for machine in MACHINES]


def freeze(machine: str, folder: Path) -> dict[str, bytes]:
    """The artefacts of a machine by their name in the wheel."""
    Freezer(prebuilt.functions(), machine, ROOT / "src").write(folder)
    lua = extension(MACHINES[machine], debug=False, root=ROOT / "src")
    native = lua.build(folder / EXTENSION.rpartition("/")[2], "shared")
    command = program(MACHINES[machine], debug=False, root=ROOT / "src").build(folder / LUA)
    return {EXTENSION: native.read_bytes(), LUA_PLACE: command.read_bytes(),
            **{f"wrought/{FOLDER}/{name}": (folder / name).read_bytes()
               for name in (LIBRARY, MANIFEST)}}


def add_artefacts(plain: Path, out: Path, machine: str, artefacts: dict[str, bytes]) -> Path:
    """A machine's wheel: the plain one with artefacts, its tag and a new record of contents."""
    tag = f"py3-none-{PLATFORM}_{machine}"
    with zipfile.ZipFile(plain) as source:
        time = source.infolist()[0].date_time
        files = {info.filename: source.read(info) for info in source.infolist()}
    record = next(name for name in files if name.endswith(".dist-info/RECORD"))
    info = record.removesuffix("RECORD")
    del files[record]
    text = files[info + "WHEEL"].decode()
    files[info + "WHEEL"] = text.replace("Root-Is-Purelib: true", "Root-Is-Purelib: false").replace(
        "Tag: py3-none-any", f"Tag: {tag}").encode()
    files.update(artefacts)
    # The wheel format asks for its own description at the end of the archive.
    files = dict(sorted(files.items(), key=lambda item: (item[0].startswith(info), item[0])))
    files[record] = record_of(files, record)
    path = out / plain.name.replace("py3-none-any", tag)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            runs = name.endswith(".so") or name == LUA_PLACE
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            wheel.writestr(entry, data)
    return path


def record_of(files: dict[str, bytes], record: str) -> bytes:
    """The wheel's RECORD: name, digest and size of each file, itself without the last two."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.writerow([name, f"sha256={digest}", len(data)])
    rows.writerow([record, "", ""])
    return text.getvalue().encode()


def main(arguments: list[str]) -> int:
    """Build into the folder given, by default `dist`; prints what was written."""
    try:
        for path in build_wheels(Path(arguments[0]) if arguments else ROOT / "dist"):
            print(path)
    except WroughtError as error:
        print(error.render(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
