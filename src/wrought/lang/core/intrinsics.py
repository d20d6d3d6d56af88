"""The built-in operations, one row each; `wrought.lang.front.intrinsics` gives their code.

The rows make the names that programs import and the reference page.
"""

from __future__ import annotations

from typing import Any


class Intrinsic:
    """A built-in operation of compiled code."""

    def __init__(self, name: str, usage: str, doc: str, group: str) -> None:
        self.name, self.usage, self.group = name, usage, group
        self.__doc__ = doc

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{self.name} works in compiled functions only: {self.usage}")

    def __repr__(self) -> str:
        return f"<intrinsic {self.name}>"


INTRINSICS: dict[str, Intrinsic] = {}
"""Every intrinsic by name."""


def _i(group: str, usage: str, doc: str) -> Intrinsic:
    name = usage.split("(")[0]
    made = INTRINSICS[name] = Intrinsic(name, usage, doc, group)
    return made


_G = "conversions"
trunc = _i(_G, "trunc(T, x)", "The low bits of `x` as the narrower integer type T.")
bitcast = _i(_G, "bitcast(T, x)", "The bits of `x` as T of the same size: signedness, floats, "
             "pointers to another type (@unsafe).")
checked = _i(_G, "checked(T, x)", "`x` as the integer type T; a panic if it does not fit.")
saturate = _i(_G, "saturate(T, x)", "`x` as the integer type T, clamped to its range.")
to_int_raw = _i(_G, "to_int_raw(T, x)", "A float toward zero as T in one instruction; out of "
                "range some value of T, never a fault. Compare back where it matters.")

_G = "integers"
add_ovf = _i(_G, "add_ovf(a, b)", "The wrapped sum and whether it wrapped: tuple[T, bool].")
sub_ovf = _i(_G, "sub_ovf(a, b)", "The wrapped difference and whether it wrapped.")
mul_ovf = _i(_G, "mul_ovf(a, b)", "The wrapped product and whether it wrapped.")
checked_add = _i(_G, "checked_add(a, b)", "The sum; a panic where it would wrap.")
checked_sub = _i(_G, "checked_sub(a, b)", "The difference; a panic where it would wrap.")
checked_mul = _i(_G, "checked_mul(a, b)", "The product; a panic where it would wrap.")
mul_wide = _i(_G, "mul_wide(a, b)", "The full product of two 64-bit integers: (low, high).")
div_trunc = _i(_G, "div_trunc(a, b)", "The quotient toward zero, as C has it.")
rem_trunc = _i(_G, "rem_trunc(a, b)", "The remainder of div_trunc, the dividend's sign.")
count_trailing_zeros = _i(_G, "count_trailing_zeros(x)", "Zero bits below the lowest one bit; "
                          "the width for 0.")
count_leading_zeros = _i(_G, "count_leading_zeros(x)", "Zero bits above the highest one bit; "
                         "the width for 0.")
popcount = _i(_G, "popcount(x)", "The number of one bits.")
byte_swap = _i(_G, "byte_swap(x)", "The bytes in reverse order (u16 to u64).")
reverse_bits = _i(_G, "reverse_bits(x)", "The bits in reverse order.")
rotate_left = _i(_G, "rotate_left(x, n)", "Rotate left by n modulo the width.")
rotate_right = _i(_G, "rotate_right(x, n)", "Rotate right by n modulo the width.")

_G = "floats"
sqrt = _i(_G, "sqrt(x)", "Square root, correctly rounded.")
floor = _i(_G, "floor(x)", "Largest integral value not above x.")
ceil = _i(_G, "ceil(x)", "Smallest integral value not below x.")
round_to_zero = _i(_G, "round_to_zero(x)", "Integral value toward zero.")
round_even = _i(_G, "round_even(x)", "Nearest integral value, ties to even.")
fma = _i(_G, "fma(a, b, c)", "a * b + c with one rounding.")
copysign = _i(_G, "copysign(x, y)", "The magnitude of x with the sign of y.")
fmin = _i(_G, "fmin(a, b)", "IEEE 754-2019 minimum: NaN if either is, -0 below +0.")
fmax = _i(_G, "fmax(a, b)", "IEEE 754-2019 maximum.")

_G = "memory"
addr_of = _i(_G, "addr_of(place)", "The address of a variable, field or element: Ptr[T].")
slice_from = _i(_G, "slice_from(p, n)", "The slice of n elements at p (@unsafe).")
c_str = _i(_G, "c_str(b\"text\")", "A constant NUL-terminated string: Ptr[u8].")
zeroed = _i(_G, "zeroed(T)", "A value of T with all bytes zero.")
uninit = _i(_G, "uninit(T)", "A value of T with unspecified bytes (@unsafe); it is to be "
            "written before it is read.")
sizeof = _i(_G, "sizeof(T)", "Size in bytes, a constant.")
alignof = _i(_G, "alignof(T)", "Alignment in bytes, a constant.")
offsetof = _i(_G, "offsetof(T, \"field\")", "Byte offset of a field, a constant.")
copy_memory = _i(_G, "copy_memory(dst, src, n)", "Copy n elements between disjoint memory "
                 "(@unsafe); slices copy with dst.copy_from(src).")
move_memory = _i(_G, "move_memory(dst, src, n)", "Copy n elements; may overlap (@unsafe).")
fill_memory = _i(_G, "fill_memory(dst, byte, n)", "Set n bytes (@unsafe).")
volatile_load = _i(_G, "volatile_load(p)", "Read *p exactly once, here.")
volatile_store = _i(_G, "volatile_store(p, x)", "Write *p exactly once, here.")
unaligned_load = _i(_G, "unaligned_load(p)", "Read *p at any alignment (@unsafe).")
unaligned_store = _i(_G, "unaligned_store(p, x)", "Write *p at any alignment (@unsafe).")
prefetch = _i(_G, "prefetch(p)", "Hint that *p will be read soon.")
prefetch_write = _i(_G, "prefetch_write(p)", "Hint that *p will be written soon.")
function_address = _i(_G, "function_address(f)", "The address of a compiled function, as u64.")

_G = "flow"
panic = _i(_G, "panic(\"text\")", "Stop with a message, the file and the line; an f-string may "
           "show up to two integers.")
static_assert = _i(_G, "static_assert(condition, \"text\")", "An error while compiling unless "
                   "the constant condition holds.")
likely = _i(_G, "likely(condition)", "The condition, which nearly always holds.")
unlikely = _i(_G, "unlikely(condition)", "The condition, which nearly never holds.")
unroll = _i(_G, "unroll(range(n))", "A for loop over constants, written out.")
tail = _i(_G, "tail(f)", "return tail(f)(…): a guaranteed tail call.")
assume_unreachable = _i(_G, "assume_unreachable()", "This point is never reached (@unsafe).")
trust = _i(_G, "trust(x)", "An untrusted value without its mark (@unsafe).")
try_call = _i(_G, "try_call(frame, f, arg)", "Call f(arg) and return 0, or the code given to "
              "throw(frame, code) while it ran.")
throw = _i(_G, "throw(frame, code)", "Leave to the try_call that holds the frame.")
format_to = _i(_G, "format_to(sink, f\"…\")", "Write the formatted text in pieces to "
               "sink.write(Slice[u8]), or to a function of that signature.")

_G = "machine"
dmb = _i(_G, "dmb(\"ish\")", "Data memory barrier.")
dsb = _i(_G, "dsb(\"ish\")", "Data synchronization barrier.")
isb = _i(_G, "isb()", "Instruction synchronization barrier.")
tlbi = _i(_G, "tlbi(\"vae2is\", x)", "TLB maintenance.")
dc = _i(_G, "dc(\"civac\", address)", "Data cache maintenance.")
ic = _i(_G, "ic(\"iallu\")", "Instruction cache maintenance.")
at_op = _i(_G, "at_op(\"s1e2r\", address)", "Address translation; the result is in PAR_EL1.")
wfi = _i(_G, "wfi()", "Wait for an interrupt.")
wfe = _i(_G, "wfe()", "Wait for an event.")
sev = _i(_G, "sev()", "Send an event to all CPUs.")
sevl = _i(_G, "sevl()", "Send an event to this CPU.")
cpu_relax = _i(_G, "cpu_relax()", "The hint of a spin loop: yield, or pause.")
hvc = _i(_G, "hvc(imm, x0, …)", "Hypervisor call; x0 … x7 in, tuple of x0 … x3 out.")
smc = _i(_G, "smc(imm, x0, …)", "Secure monitor call; x0 … x7 in, tuple of x0 … x3 out.")
mask_irqs = _i(_G, "mask_irqs()", "Set DAIF.DAIF for a while: returns the old value.")
restore_irqs = _i(_G, "restore_irqs(old)", "Put DAIF back.")
fence = _i(_G, "fence(Order.SEQ_CST)", "A fence between CPUs.")
compiler_fence = _i(_G, "compiler_fence()", "Order memory accesses for the compiler only.")
stack_pointer = _i(_G, "stack_pointer()", "The stack pointer, as u64.")
return_address = _i(_G, "return_address()", "The address that this function returns to.")
a64 = _i(_G, "a64(\"text\")", "The A64 text of an @asm function.")
x64 = _i(_G, "x64(\"text\")", "The x86-64 text (Intel syntax) of an @asm function.")
