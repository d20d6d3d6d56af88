"""A fuzzer of the lexer and parser: mutated texts are accepted by both engines or by neither.

Messages are compared exactly, but for what `EXCUSED` names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lua.engines import Engine
from lua.fuzz.generate import generate
from lua.fuzz.tokens import KEYWORDS, tokenize

CASES = Path(__file__).resolve().parents[1] / "cases"
PER_SEED = 100
"""Texts that one seed makes, all run by one process."""

EXCUSED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("limits of size are each VM's own",
     re.compile(r"too many|more than \d+|too complex|too long|overflow")),
)
"""Messages that are not compared, with the reason; both must still refuse the text."""

NOT_YET: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("numbers with the suffixes LL, ULL and i are refused until there is an FFI",
     re.compile("number with a suffix needs the FFI")),
)
"""Messages of ours that are right whatever the oracle says of the text, with the reason."""

_SPARE = (*sorted(KEYWORDS), "(", ")", "{", "}", "[", "]", "=", "==", "~=", "<=", "..", "...", ",",
          ";", ":", "::", ".", "+", "-", "*", "/", "%", "^", "#", "<", ">", "~", "&", "|", "//",
          "!", "@", "\\", "'", '"', "[[", "]]", "--", "--[[", "1", "0x", "1e", ".5", "x", "'s'",
          "goto x", "::x::", "\0", "\n", "\r", "\x01", "\xff", "3..2", "5LL", "1i")

RUNNER = r"""
local n = 0
for text in io.open("texts", "rb"):read("*a"):gmatch("(.-)\n@@@@\n") do
  n = n + 1
  local ok, f, m = pcall(loadstring, text, "=s")
  local said = ok and (f and "accepted" or tostring(m)) or "error: " .. tostring(f)
  print(n, (said:gsub("\n", "\\n"):gsub("\r", "\\r"):gsub("%z", "\\0")))
end
"""


@cache
def sources() -> tuple[str, ...]:
    """The texts that mutation starts from: conformance scripts and generated programs."""
    scripts = [path.read_text(encoding="latin-1") for path in sorted(CASES.rglob("*.lua"))]
    return (*scripts, *("\n".join(generate(seed).lines()) for seed in range(60)))


def mutant(rng: random.Random) -> str:
    """A piece of a source with a few tokens or bytes changed."""
    text = rng.choice(sources())
    lines = text.split("\n")
    at = rng.choice(_starts(text)) if rng.random() < 0.8 else rng.randrange(len(lines))
    piece = "\n".join(lines[at:at + rng.randint(1, 25)])
    if rng.random() < 0.3:
        return _bytes(rng, piece)
    return _tokens(rng, piece)


@cache
def _starts(text: str) -> tuple[int, ...]:
    """Numbers of the lines with which a statement of the outermost block begins."""
    lines = text.split("\n")
    margin = " " * (len(lines[0]) - len(lines[0].lstrip()))
    return tuple(number for number, line in enumerate(lines)
                 if line.startswith(margin) and line[len(margin):len(margin) + 1].isalpha()
                 and not line.strip().startswith(("end", "else", "until")))


def _bytes(rng: random.Random, text: str) -> str:
    letters = list(text)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(letters) + 1)
        kind = rng.random()
        if kind < 0.35:
            letters.insert(at, chr(rng.choice((rng.randrange(256), rng.randrange(32, 127)))))
        elif kind < 0.7:
            del letters[at:at + rng.randint(1, 3)]
        else:
            letters[at:at + 1] = [chr(rng.randrange(32, 127))]
    return "".join(letters)


def _tokens(rng: random.Random, text: str) -> str:
    tokens = [token.text for token in tokenize(text)]
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        at = rng.randrange(len(tokens) + 1)
        kind = rng.random()
        if kind < 0.3:
            del tokens[at:at + 1]
        elif kind < 0.55:
            tokens.insert(at, f" {rng.choice(_SPARE)} ")
        elif kind < 0.75:
            tokens[at:at + 1] = [rng.choice(_SPARE)]
        elif kind < 0.9 and tokens:
            tokens.insert(at, rng.choice(tokens))
        else:
            del tokens[at:]
    return "".join(tokens)


def mutants(seed: int) -> list[str]:
    """The texts of a seed."""
    rng = random.Random(seed)
    return [mutant(rng).replace("@@@@", "@") for _ in range(PER_SEED)]


def said(engine: Engine, texts: list[str]) -> list[str]:
    """What an engine says of each text: "accepted" or the message."""
    joined = "".join(f"{text}\n@@@@\n" for text in texts).encode("latin-1", "replace")
    result = engine.run_text(RUNNER, "run.lua", {"texts": joined})
    answers = [""] * len(texts)
    for row in result.stdout.decode("latin-1").split("\n")[:-1]:
        number, _, message = row.partition("\t")
        answers[int(number) - 1] = message
    if "" in answers:
        answers[answers.index("")] = f"the process ended with {result.code}"
    return answers


def agree(ours: str, oracle: str) -> bool:
    """Whether two answers count as the same."""
    if ours == oracle or any(pattern.search(ours) for _, pattern in NOT_YET):
        return True
    if "accepted" in (ours, oracle) or "" in (ours, oracle) or ours.startswith("the process"):
        return False
    return any(pattern.search(oracle) for _, pattern in EXCUSED)


def disagreements(ours: Engine, oracle: Engine, seed: int) -> Iterator[str]:
    """The texts of a seed on which the engines disagree, shortened, with both answers."""
    texts = mutants(seed)
    for text, got, want in zip(texts, said(ours, texts), said(oracle, texts), strict=True):
        if got and not agree(got, want):
            yield _report(ours, oracle, _shorter(ours, oracle, text))


def _shorter(ours: Engine, oracle: Engine, text: str) -> str:
    """A text with fewer lines, then fewer tokens, on which they still disagree."""
    for cut in (lambda t: t.split("\n"), lambda t: [token.text for token in tokenize(t)]):
        join = "\n".join if cut(text) == text.split("\n") else "".join
        pieces, at = cut(text), 0
        while at < len(pieces) and len(pieces) < 400:
            less = pieces[:at] + pieces[at + 1:]
            got, want = said(ours, [join(less)])[0], said(oracle, [join(less)])[0]
            if agree(got, want):
                at += 1
            else:
                pieces = less
        text = join(pieces)
    return text


def _report(ours: Engine, oracle: Engine, text: str) -> str:
    return (f"{text!r}\n  {oracle.name}: {said(oracle, [text])[0]}\n"
            f"  {ours.name}: {said(ours, [text])[0]}")
