"""What the fake QEMU plays for the demo: two shells, one of which crashes, and debug keys."""

from __future__ import annotations

import os
import re
import sys
import threading
import time

READY = "wrought: user space is up: Linux"
NAMES = ["left", "right", "wrought"]
REPORT = """\
(wrought) time=5 cpus=2
(wrought) domain=1 name=left vcpus=2 memory=262144K tables=40K starts=2
(wrought) vcpu=left.0 cpu=0 state=running hypercalls=1000 waits=5
(wrought) vcpu=left.1 cpu=1 state=blocked hypercalls=234
(wrought) domain=2 name=right vcpus=2 memory=262144K tables=40K starts=1
(wrought) vcpu=right.0 cpu=1 state=running waits=7
"""


def say(text: str) -> None:
    os.write(1, text.encode())


def restart() -> None:
    """A crashed domain comes back; with `SCRIPT=dead` it does not."""
    say("(wrought) left: crashed, it restarts\n")
    time.sleep(1)
    if os.environ.get("SCRIPT") != "dead":
        say(f"(left) {READY}\n")


def obey(name: str, line: str) -> None:
    if match := re.search(r"answer \$\(\((\d+) \* 7\)\)", line):
        say(f"({name}) {line}\n({name}) answer {int(match[1]) * 7}\n")
    elif "sysrq-trigger" in line:
        threading.Thread(target=restart).start()


def main() -> None:
    say(f"(left) {READY}\n(right) {READY}\n")
    focus, line = 2, ""
    while byte := sys.stdin.buffer.read(1):
        line += byte.decode()
        if line.endswith("\1\1\1"):
            focus, line = (focus + 1) % 3, ""
            whom = "the hypervisor (h for help)" if focus == 2 else NAMES[focus]
            say(f"(wrought) input goes to {whom}\n")
        elif focus == 2 and byte != b"\1":
            say(REPORT if line == "q" else "(wrought) memory=1000000K free=400000K\n")
            line = ""
        elif byte == b"\r":
            obey(NAMES[focus], line[:-1])
            line = ""


main()
