"""The op table: every IR op with its operands, result, attributes and meaning.

The builder, verifier, printer, parser, interpreter, LLVM emitter and reference pages all read it.
`operands` is a string of one letter each: `i` any integer, `b` i1, `f` float, `p` ptr, `s` any
scalar, `v` any value; `*` after the last letter repeats it.  `rule` tells how types relate:

* `same`: all operands and the result have one type
* `cmp`: both operands have one type, the result is i1
* `ovf`: both operands have one type T, the result is {T, i1}
* `pair`: both operands have one type T, the result is {T, T}
* `any`: the instruction's own type says what the result is; the verifier has a rule by op name
"""

from __future__ import annotations

from typing import NamedTuple


class Op(NamedTuple):
    """One row of the table."""

    name: str
    operands: str
    rule: str
    doc: str
    attrs: tuple[str, ...] = ()
    pure: bool = False
    terminator: bool = False


INT_PREDICATES = ("eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge")
FLOAT_PREDICATES = ("oeq", "une", "olt", "ole", "ogt", "oge")
ORDERS = ("relaxed", "acquire", "release", "acq_rel", "seq_cst")
RMW_KINDS = ("xchg", "add", "sub", "and", "or", "xor", "umin", "umax", "smin", "smax")


def _p(name: str, operands: str, rule: str, doc: str, *attrs: str) -> Op:
    return Op(name, operands, rule, doc, attrs, pure=True)


def _e(name: str, operands: str, rule: str, doc: str, *attrs: str) -> Op:
    return Op(name, operands, rule, doc, attrs)


def _t(name: str, operands: str, doc: str, *attrs: str) -> Op:
    return Op(name, operands, "any", doc, attrs, terminator=True)


_ROWS = [
    # integers: two's complement, wrapping
    _p("add", "ii", "same", "sum modulo 2^n"),
    _p("sub", "ii", "same", "difference modulo 2^n"),
    _p("mul", "ii", "same", "product modulo 2^n"),
    _p("and", "ii", "same", "bitwise and"),
    _p("or", "ii", "same", "bitwise or"),
    _p("xor", "ii", "same", "bitwise exclusive or"),
    _p("shl", "ii", "same", "shift left; the count is taken modulo the width"),
    _p("lshr", "ii", "same", "logical shift right; count modulo the width"),
    _p("ashr", "ii", "same", "arithmetic shift right; count modulo the width"),
    _p("udiv", "ii", "same", "unsigned quotient; the divisor is not 0 (the front end tests it)"),
    _p("umod", "ii", "same", "unsigned remainder; divisor not 0"),
    _p("sdiv", "ii", "same", "signed quotient toward zero; divisor not 0; MIN / -1 is MIN"),
    _p("smod", "ii", "same", "remainder of sdiv, the dividend's sign; MIN % -1 is 0"),
    _p("sdivf", "ii", "same", "signed quotient toward minus infinity (Python's //); "
       "divisor not 0; MIN // -1 is MIN"),
    _p("smodf", "ii", "same", "remainder of sdivf, the divisor's sign (Python's %)"),
    _p("icmp", "ss", "cmp", "compare integers or pointers", "pred"),
    _p("uaddo", "ii", "ovf", "unsigned sum and whether it wrapped"),
    _p("saddo", "ii", "ovf", "signed sum and whether it wrapped"),
    _p("usubo", "ii", "ovf", "unsigned difference and whether it wrapped"),
    _p("ssubo", "ii", "ovf", "signed difference and whether it wrapped"),
    _p("umulo", "ii", "ovf", "unsigned product and whether it wrapped"),
    _p("smulo", "ii", "ovf", "signed product and whether it wrapped"),
    _p("umulx", "ii", "pair", "full unsigned product: {low, high}"),
    _p("smulx", "ii", "pair", "full signed product: {low, high}"),
    _p("rotl", "ii", "same", "rotate left; count modulo the width"),
    _p("rotr", "ii", "same", "rotate right; count modulo the width"),
    _p("ctz", "i", "same", "count of trailing zeros; the width for 0"),
    _p("clz", "i", "same", "count of leading zeros; the width for 0"),
    _p("popcount", "i", "same", "count of one bits"),
    _p("bswap", "i", "same", "bytes in reverse order (i16 and wider)"),
    _p("bitrev", "i", "same", "bits in reverse order"),
    # floats: IEEE 754 binary32 and binary64, round to nearest even
    _p("fadd", "ff", "same", "sum"),
    _p("fsub", "ff", "same", "difference"),
    _p("fmul", "ff", "same", "product"),
    _p("fdiv", "ff", "same", "quotient; x / 0 is infinite or NaN, never a panic"),
    _p("fcmp", "ff", "cmp", "compare; false with a NaN, except une", "pred"),
    _p("fneg", "f", "same", "sign bit flipped"),
    _p("fabs", "f", "same", "sign bit cleared"),
    _p("sqrt", "f", "same", "square root, correctly rounded"),
    _p("ffloor", "f", "same", "largest integral value not above"),
    _p("fceil", "f", "same", "smallest integral value not below"),
    _p("ftrunc_", "f", "same", "integral value toward zero"),
    _p("frint", "f", "same", "nearest integral value, ties to even"),
    _p("fmin", "ff", "same", "IEEE 754-2019 minimum: NaN if either is, -0 below +0"),
    _p("fmax", "ff", "same", "IEEE 754-2019 maximum"),
    _p("copysign", "ff", "same", "magnitude of the first, sign of the second"),
    _p("fma", "fff", "same", "a * b + c with one rounding"),
    # conversions: the operand's type is the source, the instruction's type the result
    _p("zext", "i", "any", "widen with zeros"),
    _p("sext", "i", "any", "widen with the sign"),
    _p("trunc", "i", "any", "keep the low bits"),
    _p("fext", "f", "any", "f32 to f64"),
    _p("ftrunc", "f", "any", "f64 to f32, rounded"),
    _p("uitof", "i", "any", "unsigned integer to float, rounded"),
    _p("sitof", "i", "any", "signed integer to float, rounded"),
    _p("ftoui", "f", "any", "toward zero, saturating; NaN is 0"),
    _p("ftosi", "f", "any", "toward zero, saturating; NaN is 0"),
    _p("ftosi_raw", "f", "any", "toward zero; out of range: some value, not a fault "
       "(the interpreter gives MIN)"),
    _p("bitcast", "s", "any", "the same bits as another scalar type of that size (not ptr)"),
    _p("ptrtoint", "p", "any", "address as i64"),
    _p("inttoptr", "i", "any", "i64 as an address"),
    _p("select", "bvv", "any", "second operand if the first is 1, else the third"),
    _p("expect", "b", "any", "the operand, which is nearly always `value`", "value"),
    # aggregates
    _p("make", "v*", "any", "aggregate of the operands"),
    _p("extract", "v", "any", "part `index`", "index"),
    _p("insert", "vv", "any", "first operand with part `index` replaced by the second", "index"),
    # memory
    _p("ptradd", "pi", "any", "address plus a byte offset (i64, signed); stays in its object"),
    _p("elem", "pi", "any", "address plus index (i64) times `size` bytes", "size"),
    _e("load", "p", "any", "read a value; `align` in bytes", "align", "volatile", "invariant"),
    _e("store", "vp", "any", "write the first operand to the second", "align", "volatile"),
    _e("copy", "pp", "any", "copy `size` bytes from the second to the first; disjoint or equal",
       "size", "align"),
    _e("memcpy", "ppi", "any", "copy n (i64) bytes from the second to the first; disjoint"),
    _e("memmove", "ppi", "any", "copy n (i64) bytes; may overlap"),
    _e("memset", "pii", "any", "set n (i64, third) bytes to the i8 in the second"),
    _e("prefetch", "p", "any", "hint that the line will be read, or written if `write`", "write"),
    # atomics
    _e("atomic_load", "p", "any", "atomic read (scalar of 1 to 8 bytes)", "order"),
    _e("atomic_store", "sp", "any", "atomic write of the first operand", "order"),
    _e("atomic_rmw", "ps", "any", "read, combine by `kind`, write; result: the old value",
       "kind", "order"),
    _e("atomic_cas", "pss", "any", "if *p == second, write third; result {old, i1 success}",
       "order", "weak"),
    _e("fence", "", "any", "memory fence between CPUs", "order"),
    _e("compiler_fence", "", "any", "orders memory accesses for the compiler only"),
    # calls
    _e("call", "v*", "any", "call the function named `callee`", "callee"),
    _e("calli", "pv*", "any", "call through a pointer; `sig` = (ret, (params…)), `cc`, and "
       "`targets`, the functions it can reach, when declared; `ext`: how each small integer is "
       "extended (zeroext, signext) where C may be called", "sig", "cc", "targets", "ext"),
    # the machine
    _e("sysread", "", "any", "read system register `reg` (name; `enc` = op0,op1,crn,crm,op2) "
       "as i64", "reg", "enc"),
    _e("syswrite", "i", "any", "write an i64 to system register `reg`", "reg", "enc"),
    _e("sysop", "i*", "any", "cache, TLB, barrier or hint instruction `text` "
       "(`dsb ish`, `tlbi vae2is`, `wfi`), with its i64 operand if it has one", "text"),
    _e("smccc", "i*", "any", "`conduit` (hvc or smc) #imm with x0.. = operands (1 to 8); "
       "result {x0, x1, x2, x3}", "conduit", "imm"),
    _e("mmio_read", "p", "any", "one device access of the result's width (i8 to i64)"),
    _e("mmio_write", "ip", "any", "one device access of the first operand's width"),
    _p("percpu", "p", "any", "this CPU's copy of the per-CPU global whose template the operand "
       "is"),
    _e("read_sp", "", "any", "the stack pointer as i64"),
    _e("return_address", "", "any", "the address this function returns to, as i64"),
    # terminators
    _t("ret", "v*", "return, with a value unless the function is void"),
    _t("br", "", "go to the successor"),
    _t("cbr", "b", "first successor if 1, else the second; `likely` = 0, 1 or absent: which "
       "successor", "likely"),
    _t("switch", "i", "successor k+1 if the operand equals `values[k]`, else successor 0",
       "values"),
    _t("tail", "v*", "guaranteed tail call of `callee`, same signature and convention", "callee"),
    _t("taili", "pv*", "guaranteed tail call through a pointer", "sig", "cc", "targets"),
    _t("panic", "i*", "stop with `kind` and `msg`, in which {0} and {1} are the i64 operands",
       "kind", "msg"),
    _t("unreachable", "", "never executed"),
]

OPS: dict[str, Op] = {row.name: row for row in _ROWS}
"""Every op by name."""

TERMINATORS = frozenset(row.name for row in _ROWS if row.terminator)
"""The ops that end a block."""
