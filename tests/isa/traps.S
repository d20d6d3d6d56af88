// At EL2 on QEMU's virt machine: enters EL1 with traps on, provokes one exception after another,
// and prints each ESR_EL2 and HPFAR_EL2 on the PL011 as two lines of hexadecimal digits.
.global _start
_start:
    ldr     x0, =stack
    mov     sp, x0
    ldr     x0, =vectors
    msr     VBAR_EL2, x0
    mrs     x0, MIDR_EL1
    bl      print
    mrs     x0, ID_AA64MMFR0_EL1
    bl      print
    ldr     x0, =0x80082001 | (1 << 18) | (1 << 26) // RW TSC TWI VM TID3 TVM
    msr     HCR_EL2, x0
    ldr     x0, =(1 << 10)                          // TFP
    msr     CPTR_EL2, x0
    mov     x0, #(3 << 20)                          // EL1 itself lets floating point pass
    msr     CPACR_EL1, x0
    ldr     x0, =0x80023558                         // 4 KB granules, 40 bits, start at level 1
    msr     VTCR_EL2, x0
    ldr     x0, =stage2
    msr     VTTBR_EL2, x0
    ldr     x0, =guest
    msr     ELR_EL2, x0
    mov     x0, #0x3c5                              // EL1h, all masked
    msr     SPSR_EL2, x0
    dsb     sy
    isb
    eret

guest:                                              // the handler goes on after each of these
    hvc     #0x1234
    smc     #7
    wfi
    mrs     x3, ID_AA64PFR0_EL1
    msr     TTBR1_EL1, x4
    fmov    d0, xzr
    mov     x9, #0x09000000
    movk    x9, #0xc000, lsl #0
    strh    w17, [x9, #6]                           // a page that stage 2 leaves out
    mov     x9, #0x8000000000
    ldr     x10, [x9]                               // beyond the 1 GB that level 1 maps
    hvc     #0xffff

handler:
    mrs     x0, ESR_EL2
    and     x1, x0, #0xffff
    mov     x20, #0xffff
    cmp     x1, x20
    b.eq    finish
    bl      print
    mrs     x0, HPFAR_EL2
    bl      print
    mrs     x0, ESR_EL2
    lsr     x0, x0, #26
    cmp     x0, #0x20                               // the guest lost its way: no endless output
    b.eq    finish
    cmp     x0, #0x16                               // HVC returns after itself, the others at it
    b.eq    1f
    mrs     x0, ELR_EL2
    add     x0, x0, #4
    msr     ELR_EL2, x0
1:  eret

finish:
    ldr     x0, =0x84000008                         // PSCI SYSTEM_OFF
    smc     #0
2:  wfi
    b       2b

print:                                              // x0 as 16 digits and a newline
    mov     x4, #0x09000000
    mov     x5, #60
3:  lsr     x6, x0, x5
    and     x6, x6, #15
    cmp     x6, #10
    add     x7, x6, #'0'
    add     x8, x6, #'a' - 10
    csel    x6, x7, x8, lo
    strb    w6, [x4]
    subs    x5, x5, #4
    b.ge    3b
    mov     x6, #'\n'
    strb    w6, [x4]
    ret

.balign 2048
vectors:
.rept 16
    b       handler
    .balign 128
.endr

.balign 4096
stage2:                                             // level 1: only the gigabyte with the code
    .quad   0
    .quad   0x40000000 | 0x7fd                      // block, normal memory, all access
    .fill   510, 8, 0
.balign 16
    .space  1024
stack:
