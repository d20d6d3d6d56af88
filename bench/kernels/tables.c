/* The C twins of tables.py. */
#include "kernels.h"

#define GOLDEN 0x9E3779B97F4A7C15u
#define OUTPUT 0x0000FFFFFFFFF000u

u64 hash_table(struct slot *slots, maps keys) {
    u64 most = 0;
    for (u64 i = 0; i < keys.len; i++) {
        u64 key = keys.ptr[i], at = key * GOLDEN >> 52;
        while (slots[at].key != key && slots[at].key != 0)
            at = (at + 1) % SLOTS;
        slots[at].key = key;
        slots[at].count += 1;
        most = most > slots[at].count ? most : slots[at].count;
    }
    return most;
}

static u64 walk(const u64 *root, u64 address) {
    const u64 *table = root;
    u64 shift = 39;
    for (;;) {
        u64 entry = table[address >> shift & 511];
        if ((entry & 1) == 0)
            return 0;
        if (shift == 12 || (entry & 2) == 0) {
            u64 inside = ((u64)1 << shift) - 1;
            return (entry & OUTPUT & ~inside) | (address & inside);
        }
        table = (const u64 *)(entry & OUTPUT);
        shift -= 9;
    }
}

u64 page_table_walk(const u64 *root, maps addresses) {
    u64 total = 0;
    for (u64 i = 0; i < addresses.len; i++)
        total += walk(root, addresses.ptr[i]);
    return total;
}

u64 linked_list(struct node *first) {
    struct node *head = first;
    u64 total = 0;
    for (int turn = 0; turn < 2; turn++) {
        struct node *done = 0;
        u64 place = 0;
        while (head) {
            struct node *after = head->next;
            head->next = done;
            total += place * head->value;
            place++;
            done = head;
            head = after;
        }
        head = done;
    }
    return total;
}

static u64 increment(u64 x) { return x + 1; }
static u64 twice(u64 x) { return x * 2; }
static u64 mix(u64 x) { return (x ^ x >> 7) * GOLDEN; }
static u64 flip(u64 x) { return ~x; }

static u64 (*const operations[])(u64) = {increment, twice, mix, flip};

u64 indirect_calls(bytes program) {
    u64 x = 1;
    for (u64 i = 0; i < program.len; i++)
        x = operations[program.ptr[i] & 3](x);
    return x;
}
