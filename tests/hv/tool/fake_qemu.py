#!/usr/bin/env python3
"""Stands for qemu-system-aarch64 in tests: writes a tree, or plays a hypervisor with two domains.

`SCRIPT` in the environment says what it does besides: `exit N`, `hang`, `silent`, `stubborn`.
Each process writes its id into the file `PIDS`.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time


def main() -> None:
    words = " ".join(sys.argv[1:])
    if dump := re.search(r"dumpdtb=(\S+)", words):
        if "cpu nonsense" in words:
            print("unable to find CPU model 'nonsense'", file=sys.stderr)
            sys.exit(1)
        with open(os.environ["TREE"], "rb") as tree, open(dump[1], "wb") as out:
            out.write(tree.read())
        return
    script = os.environ.get("SCRIPT", "")
    with open(os.environ["PIDS"], "a", encoding="ascii") as pids:
        pids.write(f"{os.getpid()}\n")
        if script == "stubborn":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            child = subprocess.Popen(["sleep", "60"])
            pids.write(f"{child.pid}\n")
    if script == "silent":
        time.sleep(60)
    say("(wrought) two domains\n(left) booting\n(right) bo", "oting\n(left) ready\n", "(left) # ")
    if script.startswith("exit"):
        sys.exit(int(script.split()[1]))
    play()


def say(*texts: str) -> None:
    for text in texts:
        os.write(1, text.replace("\n", "\r\n").encode())
        time.sleep(0.05)


def play() -> None:
    """Input goes to left, right and the hypervisor in turn; lines are answered."""
    names, focus, line = ["left", "right", "wrought"], 2, b""
    while byte := os.read(0, 1):
        line += byte
        if line.endswith(b"\x01\x01\x01"):
            focus, line = (focus + 1) % 3, b""
            say(f"\n(wrought) input to {names[focus]}\n")
        elif byte == b"\r":
            say(f"({names[focus]}) heard {line[:-1].decode()}\n")
            line = b""


main()
