"""Errors about names, types, integers and memory."""

from __future__ import annotations

from .entry import Entry as E

VALUES = (
    E("N01", "name '{name}' is not defined",
      "The name is neither a local variable nor a global, builtin or enclosing name."),
    E("N02", "'{name}' may be used before it has a value",
      "On some path to this use nothing has been assigned. Assign on every path, or before."),
    E("N03", "'{name}' is a mutable Python object; compiled code can't see its changes",
      "Lists, dicts and sets exist only while Python runs. Use a tuple for a constant, or "
      "static(T) for a variable of the program."),
    E("N04", "'{name}' is not something that compiled code can use: {what}",
      "Compiled code uses numbers, strings, bytes, tuples, types, enums, compiled functions and "
      "modules. Anything else has to be turned into one of these at import time."),
    E("N05", "{owner} has no {kind} '{name}'",
      "The type or module has nothing of that name. The suggestion lists the nearest one."),
    E("N06", "'{name}' is a global; say 'global {name}' to assign it",
      "As in Python, assigning a name inside a function makes it local unless declared global."),
    E("N07", "'{name}' is not a static variable, so it can't be assigned",
      "Only a name declared with static(T) or percpu(T) is memory of the program."),
    E("N08", "'{name}' is a parameter fixed at compile time and can't be assigned",
      "Const parameters and captured Python values are constants inside the function."),
    E("T01", "expected {want}, got {got}",
      "There are no implicit conversions that could lose or re-read bits. Widening within one "
      "signedness is automatic; everything else is written: u64(x), trunc(u32, x), "
      "bitcast(i64, x)."),
    E("T02", "{op} needs two operands of one type, got {left} and {right}",
      "Convert one side explicitly. Widening within one signedness is automatic."),
    E("T03", "{op} does not work on {type}",
      "The operator has no meaning for this type. Pointers and newtypes have few operators on "
      "purpose; convert to an integer where arithmetic is meant."),
    E("T04", "a condition is bool, not {type}",
      "Nothing is true or false by itself. Write the comparison: x != 0, p is not None, "
      "len(s) > 0."),
    E("T05", "the type of '{name}' can't be told from {what}",
      "A bare literal has no width. Write 'x: u32 = 0' or 'x = u32(0)'."),
    E("T06", "'{name}' is {old} and can't become {new}",
      "A variable keeps the type of its first assignment. Use a second name."),
    E("T07", "'{text}' is not a type: {why}",
      "An annotation has to be a type of the language."),
    E("T08", "parameter '{name}' has no type",
      "Every parameter is annotated: def f(x: u32, p: Ptr[Node]) -> u64."),
    E("T09", "{type} can't be called",
      "Only functions, types and function pointers can be called."),
    E("T10", "{type} has no items",
      "Arrays, slices, pointers, tuples and function tables can be indexed."),
    E("T11", "this function returns {want}, so a value is needed here",
      "Every return of a function with a result type gives a value."),
    E("T12", "this function returns nothing, so it can't return a value",
      "Add a result type to the signature: -> u32."),
    E("T13", "{count} values for {want} names",
      "The number of names on the left must equal the number of results on the right."),
    E("T14", "{type} can't be compared with {op}",
      "Structs, slices and tagged unions have no built-in comparison; compare their fields. "
      "Enums, pointers and bit fields compare with == and !=."),
    E("T16", "{type} is not something to iterate over",
      "for works on range(), slices, arrays, enumerate(), unroll() and constant tuples."),
    E("T17", "the branches of the conditional have the types {left} and {right}",
      "Both values of 'a if c else b' must have one type."),
    E("T18", "None needs a nullable type here, not {type}",
      "Only Ptr[T] | None and Fn[…] | None can be None."),
    E("I01", "{value} does not fit {type} ({min} … {max})",
      "Literals and constants are exact and have to fit the type they are used as."),
    E("I02", "{type}({source}) could lose or re-read bits",
      "A conversion written as a call keeps the value. Use trunc(T, x) to keep the low bits, "
      "bitcast(T, x) to re-read bits of the same size, checked(T, x) to panic if it does not "
      "fit."),
    E("I03", "shift count {count} is outside 0 … {max}",
      "A constant shift count has to be below the width. A variable count is taken modulo the "
      "width, as both machines do."),
    E("I04", "division by the constant zero",
      "The divisor is zero in every run."),
    E("I05", "trunc needs a type narrower than {source}, and {type} is not",
      "trunc(T, x) keeps the low bits of a wider integer."),
    E("I06", "bitcast between {source} and {type}: sizes differ ({a} and {b} bytes)",
      "bitcast re-reads the same number of bits."),
    E("I07", "/ is not defined on {type}; use // for the floor of the quotient",
      "Python's / gives a fraction. Integers divide with //."),
    E("I08", "** is compiled for constant exponents and bases only",
      "Write the multiplications, or a shift for a power of two."),
    E("P01", "'{text}' may be None here",
      "A nullable pointer has to be tested first: if p is not None: …, or if p is None: return."),
    E("P02", "pointer arithmetic needs @unsafe",
      "Ptr[T] points at one T: p[0] and p.field are always fine. p[i], p + n and conversions "
      "from integers are allowed in functions marked @unsafe, with a # SAFETY: line that says "
      "why they are sound."),
    E("P03", "{what} has no address",
      "Only variables, fields and elements have one. Assign the value to a variable first."),
    E("P04", "this returns the address of the local variable '{name}'",
      "The variable is gone when the function returns. Let the caller pass a Ptr."),
    E("P05", "index {index} is out of range for {type}",
      "The index is known while compiling, and it is outside."),
    E("P06", "can't write to {what}",
      "Constants, bit-field fields of a temporary, and results of calls are not places."),
    E("P07", "{type} is reached through its methods only: {methods}",
      "Device registers and atomics have no plain reads and writes; the access is written, with "
      "its width or ordering."),
    E("P08", "{type} has no fields",
      "Only structs, unions, bit fields, tuples of a call and pointers to them have fields."),
    E("P09", "reading a union's field needs @unsafe",
      "Nothing tells which field was written last. Use @variant for a tagged union."),
    E("P10", "a slice's bounds are {type}, not an unsigned integer",
      "Indices and bounds are u64 (or narrower unsigned integers, which widen)."),
    E("P11", "an index is an unsigned integer, not {type}",
      "Negative indices do not count from the end here. Convert explicitly if the value is "
      "known to be non-negative: checked(u64, i)."),
    E("P12", "@unsafe function '{name}' has no '# SAFETY:' line",
      "Say in a comment inside the function why the raw accesses are sound."),
    E("P14", "{what} is aligned to {have} bytes, and a pointer to {type} needs {want}",
      "A packed struct's fields can stand anywhere. Copy the field to a variable, or read it "
      "with unaligned_load through a Ptr[u8]."),
    E("P13", "{call} needs @unsafe",
      "It makes a pointer or slice that the compiler can't check."),
)
