"""A small Linux user space for guests: busybox, an init script, and files of one's own."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

from wrought.hv.tool import cpio, packages

READY = "wrought: user space is up"
"""What the default init prints first: tests and `--until` wait for it."""

DEFAULT_INIT = f"""\
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts && mount -t devpts pts /dev/pts
exec </dev/console >/dev/console 2>&1
echo "{READY}: Linux $(uname -r), $(nproc) CPUs, \
hypervisor $(cat /sys/hypervisor/type 2>/dev/null || echo none)"
if [ -x /etc/rc ]; then /etc/rc; fi
while true; do
    setsid cttyhack sh
    sleep 1
done
"""
"""Mounts what a shell needs, says so, runs /etc/rc if there is one, and gives a shell."""


def initramfs(init: str = DEFAULT_INIT, files: Mapping[str, str | bytes] | None = None,
              busybox: Path | None = None, compress: bool = False) -> bytes:
    """An initramfs whose /init is this script, run by busybox's shell.

    `files` are put at the paths that are their keys; those that begin with `#!` are executable.
    `busybox` is Debian's where none is given.  Raises `WroughtError`.
    """
    program = (busybox or packages.busybox()).read_bytes()
    entries = [cpio.folder(name) for name in ("bin", "dev", "proc", "sys", "tmp", "root", "etc")]
    # The kernel opens /dev/console for init before init can mount anything.
    entries += [cpio.character_device("dev/console", 5, 1),
                cpio.file("bin/busybox", program, 0o755)]
    entries += [cpio.link(f"bin/{name}", "busybox") for name in APPLETS]
    entries += [cpio.link("sbin", "bin"), cpio.file("init", init.encode(), 0o755)]
    for path, content in (files or {}).items():
        data = content.encode() if isinstance(content, str) else content
        entries.append(cpio.file(path.lstrip("/"), data, 0o755 if data[:2] == b"#!" else 0o644))
    made = cpio.archive(entries)
    return gzip.compress(made, mtime=0) if compress else made


APPLETS = (
    "ash", "awk", "basename", "cat", "chmod", "cp", "cttyhack", "cut", "date", "dd", "devmem",
    "df", "dirname", "dmesg", "du", "echo", "env", "expr", "false", "find", "free", "getty", "grep",
    "gunzip", "halt", "head", "hexdump", "hostname", "ifconfig", "insmod", "ip", "kill", "killall",
    "less", "ln", "ls", "lsmod", "lspci", "md5sum", "mkdir", "mknod", "modprobe", "more", "mount",
    "mv", "nc", "nproc", "od", "ping", "poweroff", "printf", "ps", "pwd", "readlink", "reboot",
    "rm", "rmdir", "rmmod", "sed", "seq", "setsid", "sh", "sleep", "sort", "stat", "stty", "sync",
    "tail", "tar", "taskset", "tee", "test", "time", "timeout", "top", "touch", "tr", "true",
    "tty", "udhcpc", "umount", "uname", "uniq", "uptime", "usleep", "vi", "watch", "wc", "wget",
    "which", "xargs", "xxd", "yes", "zcat",
)
"""Commands that are links to busybox."""
