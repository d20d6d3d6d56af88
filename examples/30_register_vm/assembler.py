"""Programs of the machine as text: ordinary Python that runs before anything is compiled."""

from __future__ import annotations

from collections.abc import Mapping

FIELDS = {"a": 8, "b": 16, "c": 24, "d": 32}
"""The lowest bit of each operand in an instruction (`machine.Ins`)."""


def assemble(text: str, opcodes: Mapping[str, tuple[int, str]]) -> list[int]:
    """Instruction words.  `opcodes` tells each mnemonic's number and its operands' letters.

    A line is `[label:] MNEMONIC operand…`; `r7` is a register, a quoted character a key, a number
    or a label a `d`, the label's counted from the next instruction.  Raises ValueError.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    labels = {words[0][:-1]: i for i, words in enumerate(lines) if words[0].endswith(":")}
    words_only = [words[1:] if words[0].endswith(":") else words for words in lines]
    return [_instruction(words, i, labels, opcodes) for i, words in enumerate(words_only)]


def _instruction(words: list[str], at: int, labels: Mapping[str, int],
                 opcodes: Mapping[str, tuple[int, str]]) -> int:
    number, letters = opcodes[words[0]]
    if len(words) - 1 != len(letters):
        raise ValueError(f"{words[0]} takes {len(letters)} operands: {' '.join(words)}")
    word = number
    for letter, operand in zip(letters, words[1:], strict=True):
        value = _operand(operand, at, labels)
        word |= (value & (0xFFFF_FFFF if letter == "d" else 0xFF)) << FIELDS[letter]
    return word


def _operand(text: str, at: int, labels: Mapping[str, int]) -> int:
    if text in labels:
        return labels[text] - at - 1
    if text.startswith("r"):
        return int(text[1:])
    return ord(text[1]) if text.startswith("'") else int(text)
