"""A Lua program on our `lua`; its bytecode; limits that stop one that does not end."""

from __future__ import annotations

import subprocess
from pathlib import Path

from wrought.lua.image import executable

HERE = Path(__file__).parent
TEXT = """\
The bytecode goes where the table says, and the table is one.
The parser, the interpreter and the lister read the same table.
"""
ENDLESS = "local t = {} while true do t[#t + 1] = {} end"


def lua(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command; it is called `lua` in its messages."""
    return subprocess.run(["lua", *arguments], executable=executable(), cwd=HERE, input=text,
                          capture_output=True, text=True, check=False)


def main() -> None:
    print("words.lua:")
    print(lua("words.lua", "4", text=TEXT).stdout, end="")

    print("\nthe bytecode of a loop:")
    print(lua("-bl", "-e", "for i = 1, 3 do x = i * 2 end").stdout.partition("\n")[2].rstrip())

    print("\nwithout end, with 16 MB, then with a million instructions:")
    for limit in ("-M16M", "-B1M"):
        done = lua(limit, "-e", ENDLESS)
        print(f"{limit}: exit status {done.returncode}: {done.stderr.splitlines()[0]}")


if __name__ == "__main__":
    main()
