/* The C twins of structs.py. */
#include "kernels.h"

static u64 bits(u64 x, int hi, int lo) { return x >> lo & (((u64)1 << (hi - lo + 1)) - 1); }

u64 bit_fields(maps syndromes) {
    u64 total = 0;
    for (u64 i = 0; i < syndromes.len; i++) {
        u64 esr = syndromes.ptr[i], iss = bits(esr, 24, 0);
        switch (bits(esr, 31, 26)) {
        case 0x01:
            total += 1;
            break;
        case 0x16:
            total += iss & 0xFFFF;
            break;
        case 0x24:
            if (bits(iss, 24, 24)) {
                total += bits(iss, 20, 16) * 8 + ((u64)1 << bits(iss, 23, 22));
                total += bits(iss, 6, 6) ? 100 : 0;
            } else {
                total += bits(iss, 5, 0);
            }
            break;
        default:
            total += 7;
        }
    }
    return total;
}

static u64 with_bits(u64 x, int hi, int lo, u64 value) {
    u64 mask = (((u64)1 << (hi - lo + 1)) - 1) << lo;
    return (x & ~mask) | (value << lo & mask);
}

u64 bit_writes(maps descriptors, u64 base) {
    u64 total = 0;
    for (u64 i = 0; i < descriptors.len; i++) {
        u64 made = with_bits(0, 0, 0, 1);
        made = with_bits(made, 4, 2, 3);
        made = with_bits(made, 47, 12, (base + i) & 0xFFFFFFFFF);
        made = with_bits(made, 10, 10, (i & 3) == 0);
        descriptors.ptr[i] = made;
        total += bits(descriptors.ptr[i], 47, 12);
    }
    return total;
}

u64 struct_copy(contexts saved, struct registers *live) {
    u64 total = 0;
    for (u64 i = 1; i < saved.len; i++) {
        struct registers kept = *live;
        *live = saved.ptr[i];
        saved.ptr[i - 1] = kept;
        live->x[i & 3] += 1;
        live->pc += 4;
        total += live->pc + live->flags + live->mode;
    }
    return total;
}

static int push(struct ring *ring, const struct packet *packet) {
    if (ring->tail - ring->head == 16)
        return 0;
    ring->packets[ring->tail++ % 16] = *packet;
    return 1;
}

static int pop(struct ring *ring, struct packet *packet) {
    if (ring->tail == ring->head)
        return 0;
    *packet = ring->packets[ring->head++ % 16];
    return 1;
}

u64 ring(struct ring *queue, packets packets, struct packet *out) {
    u64 total = 0;
    for (u64 i = 0; i < packets.len; i++)
        if (!push(queue, &packets.ptr[i])) {
            while (pop(queue, out))
                total += (u64)out->sequence * out->length + out->payload[out->kind & 15];
            push(queue, &packets.ptr[i]);
        }
    return total;
}
