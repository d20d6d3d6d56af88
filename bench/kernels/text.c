/* The C twins of text.py. */
#include "kernels.h"

static u32 crc_table[256];

__attribute__((constructor)) static void fill_crc_table(void) {
    for (u32 n = 0; n < 256; n++) {
        u32 row = n;
        for (int bit = 0; bit < 8; bit++)
            row = row >> 1 ^ (row & 1 ? 0xEDB88320 : 0);
        crc_table[n] = row;
    }
}

u64 string_scan(bytes text, u8 wanted) {
    for (u64 i = 0; i < text.len; i++)
        if (text.ptr[i] == wanted)
            return i;
    return text.len;
}

u64 crc32(bytes data) {
    u32 crc = 0xFFFFFFFF;
    for (u64 i = 0; i < data.len; i++)
        crc = crc >> 8 ^ crc_table[(crc ^ data.ptr[i]) & 255];
    return ~crc;
}

u64 byte_parser(bytes text) {
    u64 total = 0, line = 1, at = 0;
    while (at < text.len) {
        u8 c = text.ptr[at++];
        if (c == '\n') {
            line++;
        } else if (c >= '0' && c <= '9') {
            u64 value = c - '0';
            while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9')
                value = value * 10 + (text.ptr[at++] - '0');
            total += value * line;
        }
    }
    return total;
}

u64 edit_distance(bytes a, bytes b, words row) {
    for (u64 j = 0; j < row.len; j++)
        row.ptr[j] = (u32)j;
    u32 *cells = row.ptr + 1;
    for (u64 i = 0; i < a.len; i++) {
        u8 x = a.ptr[i];
        u32 diagonal = (u32)i, left = diagonal + 1;
        for (u64 j = 0; j < b.len; j++) {
            u32 above = cells[j], change = diagonal + (x != b.ptr[j]);
            u32 least = (above < left ? above : left) + 1;
            left = least < change ? least : change;
            diagonal = above;
            cells[j] = left;
        }
    }
    return row.ptr[b.len];
}
