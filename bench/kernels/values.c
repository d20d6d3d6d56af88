/* The C twins of values.py. */
#include "kernels.h"

static struct vector plus(struct vector a, struct vector b) {
    return (struct vector){a.x + b.x, a.y + b.y, a.z + b.z};
}

static struct vector cross(struct vector a, struct vector b) {
    return (struct vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

u64 vectors(points points) {
    struct vector total = {0.0, 0.0, 0.0};
    for (u64 i = 1; i < points.len; i++)
        total = plus(total, cross(points.ptr[i - 1], points.ptr[i]));
    u64 bits;
    __builtin_memcpy(&bits, &total.x, sizeof bits);
    return bits;
}

u64 variants(events events) {
    u64 total = 0;
    for (u64 i = 0; i < events.len; i++) {
        const struct event *event = &events.ptr[i];
        switch (event->tag) {
        case 1:
            total += (u64)event->move.dx * 3 + event->move.dy;
            break;
        case 2:
            total ^= event->key;
            break;
        default:
            total += 1;
        }
    }
    return total;
}

u64 sieve(flags composite) {
    u64 primes = 0;
    for (u64 n = 2; n < composite.len; n++)
        if (!composite.ptr[n]) {
            primes++;
            for (u64 multiple = n * n; multiple < composite.len; multiple += n)
                composite.ptr[multiple] = 1;
        }
    return primes;
}

u64 histogram(bytes data) {
    u32 counts[256] = {0};
    for (u64 i = 0; i < data.len; i++)
        counts[data.ptr[i]]++;
    u64 best = 0;
    for (u64 i = 0; i < 256; i++)
        if (counts[i] > counts[best])
            best = i;
    return best * counts[best];
}

u64 utf8(bytes text) {
    u64 total = 0, at = 0;
    while (at < text.len) {
        u32 first = text.ptr[at++];
        u64 more = 0;
        if (first >= 0xC0) {
            more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
            first &= 0x3Fu >> more;
        }
        for (; more > 0 && at < text.len; more--)
            first = first << 6 | (text.ptr[at++] & 0x3F);
        total += first;
    }
    return total;
}
