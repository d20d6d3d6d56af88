"""The program: reads sales as JSON, adds them up by item, prints a report."""

from __future__ import annotations

from lexer import Kind, Lexer
from tally import Entry, Tally, number, same

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, panic, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u32, u64

TEXT = b"""[
  {"item": "anvil", "amount": 1200}, {"item": "tongs", "amount": 340},
  {"item": "hammer", "amount": 610, "note": "two handles"},
  {"item": "anvil", "amount": 1350}, {"item": "bellows", "amount": 2200},
  {"item": "tongs", "amount": -35, "returned": true},
  {"item": "hammer", "amount": 595}, {"item": "chisel", "amount": 75},
  {"item": "chisel", "amount": -80, "returned": true}, {"item": "rivets", "amount": 305},
  {"amount": 12, "item": "nails"}, {"amount": 9, "item": "nails"},
  {"item": "bellows", "amount": 350, "note": "used"}
]"""

OPEN, CLOSE, COMMA, COLON, BEGIN, END = b"{},:[]"


@fn
def read_record(lexer: Ptr[Lexer], tally: Ptr[Tally]) -> None:
    """One object, after its opening brace."""
    item: Slice[u8] = b""
    amount: i64 = 0
    while True:
        key = lexer.next().text
        lexer.expect(COLON)
        value = lexer.next()
        if same(key, b"item"):
            item = value.text
        elif same(key, b"amount") and value.kind == Kind.NUMBER:
            amount = number(value.text)
        after = lexer.next().text[0]
        if after == CLOSE:
            break
        if after != COMMA:
            panic(f"a comma expected at {lexer.at}")
    tally.add(item, amount)


@fn
def read_all(text: Slice[u8], tally: Ptr[Tally]) -> u32:
    """A list of objects; how many there were."""
    lexer = Lexer(text, 0)
    records: u32 = 0
    lexer.expect(BEGIN)
    while True:
        lexer.expect(OPEN)
        read_record(addr_of(lexer), tally)
        records += 1
        after = lexer.next()
        if after.text[0] == END:
            return records
        assert after.text[0] == COMMA, "a comma or the list's end"


@fn
def count_kinds(text: Slice[u8]) -> None:
    """How many tokens of each kind there are."""
    lexer = Lexer(text, 0)
    strings: u64 = 0
    numbers: u64 = 0
    others: u64 = 0
    token = lexer.next()
    while token.kind != Kind.END:
        match token.kind:
            case Kind.STRING:
                strings += 1
            case Kind.NUMBER:
                numbers += 1
            case _:
                others += 1
        token = lexer.next()
    print(f"{len(text)} bytes: {strings} strings, {numbers} numbers, {others} others")


@fn
def print_line(rank: u64, entry: Ptr[Entry]) -> None:
    """One line of the report, with a bar of a mark for each 250."""
    print(f"{rank:2}. {entry.name} {entry.total} in {entry.count}, mean {entry.mean()}", end="")
    if entry.total >= 250:
        print(" ", end="")
    for _ in range(entry.total // 250):
        print("#", end="")
    print()


@fn
def main() -> None:
    """The whole program."""
    tally = zeroed(Tally)
    count_kinds(TEXT)
    records = read_all(TEXT, addr_of(tally))
    print(f"{records} sales of {tally.used} items")
    checksum: u64 = 0
    rank: u64 = 1
    for entry in tally.sort():
        print_line(rank, entry)
        checksum = checksum * 31 + u64(entry.count)
        rank += 1
    print(f"checksum {checksum:#018x}")
