"""apt with a private root: downloads packages of arm64 on any machine, as any user."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from wrought.errors import WroughtError

PORTS = "http://ports.ubuntu.com/ubuntu-ports"
"""Where Ubuntu keeps arm64 when the machine itself is none; `WROUGHT_UBUNTU_PORTS` replaces it."""


class PackageError(WroughtError):
    """A package cannot be had; the text says what to do."""


class Recipe(NamedTuple):
    """How a distribution calls what is wanted."""

    name: str
    """Distribution and release: `debian-bookworm`."""
    kernel: dict[str, str]
    """Package by flavour, `cloud` and `full`; meta packages."""
    device_trees: str
    busybox: str
    xen: str
    sources: str
    """Lines of a sources.list to use instead of the system's, or ""."""


def recipe_of(os_release: Path) -> Recipe:
    """The recipe for the distribution that this os-release(5) file describes.

    Anything that is not Ubuntu or derived from it is taken for Debian's family.
    """
    try:
        text = os_release.read_text(encoding="utf-8")
    except OSError:
        text = ""
    facts = {key: value.strip('"\'')
             for key, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)}
    family = f"{facts.get('ID', 'linux')} {facts.get('ID_LIKE', '')}".split()
    if "ubuntu" in family:
        release = facts.get("UBUNTU_CODENAME") or facts.get("VERSION_CODENAME", "")
        return _ubuntu(release)
    release = facts.get("VERSION_CODENAME") or facts.get("VERSION_ID") or "any"
    return Recipe(f"{facts.get('ID', 'linux')}-{release}",
                  {"cloud": "linux-image-cloud-arm64", "full": "linux-image-arm64"},
                  "linux-image-arm64", "busybox-static", "xen-system-arm64", "")


def _ubuntu(release: str) -> Recipe:
    """Ubuntu: one generic kernel, device trees in its modules package, arm64 in the ports."""
    mirror = os.environ.get("WROUGHT_UBUNTU_PORTS", PORTS)
    key = "/usr/share/keyrings/ubuntu-archive-keyring.gpg"
    sources = "".join(f"deb [signed-by={key}] {mirror} {release}{pocket} main universe\n"
                      for pocket in ("", "-updates", "-security"))
    native = platform.machine() in ("aarch64", "arm64")
    return Recipe(f"ubuntu-{release}", {"cloud": "linux-image-virtual",
                                        "full": "linux-image-generic"},
                  "linux-modules-generic", "busybox-static", "xen-system-arm64",
                  "" if native else sources)


DEPENDENCY = {
    "linux-image-arm64": r"linux-image-\d\S*",
    "linux-image-cloud-arm64": r"linux-image-\d\S*",
    "linux-image-virtual": r"linux-image-\d\S*",
    "linux-image-generic": r"linux-image-\d\S*",
    "linux-modules-generic": r"linux-modules-\d\S*",
    "xen-system-arm64": r"xen-hypervisor-\d\S*",
}
"""Meta packages, and how the name of the one that is meant begins."""

QUIET = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
"""
"""What a system hooks into its updates is not for ours."""


class Apt:
    """apt-get and apt-cache for arm64, with all that they write below `root`."""

    def __init__(self, root: Path, recipe: Recipe) -> None:
        self.root = root
        self.recipe = recipe

    def download(self, name: str, folder: Path) -> tuple[str, Path]:
        """Fetch into `folder`; the exact package and its .deb file.  Raises `PackageError`.

        Lists that are there are used; where they are too old for the archive, they are renewed.
        """
        self._need_tools()
        self._prepare()
        fresh = not any((self.root / "state" / "lists").glob("*_Packages*"))
        told = self._update() if fresh else ""
        for last in (fresh, True):
            try:
                return self._download(name, folder)
            except PackageError as error:
                if last:
                    raise PackageError(f"{error}{told}") from None
                told = self._update()
        raise AssertionError

    def unpack(self, archive: Path, tree: Path) -> None:
        """Extract a package's files into the new folder `tree`."""
        done = subprocess.run(["dpkg-deb", "-x", str(archive), str(tree)], capture_output=True,
                              text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode:
            shutil.rmtree(tree, ignore_errors=True)
            raise PackageError(f"{archive.name} cannot be unpacked: {_reason(done.stderr)}")

    def _need_tools(self) -> None:
        missing = [tool for tool in ("apt-get", "apt-cache", "dpkg-deb") if not shutil.which(tool)]
        if missing:
            raise PackageError(
                f"this system has no {', '.join(missing)}: arm64 packages come through Debian's or "
                "Ubuntu's package manager; on others, get the files yourself and set "
                "WROUGHT_KERNEL, WROUGHT_BUSYBOX and WROUGHT_XEN to them")

    def _prepare(self) -> None:
        for folder in ("state/lists/partial", "cache/archives/partial"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        (self.root / "status").touch()
        lines = [QUIET]
        options = {
            "APT::Architecture": "arm64", "Dir::State": f"{self.root}/state",
            "Dir::Cache": f"{self.root}/cache", "Dir::State::status": f"{self.root}/status",
            "Acquire::Languages": "none", "Acquire::Retries": "2", "Acquire::http::Timeout": "30",
            "Acquire::https::Timeout": "30", "APT::Sandbox::User": "root",
            "Acquire::IndexTargets::deb::CNF::DefaultEnabled": "false",
            "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
        }
        if self.recipe.sources:
            (self.root / "sources.list").write_text(self.recipe.sources, encoding="utf-8")
            options |= {"Dir::Etc::sourcelist": f"{self.root}/sources.list",
                        "Dir::Etc::sourceparts": "/dev/null"}
        lines += [f'{key} "{value}";\n' for key, value in options.items()]
        lines.append('#clear APT::Architectures;\nAPT::Architectures { "arm64"; };\n')
        (self.root / "apt.conf").write_text("".join(lines), encoding="utf-8")

    def _run(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        # -c, unlike $APT_CONFIG, is read after the system's files and so wins over them.
        command = [words[0], "-c", f"{self.root}/apt.conf", *words[1:]]
        try:
            return subprocess.run(command, capture_output=True, text=True, check=False, timeout=900,
                                  stdin=subprocess.DEVNULL, cwd=folder,
                                  env={**os.environ, "LC_ALL": "C"})
        except subprocess.TimeoutExpired:
            raise PackageError(f"{words[0]} did not end within 15 minutes; is the network "
                               "reachable?") from None

    def _update(self) -> str:
        """Renew the lists; what went wrong, for a later message: a dead source may not matter."""
        done = self._run("apt-get", "-q", "update")
        trouble = _reason(done.stderr)
        return f"\n  apt-get update said: {trouble}" if trouble else ""

    def _download(self, name: str, folder: Path) -> tuple[str, Path]:
        exact = self._resolve(name)
        done = self._run("apt-get", "-q", "download", exact, folder=folder)
        found = sorted(folder.glob("*.deb"))
        if done.returncode or not found:
            raise PackageError(f"the package {exact} for arm64 could not be downloaded: "
                               f"{_reason(done.stderr)}")
        return exact, found[-1]

    def _resolve(self, name: str) -> str:
        """The package that a meta package depends on; other names stand for themselves."""
        if name not in DEPENDENCY:
            return name
        asked = "linux-image-generic" if name == "linux-modules-generic" else name
        done = self._run("apt-cache", "depends", "--important", asked)
        pattern = rf"Depends: ({DEPENDENCY[asked]})"
        found = re.search(pattern, done.stdout)
        if not found:
            raise PackageError(f"apt knows no {asked} for arm64 in {self.recipe.name}; is there a "
                               "network, and are the distribution's main sources enabled?")
        exact = found[1]
        return exact.replace("image", "modules") if asked != name else exact


def _reason(stderr: str) -> str:
    """apt's errors, on one line; its warnings where there are none."""
    lines = [line for line in stderr.splitlines() if line.startswith(("E:", "dpkg"))]
    lines = lines or [line for line in stderr.splitlines() if line.startswith(("W:", "Err"))]
    return " ".join(lines[:3])
