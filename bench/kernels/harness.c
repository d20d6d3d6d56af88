/* Runs one kernel on data that is always the same, and prints what it gave.

   What is executed between count_on and count_off is what the counter counts. */
#include <stdio.h>
#include <string.h>

#include "kernels.h"

enum { SIZE = 4096, MATRIX = 48 };

__attribute__((noinline)) void count_on(void) { __asm__ volatile(""); }
__attribute__((noinline)) void count_off(void) { __asm__ volatile(""); }

#define COUNTED(call) do { count_on(); u64 got = (call); count_off(); return got; } while (0)

static u64 seed = 88172645463325252u;
static u64 random_number(void) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

static u8 text[SIZE + 1];
static u32 items[SIZE];
static u64 numbers[SIZE];
static double matrix[3][MATRIX * MATRIX];
static struct slot slots[SLOTS];
static struct node nodes[SIZE];
static struct registers saved[256], live;
static struct packet sent[256], received;
static struct ring queue;
static struct vector places[512];
static struct event happened[SIZE];
static _Bool composite[SIZE];
static u64 tables[4][512] __attribute__((aligned(4096)));

static bytes random_text(const char *letters, u64 length) {
    u64 count = strlen(letters);
    for (u64 i = 0; i < length; i++)
        text[i] = (u8)letters[random_number() % count];
    return (bytes){text, length};
}

static maps random_numbers(u64 mask) {
    for (u64 i = 0; i < SIZE; i++)
        numbers[i] = (random_number() & mask) + 1;
    return (maps){numbers, SIZE};
}

static words random_items(u64 length) {
    for (u64 i = 0; i < length; i++)
        items[i] = (u32)random_number();
    return (words){items, length};
}

static u64 run_string_scan(void) {
    bytes data = random_text("abc", SIZE);
    COUNTED(string_scan(data, 'z'));
}

static u64 run_crc32(void) {
    bytes data = random_text("abcdefgh", SIZE);
    COUNTED(crc32(data));
}

static u64 run_byte_parser(void) {
    bytes data = random_text("0123456789, \n", SIZE);
    COUNTED(byte_parser(data));
}

static u64 run_float_loop(void) { COUNTED(float_loop(24)); }
static u64 run_insertion_sort(void) {
    words data = random_items(200);
    COUNTED(insertion_sort(data));
}

static u64 run_heap_sort(void) {
    words data = random_items(1000);
    COUNTED(heap_sort(data));
}

static u64 run_bitmap(void) {
    maps data = random_numbers(0x1111111111);
    COUNTED(bitmap(data));
}

static u64 run_indirect_calls(void) {
    bytes data = random_text("abcd", SIZE);
    COUNTED(indirect_calls(data));
}

static u64 run_bit_writes(void) { COUNTED(bit_writes((maps){numbers, SIZE}, 0x40000)); }

static u64 run_edit_distance(void) {
    bytes all = random_text("abcd", 160);
    COUNTED(edit_distance((bytes){text, 80}, (bytes){all.ptr + 80, 80}, (words){items, 81}));
}

static u64 run_matrix_multiply(void) {
    doubles m[3];
    for (int i = 0; i < 3; i++) {
        m[i] = (doubles){matrix[i], MATRIX * MATRIX};
        for (u64 k = 0; k < MATRIX * MATRIX; k++)
            matrix[i][k] = (double)(k % 7);
    }
    COUNTED(matrix_multiply(m[0], m[1], m[2], MATRIX));
}

static u64 run_hash_table(void) {
    memset(slots, 0, sizeof slots);
    maps keys = random_numbers(2047);
    COUNTED(hash_table(slots, keys));
}

static u64 run_page_table_walk(void) {
    for (int level = 0; level < 4; level++)
        for (u64 i = 0; i < 512; i++)
            tables[level][i] = level == 3 ? (i << 12) | 3 : (u64)tables[level + 1] | 3;
    tables[2][5] = (u64)7 << 21 | 1;
    tables[3][9] = 0;
    COUNTED(page_table_walk(tables[0], random_numbers(0xFFFFFFFFFFFF)));
}

static u64 run_linked_list(void) {
    for (u64 i = 0; i < SIZE; i++)
        nodes[i] = (struct node){i ? &nodes[i - 1] : 0, i};
    COUNTED(linked_list(&nodes[SIZE - 1]));
}

static u64 run_bit_fields(void) {
    static const u8 traps[] = {0x01, 0x16, 0x24, 0x24, 0x24, 0x3C};
    for (u64 i = 0; i < SIZE; i++) {
        u64 word = random_number();
        numbers[i] = (word & 0x1FFFFFF) | (u64)traps[(word >> 32) % 6] << 26;
    }
    COUNTED(bit_fields((maps){numbers, SIZE}));
}

static u64 run_struct_copy(void) {
    for (u64 i = 0; i < 256; i++)
        saved[i] = (struct registers){{i, 2, 3, 4, 5, 6}, i * 64, (u32)i, 1};
    COUNTED(struct_copy((contexts){saved, 256}, &live));
}

static u64 run_ring(void) {
    queue.head = queue.tail = 0;
    for (u64 i = 0; i < 256; i++)
        sent[i] = (struct packet){(u16)i, 20, (u32)i, {1, 2, 3}};
    COUNTED(ring(&queue, (packets){sent, 256}, &received));
}

static u64 run_vectors(void) {
    for (u64 i = 0; i < 512; i++)
        places[i] = (struct vector){(double)(i % 7), (double)(i % 5), (double)(i % 11)};
    COUNTED(vectors((points){places, 512}));
}

static u64 run_variants(void) {
    for (u64 i = 0; i < SIZE; i++) {
        u64 word = random_number();
        happened[i].tag = (u8)(word >> 40) % 3;
        happened[i].key = word;
    }
    COUNTED(variants((events){happened, SIZE}));
}

static u64 run_sieve(void) { COUNTED(sieve((flags){composite, SIZE})); }

static u64 run_histogram(void) {
    bytes data = random_text("the quick brown fox jumps over the lazy dog", SIZE);
    COUNTED(histogram(data));
}

static u64 run_utf8(void) {
    static const u8 letters[] = {0x61, 0xC3, 0xA4, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80};
    static const u64 start[] = {0, 1, 3, 6, 10};
    u64 length = 0;
    while (length < SIZE - 4)
        for (u64 pick = random_number() % 4, i = start[pick]; i < start[pick + 1]; i++)
            text[length++] = letters[i];
    COUNTED(utf8((bytes){text, length}));
}

#define KERNEL(name) {#name, run_##name}
static const struct { const char *name; u64 (*run)(void); } kernels[] = {
    KERNEL(string_scan), KERNEL(crc32), KERNEL(byte_parser), KERNEL(edit_distance),
    KERNEL(float_loop), KERNEL(matrix_multiply), KERNEL(insertion_sort), KERNEL(heap_sort),
    KERNEL(bitmap), KERNEL(hash_table), KERNEL(page_table_walk), KERNEL(linked_list),
    KERNEL(indirect_calls), KERNEL(bit_fields), KERNEL(bit_writes), KERNEL(struct_copy),
    KERNEL(ring), KERNEL(vectors), KERNEL(variants), KERNEL(sieve), KERNEL(histogram),
    KERNEL(utf8),
};

int main(int argc, char **argv) {
    for (u64 i = 0; argc == 2 && i < sizeof kernels / sizeof kernels[0]; i++)
        if (strcmp(kernels[i].name, argv[1]) == 0) {
            printf("%lu\n", kernels[i].run());
            return 0;
        }
    return 2;
}
