// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "subject.h"
#include "tests.h"

struct caller {
	int fd;
	atomic_ulong writes;
	int error;	/* that ended the calls */
};

/* Writes, one page and several at once in turn, until a call fails. */
static void *keep_writing(void *argument)
{
	struct caller *caller = argument;
	struct vdmae_write all[8] = {};
	struct vdmae_writes writes = { .writes = (uintptr_t)all, .count = 8 };
	int i;

	for (i = 0; i < 8; i++)
		all[i].bytes = 16;
	while (!ioctl(caller->fd, VDMAE_IOC_WRITE, &all[0]) &&
	       !ioctl(caller->fd, VDMAE_IOC_WRITES, &writes))
		atomic_fetch_add(&caller->writes, 1);
	caller->error = errno;
	return NULL;
}

/* Takes the driver away while another thread is calling it. */
void test_unbind_under_calls(void)
{
	struct caller caller = { .fd = fd };
	pthread_t thread;

	map(0, 0);
	if (pthread_create(&thread, NULL, keep_writing, &caller))
		ktap_bail_out("pthread_create");
	while (atomic_load(&caller.writes) < 100)
		usleep(1000);
	unbind_driver();
	pthread_join(thread, NULL);
	ktap_result(caller.error == ENODEV, "calls end when the driver is unbound", "errno %d",
		    caller.error);
}

void test_gone(void)
{
	struct vdmae_info info;
	struct vdmae_map map = {};
	struct vdmae_write write = { .bytes = 16 };
	struct vdmae_writes writes = { .writes = (uintptr_t)&write, .count = 1 };
	struct vdmae_pool pool = { .pages = 4, .block_pages = 4 };
	struct vdmae_join join = { .fd = fd };
	void *pages = mmap(NULL, page_size, PROT_READ, MAP_SHARED, fd, 0);

	expect("without its device a file tells nothing", VDMAE_IOC_INFO, &info, ENODEV);
	expect("without its device a file maps nothing", VDMAE_IOC_MAP, &map, ENODEV);
	expect("without its device a file writes nothing", VDMAE_IOC_WRITE, &write, ENODEV);
	expect("without its device a file writes nothing at once", VDMAE_IOC_WRITES, &writes,
	       ENODEV);
	expect("without its device a file makes no pool", VDMAE_IOC_POOL, &pool, ENODEV);
	expect("without its device a file joins no pool", VDMAE_IOC_JOIN, &join, ENODEV);
	ktap_result(holds(2 * BLOCK_PAGES, 5), "the pages outlive the device", "something else");
	ktap_result(pages != MAP_FAILED, "and can still be mapped", "errno %d", errno);
	munmap(pages, page_size);
}

void test_join_arguments(int gone)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct vdmae_join no_file = { .fd = -1 };
	struct vdmae_join other_file = { .fd = null };
	struct vdmae_join no_pool = { .fd = fd };
	struct vdmae_join reserved = { .fd = gone, .reserved = 1 };
	struct vdmae_join good = { .fd = gone };

	expect("no file cannot be joined", VDMAE_IOC_JOIN, &no_file, EBADF);
	expect("another kind of file cannot be joined", VDMAE_IOC_JOIN, &other_file, EINVAL);
	expect("a file without a pool cannot be joined", VDMAE_IOC_JOIN, &no_pool, EINVAL);
	expect("a reserved field of a join must be zero", VDMAE_IOC_JOIN, &reserved, EINVAL);
	expect("a pool is joined", VDMAE_IOC_JOIN, &good, 0);
	expect("a pool cannot be joined twice", VDMAE_IOC_JOIN, &good, EBUSY);
	close(null);
}

/* A file of the device that is back takes over the pool of the one that lost its device. */
void test_comes_back(const char *how)
{
	struct vdmae_write stale = { .page = 0, .bytes = 16 };
	char name[80];
	int gone = fd;

	fd = open_again();
	snprintf(name, sizeof(name), "%s: the file's device stays gone", how);
	ktap_result(ioctl(gone, VDMAE_IOC_WRITE, &stale) && errno == ENODEV, name, "errno %d",
		    errno);
	if (ioctl(fd, VDMAE_IOC_JOIN, &(struct vdmae_join) { .fd = gone }))
		ktap_bail_out("VDMAE_IOC_JOIN");
	unmap_memory();
	close(gone);
	map_memory();
	snprintf(name, sizeof(name), "%s: the pages are as they were", how);
	ktap_result(holds(2 * BLOCK_PAGES, 5), name, "something else");
	snprintf(name, sizeof(name), "%s: nothing is mapped", how);
	expect(name, VDMAE_IOC_WRITE, &stale, EINVAL);
	map(0, 0);
	snprintf(name, sizeof(name), "%s: the pages can be mapped and written", how);
	ktap_result(write_page(0, 0, 77) && holds(0, 77), name, "the write is missing");
}
