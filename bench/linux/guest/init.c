/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The initial process of the Linux to compare with: mounts what is needed, loads modules, sets
 * the network up, and runs the programs that the kernel's command line names behind `--`.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

long guest_require(long result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

void guest_write_file(const char *path, const char *value)
{
	int file = open(path, O_WRONLY);

	if (file < 0)
		return; /* an option that this kernel does not have */
	(void)!write(file, value, strlen(value));
	close(file);
}

static void mount_all(void)
{
	static const struct {
		const char *type;
		const char *where;
	} mounts[] = { { "proc", "/proc" }, { "sysfs", "/sys" }, { "devtmpfs", "/dev" } };

	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		mkdir(mounts[i].where, 0755);
		GUEST_REQUIRE(
			mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL));
	}
}

/* Those of a kernel that has its drivers in modules, in the order of /modules. */
static void load_modules(void)
{
	char name[64];
	FILE *list = fopen("/modules", "r");

	while (list != NULL && fscanf(list, "%63s", name) == 1) {
		int file = (int)GUEST_REQUIRE(open(name, O_RDONLY));

		GUEST_REQUIRE(syscall(SYS_finit_module, file, "", 0));
		close(file);
	}
	if (list != NULL)
		fclose(list);
}

/* Buffers that hold what the load generator has outstanding, and more. */
static void raise_limits(void)
{
	guest_write_file("/proc/sys/net/core/rmem_max", "8388608");
	guest_write_file("/proc/sys/net/core/wmem_max", "8388608");
	guest_write_file("/proc/sys/net/core/rmem_default", "4194304");
	guest_write_file("/proc/sys/net/core/wmem_default", "4194304");
	guest_write_file("/proc/sys/net/core/somaxconn", "4096");
}

static void set_network_up(void)
{
	raise_limits();
	dhcp_configure("eth0");
}

static void open_console(void)
{
	int console = open("/dev/console", O_RDWR);

	for (int i = 0; i < 3 && console >= 0; i++)
		dup2(console, i);
}

/* How much memory is free, when all else has settled. */
static void print_memory(void)
{
	char line[128];
	FILE *file = fopen("/proc/meminfo", "r");

	sleep(1);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "MemFree:", 8) == 0)
			printf("free_kib %lu\nend\n", strtoul(&line[8], NULL, 10));
	fflush(stdout);
}

/* The web server, with as much memory for its objects as on LionsOS. */
static void run_python(void)
{
	GUEST_REQUIRE(execl(
		"/micropython", "micropython", "-X", "heapsize=8m", "/web.py", NULL));
}

/* The same with its log in a file, which costs less than the console does. */
static void run_python_quietly(void)
{
	int file = (int)GUEST_REQUIRE(open("/log", O_WRONLY | O_CREAT | O_APPEND, 0644));

	dup2(file, STDOUT_FILENO);
	run_python();
}

static void start(const char *name)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} programs[] = { { "udp", udp_serve }, { "udp_batches", udp_batches_serve },
		{ "stream", stream_serve }, { "http", http_serve },
		{ "ipc", ipc_measure }, { "block", block_measure },
		{ "python", run_python }, { "python_quiet", run_python_quietly },
		{ "files_write", files_write }, { "files_read", files_read },
		{ "memory", print_memory } };

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		if (strcmp(programs[i].name, name) == 0 && fork() == 0) {
			programs[i].run();
			exit(0);
		}
}

int main(int argc, char **argv)
{
	mount_all();
	open_console();
	load_modules();
	/* What the kernel itself does not know comes first: it is nobody's name. */
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "net") == 0)
			set_network_up();
		else
			start(argv[i]);
	for (;;)
		if (wait(NULL) < 0)
			pause();
}
