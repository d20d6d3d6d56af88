# The hot handlers of examples/30_register_vm as one writes them by hand for x86-64.
# r12 instruction, r13 pc, r14 base, r15 dispatch, rdi vm; each field is decoded on its own.
        .macro load_handler
        movl    %r12d, %eax
        andl    $15, %eax
        movq    (%r15,%rax,8), %rax
        .endm
        .macro next
        movq    (%r13), %r12
        load_handler
        addq    $8, %r13
        jmpq    *%rax
        .endm
        .macro next_at distance
        movq    (%r13,\distance,8), %r12
        load_handler
        leaq    8(%r13,\distance,8), %r13
        jmpq    *%rax
        .endm
        .macro operands
        movq    %r12, %rax
        movl    %eax, %ecx
        shrl    $16, %ecx
        movzbl  %cl, %ecx
        movl    %eax, %edx
        shrl    $24, %edx
        movq    (%r14,%rcx,8), %rcx
        .endm
        .macro result
        movzbl  %ah, %eax
        movq    %rcx, (%r14,%rax,8)
        next
        .endm
        .macro handler name
        .globl  \name
        .type   \name, @function
\name:
        .endm
        .macro done name
        .size   \name, . - \name
        .endm

handler SET
        movq    %r12, %rax
        movzbl  %ah, %ecx
        sarq    $32, %rax
        movq    %rax, (%r14,%rcx,8)
        next
done SET
handler MOVE
        movq    %r12, %rax
        movl    %eax, %ecx
        shrl    $16, %ecx
        movzbl  %cl, %ecx
        movq    (%r14,%rcx,8), %rcx
        result
done MOVE
handler ADD
        operands
        addq    (%r14,%rdx,8), %rcx
        jo      slow
        result
done ADD
handler SUB
        operands
        subq    (%r14,%rdx,8), %rcx
        jo      slow
        result
done SUB
handler MUL
        operands
        imulq   (%r14,%rdx,8), %rcx
        jo      slow
        result
done MUL
handler LESS
        movq    %r12, %rax
        movzbl  %ah, %ecx
        movl    %eax, %edx
        shrl    $16, %edx
        movzbl  %dl, %edx
        movq    (%r14,%rcx,8), %rcx
        sarq    $32, %rax
        xorl    %esi, %esi
        cmpq    (%r14,%rdx,8), %rcx
        cmovlq  %rax, %rsi
        next_at %rsi
done LESS
handler LOOP
        movq    %r12, %rax
        movzbl  %ah, %ecx
        movq    (%r14,%rcx,8), %rdx
        decq    %rdx
        movq    %rdx, (%r14,%rcx,8)
        sarq    $32, %rax
        xorl    %esi, %esi
        testq   %rdx, %rdx
        cmovgq  %rax, %rsi
        next_at %rsi
done LOOP
handler JUMP
        movq    %r12, %rcx
        sarq    $32, %rcx
        next_at %rcx
done JUMP
handler GET
        movq    %r12, %rax
        movl    %eax, %ecx
        shrl    $16, %ecx
        movzbl  %cl, %ecx
        movq    (%r14,%rcx,8), %rcx
        movq    %rax, %rdx
        shrq    $32, %rdx
        cmpw    %dx, (%rcx)
        jne     slow
        movq    %rax, %rdx
        shrq    $48, %rdx
        andl    $7, %edx
        movq    16(%rcx,%rdx,8), %rcx
        result
done GET
handler CALL
        movq    (%rdi), %rcx
        cmpq    8(%rdi), %rcx
        je      slow
        movq    %r13, (%rcx)
        movq    %r14, 8(%rcx)
        addq    $16, %rcx
        movq    %rcx, (%rdi)
        movq    %r12, %rax
        movzbl  %ah, %ecx
        leaq    (%r14,%rcx,8), %r14
        movq    %r12, %rcx
        sarq    $32, %rcx
        next_at %rcx
done CALL
handler RETURN
        movq    %r12, %rax
        movzbl  %ah, %eax
        movq    (%r14,%rax,8), %rax
        movq    %rax, (%r14)
        movq    (%rdi), %rax
        movq    -16(%rax), %r13
        movq    -8(%rax), %r14
        subq    $16, %rax
        movq    %rax, (%rdi)
        next
done RETURN
