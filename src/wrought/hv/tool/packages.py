"""Kernels, busybox and Xen for arm64 from the distribution, unpacked into a cache.

The distribution's own apt fetches them with a private root: its sources, proxies and keys are the
system's, its state is ours, and nothing is installed.  What is in the cache needs no network.

`WROUGHT_KERNEL`, `WROUGHT_BUSYBOX`, `WROUGHT_XEN` (files) and `WROUGHT_DEVICE_TREES` (a folder)
replace a package each; `WROUGHT_PACKAGES` is where the cache lies.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from wrought.hv.tool.apt import Apt, PackageError, Recipe, recipe_of
from wrought.hv.tool.kernel import raw_image
from wrought.lang.build.cache import cache_root, write_atomically

Flavour = Literal["cloud", "full"]


def kernel(flavour: Flavour = "cloud") -> Path:
    """An uncompressed arm64 Linux Image.  Raises `PackageError`.

    `cloud` has the drivers of virtual machines, `full` those of all boards.
    """
    given = _given("WROUGHT_KERNEL")
    source = given or _one(package(_recipe().kernel[flavour]), "boot/vmlinu[xz]-*")
    return _uncompressed(source, given is not None)


def busybox() -> Path:
    """A statically linked arm64 busybox.  Raises `PackageError`."""
    tree_given = _given("WROUGHT_BUSYBOX")
    return tree_given or _one(package(_recipe().busybox), "bin/busybox", "usr/bin/busybox")


def xen() -> Path:
    """The distribution's Xen hypervisor as an uncompressed arm64 Image.  Raises `PackageError`."""
    given = _given("WROUGHT_XEN")
    if given:
        return _uncompressed(given, outside=True)
    tree = package(_recipe().xen)
    names = [path for path in sorted(tree.glob("boot/xen-*-arm64*"))
             if path.suffix not in (".efi", ".config")]
    if not names:
        raise PackageError(f"{tree.name} holds no boot/xen-*-arm64; {_way_out('WROUGHT_XEN')}")
    return _uncompressed(names[0], outside=False)


def device_trees() -> list[Path]:
    """The device trees of all arm64 boards of the full kernel, sorted.  Raises `PackageError`."""
    folder = os.environ.get("WROUGHT_DEVICE_TREES")
    tree = Path(folder) if folder else package(_recipe().device_trees)
    found = sorted(path for path in tree.rglob("*.dtb") if path.is_file())
    if not found:
        raise PackageError(f"{tree}: there is no .dtb file in it; "
                           f"{_way_out('WROUGHT_DEVICE_TREES', 'a folder of .dtb files')}")
    return found


def package(name: str) -> Path:
    """The folder with an arm64 package's files, fetched if it is not in the cache.

    A meta package (`linux-image-arm64`) stands for the one that it depends on; which one that was
    is remembered, so that a cache works without network.  Raises `PackageError`.
    """
    root = packages_root()
    exact = _remembered(root, name)
    if exact is None:
        with _locked(root):
            exact = _remembered(root, name) or _fetch(root, name)
    return root / exact


def packages_root() -> Path:
    """`$WROUGHT_PACKAGES`, else `packages` in Wrought's cache; one folder per distribution."""
    own = os.environ.get("WROUGHT_PACKAGES")
    return (Path(own) if own else cache_root() / "packages").resolve() / _recipe().name


def _recipe() -> Recipe:
    return recipe_of(Path("/etc/os-release"))


def _remembered(root: Path, name: str) -> str | None:
    """The package that `name` stood for when it was fetched, if that is complete."""
    try:
        exact = (root / f"{name}.is").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return exact if (root / exact).is_dir() else None


def _fetch(root: Path, name: str) -> str:
    """Download and unpack; the package's exact name.  The caller holds the lock."""
    apt = Apt(root / "apt", _recipe())
    with tempfile.TemporaryDirectory(dir=root, prefix=".part-") as temporary:
        exact, archive = apt.download(name, Path(temporary))
        tree = Path(temporary) / "tree"
        apt.unpack(archive, tree)
        if not (root / exact).exists():
            tree.rename(root / exact)
    write_atomically(root / f"{name}.is", exact.encode())
    return exact


@contextmanager
def _locked(root: Path) -> Generator[None]:
    """One process at a time fetches; the others find its result."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = open(root / ".lock", "w", encoding="utf-8")
    except OSError as error:
        raise PackageError(f"{root}: {error.strerror}: packages cannot be kept there; set "
                           "WROUGHT_PACKAGES to a folder that can be written") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _given(variable: str) -> Path | None:
    """The file that the user named in the environment."""
    value = os.environ.get(variable)
    if not value:
        return None
    path = Path(value)
    if not path.is_file():
        raise PackageError(f"{variable}={value}: there is no such file")
    return path.resolve()


def _one(tree: Path, *patterns: str) -> Path:
    for pattern in patterns:
        found = sorted(path for path in tree.glob(pattern) if path.is_file())
        if found:
            return found[-1]
    raise PackageError(f"the package {tree.name} holds no {patterns[0]}; remove {tree} and try "
                       "again, or name the file yourself: WROUGHT_KERNEL, WROUGHT_BUSYBOX")


def _uncompressed(source: Path, outside: bool) -> Path:
    """The same Image without compression; unpacked next to a package's file, once.

    A file of the user's is unpacked into the cache.
    """
    data = source.read_bytes()
    image = raw_image(data, str(source))
    if image is data:
        return source
    if outside:
        stat = source.stat()
        folder = packages_root() / "given"
        target = folder / f"{source.name}-{stat.st_size:x}-{stat.st_mtime_ns:x}.Image"
    else:
        target = source.with_name(source.name + ".Image")
    if not target.exists():
        write_atomically(target, image)
    return target


def _way_out(variable: str, what: str = "the file") -> str:
    return f"set {variable} to {what}"


def available() -> str:
    """"" where packages can be had (apt is there, or they are given), else what is missing."""
    if all(os.environ.get(name) for name in ("WROUGHT_KERNEL", "WROUGHT_BUSYBOX")):
        return ""
    missing = [tool for tool in ("apt-get", "apt-cache", "dpkg-deb") if not shutil.which(tool)]
    return f"{', '.join(missing)} missing" if missing else ""
