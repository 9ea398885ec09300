/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of QEMU's plugin interface that the counter uses, version 1, as QEMU 7.2's
 * "QEMU TCG Plugins" (docs/devel/tcg-plugins.rst) and its include/qemu/qemu-plugin.h
 * define it. Debian ships that header with QEMU's sources only; QEMU itself exports the
 * functions.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PLUGIN_VERSION 1
#define PLUGIN_EXPORT __attribute__((visibility("default")))
#define PLUGIN_INLINE_ADD_U64 0 /* the only operation that there is */
#define PLUGIN_NO_REGISTERS 0 /* what a called function reads and writes of the guest's */

struct qemu_plugin_tb;   /* a translation block: instructions in a row, one entry */
struct qemu_plugin_insn; /* one instruction of it */
struct qemu_info;

typedef uint64_t plugin_id_t;
typedef void (*plugin_translate_t)(plugin_id_t id, struct qemu_plugin_tb *block);
typedef void (*plugin_vcpu_t)(plugin_id_t id, unsigned int vcpu);
typedef void (*plugin_insn_t)(unsigned int vcpu, void *user);

/* What a plugin defines. The version it was written for is data, by this name. */
extern int qemu_plugin_version;
int qemu_plugin_install(
	plugin_id_t id, const struct qemu_info *info, int argc, char **argv);

/* Each block that is translated, before its code is generated. */
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id_t id, plugin_translate_t translate);
/* The processor halts; it goes on. */
void qemu_plugin_register_vcpu_idle_cb(plugin_id_t id, plugin_vcpu_t idle);
void qemu_plugin_register_vcpu_resume_cb(plugin_id_t id, plugin_vcpu_t resume);
/* Adds `value` to *counter at each execution of the block, by code in the block. */
void qemu_plugin_register_vcpu_tb_exec_inline(
	struct qemu_plugin_tb *block, int operation, void *counter, uint64_t value);
/* Likewise at each execution of the instruction. */
void qemu_plugin_register_vcpu_insn_exec_inline(
	struct qemu_plugin_insn *insn, int operation, void *counter, uint64_t value);

/* Calls a function before each execution of the instruction. */
void qemu_plugin_register_vcpu_insn_exec_cb(
	struct qemu_plugin_insn *insn, plugin_insn_t called, int registers, void *user);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(
	const struct qemu_plugin_tb *block, size_t index);
/* The four bytes of an A64 instruction. */
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
/* Where in QEMU's memory the instruction is; NULL if it is not in RAM. */
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);
