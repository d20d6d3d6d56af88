/* The C twins of numbers.py. */
#include "kernels.h"

u64 float_loop(u64 size) {
    u64 inside = 0;
    for (u64 row = 0; row < size; row++)
        for (u64 column = 0; column < size; column++) {
            double x0 = (double)column * 3.0 / (double)size - 2.0;
            double y0 = (double)row * 2.0 / (double)size - 1.0;
            double x = 0.0, y = 0.0;
            u64 step = 0;
            while (step < 50 && x * x + y * y <= 4.0) {
                double next_x = x * x - y * y + x0;
                y = 2.0 * x * y + y0;
                x = next_x;
                step++;
            }
            if (step == 50)
                inside++;
        }
    return inside;
}

u64 matrix_multiply(doubles c, doubles a, doubles b, u64 n) {
    for (u64 i = 0; i < n; i++) {
        double *out = c.ptr + i * n;
        const double *factors = a.ptr + i * n;
        for (u64 k = 0; k < n; k++) {
            double factor = factors[k];
            const double *row = b.ptr + k * n;
            for (u64 j = 0; j < n; j++)
                out[j] += factor * row[j];
        }
    }
    u64 bits;
    __builtin_memcpy(&bits, &c.ptr[n * n - 1], sizeof bits);
    return bits;
}

u64 insertion_sort(words items) {
    for (u64 i = 1; i < items.len; i++) {
        u32 item = items.ptr[i];
        u64 j = i;
        while (j > 0 && items.ptr[j - 1] > item) {
            items.ptr[j] = items.ptr[j - 1];
            j--;
        }
        items.ptr[j] = item;
    }
    return items.ptr[items.len / 2];
}

static void sift(words heap, u64 start) {
    u32 item = heap.ptr[start];
    u64 hole = start, child = 2 * start + 1;
    while (child < heap.len) {
        u32 larger = heap.ptr[child];
        if (child + 1 < heap.len && heap.ptr[child + 1] > larger)
            larger = heap.ptr[++child];
        if (item >= larger)
            break;
        heap.ptr[hole] = larger;
        hole = child;
        child = 2 * hole + 1;
    }
    heap.ptr[hole] = item;
}

u64 heap_sort(words items) {
    u64 half = items.len / 2;
    for (u64 i = 0; i < half; i++)
        sift(items, half - 1 - i);
    for (u64 i = 1; i < items.len; i++) {
        u64 end = items.len - i;
        u32 largest = items.ptr[0];
        items.ptr[0] = items.ptr[end];
        items.ptr[end] = largest;
        sift((words){items.ptr, end}, 0);
    }
    return items.ptr[half];
}

u64 bitmap(maps maps) {
    u64 total = 0;
    for (u64 i = 0; i < maps.len; i++)
        for (u64 rest = maps.ptr[i]; rest != 0; rest &= rest - 1)
            total += i * 64 + (u64)__builtin_ctzll(rest);
    return total;
}
