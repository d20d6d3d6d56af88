/* Counts the guest instructions that QEMU executes between two functions of the guest, or from
   its first to its last where no functions are given.

   What is declared here is the part of QEMU's plugin interface, version 1, that is needed
   (QEMU manual, "TCG Plugins"); Debian ships no header for it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct plugin_tb;

extern void qemu_plugin_register_vcpu_tb_trans_cb(
    plugin_id id, void (*translated)(plugin_id id, struct plugin_tb *tb));
extern void qemu_plugin_register_vcpu_tb_exec_cb(
    struct plugin_tb *tb, void (*executed)(unsigned cpu, void *data), int flags, void *data);
extern void qemu_plugin_register_vcpu_tb_exec_inline(
    struct plugin_tb *tb, int operation, void *counter, uint64_t step);
extern void qemu_plugin_register_atexit_cb(
    plugin_id id, void (*ended)(plugin_id id, void *data), void *data);
extern size_t qemu_plugin_tb_n_insns(const struct plugin_tb *tb);
extern uint64_t qemu_plugin_tb_vaddr(const struct plugin_tb *tb);

enum { NO_REGISTERS = 0, ADD_U64 = 0 };

int qemu_plugin_version = 1;

static uint64_t on, off, total, begun, counted;
static const char *result;

static void count_on(unsigned cpu, void *data) { begun = total; }
static void count_off(unsigned cpu, void *data) { counted += total - begun; }

static void translated(plugin_id id, struct plugin_tb *tb) {
    uint64_t at = qemu_plugin_tb_vaddr(tb);
    if (on && at == on)
        qemu_plugin_register_vcpu_tb_exec_cb(tb, count_on, NO_REGISTERS, 0);
    if (off && at == off)
        qemu_plugin_register_vcpu_tb_exec_cb(tb, count_off, NO_REGISTERS, 0);
    qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &total, qemu_plugin_tb_n_insns(tb));
}

static void ended(plugin_id id, void *data) {
    FILE *file = fopen(result, "w");
    if (file) {
        fprintf(file, "%llu\n", (unsigned long long)(on ? counted : total));
        fclose(file);
    }
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv) {
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "on=", 3))
            on = strtoull(argv[i] + 3, 0, 0);
        if (!strncmp(argv[i], "off=", 4))
            off = strtoull(argv[i] + 4, 0, 0);
        if (!strncmp(argv[i], "result=", 7))
            result = strdup(argv[i] + 7);
    }
    if (!on != !off || !result)
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, 0);
    return 0;
}
