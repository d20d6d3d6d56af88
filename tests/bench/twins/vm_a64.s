// The hot handlers of examples/30_register_vm as one writes them by hand for A64.
// x20 instruction, x21 pc, x22 base, x23 dispatch, x24 vm; each field is decoded on its own.
        .macro next
        ldr     x20, [x21], #8
        and     x8, x20, #15
        ldr     x0, [x23, x8, lsl #3]
        br      x0
        .endm
        .macro operands
        ubfx    x8, x20, #16, #8
        ubfx    x9, x20, #24, #8
        ldr     x8, [x22, x8, lsl #3]
        ldr     x9, [x22, x9, lsl #3]
        .endm
        .macro result
        ubfx    x9, x20, #8, #8
        str     x8, [x22, x9, lsl #3]
        next
        .endm
        .macro handler name
        .globl  \name
        .type   \name, %function
\name:
        .endm
        .macro done name
        .size   \name, . - \name
        .endm

handler SET
        ubfx    x8, x20, #8, #8
        asr     x9, x20, #32
        str     x9, [x22, x8, lsl #3]
        next
done SET
handler MOVE
        ubfx    x8, x20, #16, #8
        ldr     x8, [x22, x8, lsl #3]
        result
done MOVE
handler ADD
        operands
        adds    x8, x8, x9
        b.vs    slow
        result
done ADD
handler SUB
        operands
        subs    x8, x8, x9
        b.vs    slow
        result
done SUB
handler MUL
        operands
        mul     x10, x8, x9
        smulh   x9, x8, x9
        cmp     x9, x10, asr #63
        b.ne    slow
        ubfx    x9, x20, #8, #8
        str     x10, [x22, x9, lsl #3]
        next
done MUL
handler LESS
        ubfx    x8, x20, #8, #8
        ubfx    x9, x20, #16, #8
        ldr     x8, [x22, x8, lsl #3]
        ldr     x9, [x22, x9, lsl #3]
        asr     x10, x20, #32
        cmp     x8, x9
        csel    x10, x10, xzr, lt
        add     x21, x21, x10, lsl #3
        next
done LESS
handler LOOP
        ubfx    x8, x20, #8, #8
        ldr     x9, [x22, x8, lsl #3]
        asr     x10, x20, #32
        sub     x9, x9, #1
        str     x9, [x22, x8, lsl #3]
        cmp     x9, #0
        csel    x10, x10, xzr, gt
        add     x21, x21, x10, lsl #3
        next
done LOOP
handler JUMP
        asr     x8, x20, #32
        add     x21, x21, x8, lsl #3
        next
done JUMP
handler GET
        ubfx    x8, x20, #16, #8
        ldr     x8, [x22, x8, lsl #3]
        ldrh    w9, [x8]
        lsr     x10, x20, #32
        cmp     w9, w10, uxth
        b.ne    slow
        ubfx    x9, x20, #48, #3
        add     x8, x8, x9, lsl #3
        ldr     x8, [x8, #16]
        result
done GET
handler CALL
        ldp     x8, x9, [x24]
        cmp     x8, x9
        b.eq    slow
        stp     x21, x22, [x8], #16
        str     x8, [x24]
        asr     x9, x20, #32
        add     x21, x21, x9, lsl #3
        lsr     x8, x20, #8
        add     x22, x22, w8, uxtb #3
        next
done CALL
handler RETURN
        ubfx    x8, x20, #8, #8
        ldr     x8, [x22, x8, lsl #3]
        str     x8, [x22]
        ldr     x8, [x24]
        ldp     x21, x22, [x8, #-16]
        sub     x8, x8, #16
        str     x8, [x24]
        next
done RETURN
