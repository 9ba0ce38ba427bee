// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae-rebind-test: looks that the driver's pools, blocks and aliases work as
 * vdmae_ioctl.h says, and that a file survives its device: calls fail with
 * ENODEV, the pages stay, and a file of the device that came back can join them.
 *
 * Usage: vdmae-rebind-test [DEVICE], where nothing else may use the device.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <ktap.h>
#include <vdmae_hw.h>
#include <vdmae_ioctl.h>

#define DRIVER		"/sys/bus/pci/drivers/vdmae/"
#define PCI_DEVICES	"/sys/bus/pci/devices/"
#define BLOCK_PAGES	4
#define BLOCKS		4
#define PAGES		(BLOCKS * BLOCK_PAGES)
#define FIRST		1000	/* what page 0 is called */

static int fd;
static char address[16];	/* on the PCI bus */
static uint64_t page_size;
static bool translated;
static const unsigned char *memory;

static void expect(const char *name, unsigned long request, void *argument, int expected)
{
	int found = ioctl(fd, request, argument) ? errno : 0;

	ktap_result(found == expected, name, "errno %d instead of %d", found, expected);
}

static bool holds(uint64_t page, uint64_t sequence)
{
	const struct vdmae_pattern *pattern = (const void *)(memory + page * page_size);

	return pattern->sequence == sequence && pattern->page == FIRST + page;
}

static bool write_page(uint64_t page, uint32_t alias, uint64_t sequence)
{
	struct vdmae_write write = {
		.page = page, .sequence = sequence, .bytes = page_size, .alias = alias,
	};

	return !ioctl(fd, VDMAE_IOC_WRITE, &write) && write.status == VDMAE_OK;
}

static uint64_t map(uint64_t block, uint32_t alias)
{
	struct vdmae_map map = { .block = block, .alias = alias };

	if (ioctl(fd, VDMAE_IOC_MAP, &map))
		ktap_bail_out("VDMAE_IOC_MAP");
	return map.iova;
}

static void unmap(uint64_t block, uint32_t alias)
{
	struct vdmae_unmap unmap = { .block = block, .alias = alias };

	if (ioctl(fd, VDMAE_IOC_UNMAP, &unmap))
		ktap_bail_out("VDMAE_IOC_UNMAP");
}

static void map_memory(void)
{
	memory = mmap(NULL, PAGES * page_size, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		ktap_bail_out("mmap");
}

static void write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		ktap_bail_out(path);
	close(file);
}

static void find_address(void)
{
	char path[64], target[256] = "";
	struct stat status;

	if (fstat(fd, &status))
		ktap_bail_out("fstat");
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device", major(status.st_rdev),
		 minor(status.st_rdev));
	if (readlink(path, target, sizeof(target) - 1) < 0 || !strrchr(target, '/'))
		ktap_bail_out(path);
	snprintf(address, sizeof(address), "%s", strrchr(target, '/') + 1);
}

/* Opens the device that is now at the address. */
static int open_again(void)
{
	char path[300];
	struct dirent *entry;
	DIR *names;
	int file;

	snprintf(path, sizeof(path), PCI_DEVICES "%s/misc", address);
	names = opendir(path);
	if (!names)
		ktap_bail_out(path);
	do {
		entry = readdir(names);
	} while (entry && entry->d_name[0] == '.');
	if (!entry)
		ktap_bail_out(path);
	snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
	closedir(names);
	file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0)
		ktap_bail_out(path);
	return file;
}

static void test_pool_arguments(void)
{
	static const struct {
		const char *name;
		struct vdmae_pool pool;
		int expected;
	} cases[] = {
		{ "a pool of no pages is refused", { .block_pages = 1 }, EINVAL },
		{ "blocks of no pages are refused", { .pages = 4 }, EINVAL },
		{ "blocks of three pages are refused", { .pages = 6, .block_pages = 3 }, EINVAL },
		{ "blocks too large are refused",
		  { .pages = VDMAE_BLOCK_MAX * 2, .block_pages = VDMAE_BLOCK_MAX * 2 }, EINVAL },
		{ "a block that is not full is refused", { .pages = 6, .block_pages = 4 }, EINVAL },
		{ "an unknown flag of a pool is refused",
		  { .pages = 4, .block_pages = 4, .flags = ~VDMAE_POOL_SCATTERED }, EINVAL },
		{ "numbers of pages past 64 bits are refused",
		  { .pages = 4, .block_pages = 4, .first = -1ULL }, EINVAL },
		{ "a pool larger than memory is refused",
		  { .pages = 1ULL << 40, .block_pages = 1 }, ENOMEM },
		{ "a pool of blocks is allocated",
		  { .pages = PAGES, .block_pages = BLOCK_PAGES, .first = FIRST }, 0 },
		{ "a second pool is refused", { .pages = 4, .block_pages = 1 }, EBUSY },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vdmae_pool pool = cases[i].pool;

		expect(cases[i].name, VDMAE_IOC_POOL, &pool, cases[i].expected);
	}
}

static void test_without_pool(void)
{
	struct vdmae_map map = {};
	struct vdmae_write write = { .bytes = 16 };
	struct vdmae_page page = {};
	void *pages = mmap(NULL, page_size, PROT_READ, MAP_SHARED, fd, 0);

	expect("without a pool nothing can be mapped", VDMAE_IOC_MAP, &map, EINVAL);
	expect("without a pool nothing can be written", VDMAE_IOC_WRITE, &write, EINVAL);
	expect("without a pool no page can be asked for", VDMAE_IOC_PAGE, &page, EINVAL);
	ktap_result(pages == MAP_FAILED && errno == EINVAL, "without a pool there is no memory",
		    "errno %d", errno);
}

static void test_wrong_mappings(void)
{
	struct vdmae_map outside = { .block = BLOCKS };
	struct vdmae_map alias = { .block = 0, .alias = VDMAE_ALIASES };
	struct vdmae_map reserved = { .block = 0, .reserved = 1 };
	struct vdmae_unmap not_mapped = { .block = 0, .alias = 1 };
	struct vdmae_unmap unmap_reserved = { .block = 0, .reserved = 1 };
	struct vdmae_unmap unmap_alias = { .block = 0, .alias = VDMAE_ALIASES };
	struct vdmae_write write_alias = { .page = 0, .bytes = 16, .alias = VDMAE_ALIASES };
	struct vdmae_page page_outside = { .page = PAGES };
	struct vdmae_page page_alias = { .page = 0, .alias = VDMAE_ALIASES };

	expect("a block outside the pool cannot be mapped", VDMAE_IOC_MAP, &outside, EINVAL);
	expect("there is no alias more to map", VDMAE_IOC_MAP, &alias, EINVAL);
	expect("a reserved field of a map must be zero", VDMAE_IOC_MAP, &reserved, EINVAL);
	expect("an alias that is not mapped cannot be unmapped", VDMAE_IOC_UNMAP, &not_mapped,
	       EINVAL);
	expect("there is no alias more to unmap", VDMAE_IOC_UNMAP, &unmap_alias, EINVAL);
	expect("a reserved field of an unmap must be zero", VDMAE_IOC_UNMAP, &unmap_reserved,
	       EINVAL);
	expect("there is no alias more to write by", VDMAE_IOC_WRITE, &write_alias, EINVAL);
	expect("a page outside the pool is not known", VDMAE_IOC_PAGE, &page_outside, EINVAL);
	expect("there is no alias more to ask for", VDMAE_IOC_PAGE, &page_alias, EINVAL);
}

/* Pages of a block follow each other for the device and in memory, from a multiple of its size. */
static void test_blocks(void)
{
	const uint64_t bytes = BLOCK_PAGES * page_size;
	uint64_t iova = map(1, 0);
	struct vdmae_page page;
	bool together = !(iova % bytes);
	bool written = true;
	uint64_t i, first = 0;

	for (i = 0; i < BLOCK_PAGES; i++) {
		page = (struct vdmae_page) { .page = BLOCK_PAGES + i };
		if (ioctl(fd, VDMAE_IOC_PAGE, &page))
			ktap_bail_out("VDMAE_IOC_PAGE");
		first = i ? first : page.gpa;
		together &= page.gpa == first + i * page_size && page.iova == iova + i * page_size;
		written &= write_page(page.page, 0, 100 + i) && holds(page.page, 100 + i);
	}
	ktap_result(together && !(first % bytes), "a block is one piece, and aligned",
		    "iova %" PRIx64 ", gpa %" PRIx64, iova, first);
	ktap_result(written, "each page of a block is written where it is", "a write is missing");
	ktap_result(first + bytes <= 1ULL << 32, "a block with an odd number lies below 4 GiB",
		    "gpa %" PRIx64, first);
	unmap(1, 0);
}

static void test_aliases(void)
{
	struct vdmae_map again = { .block = 2, .alias = 1 };
	struct vdmae_write stale = { .page = 2 * BLOCK_PAGES, .bytes = 16, .alias = 0 };
	struct vdmae_step step = {
		.write = { .page = 2 * BLOCK_PAGES, .bytes = 16, .sequence = 5, .alias = 1 },
	};
	const uint64_t page = 2 * BLOCK_PAGES;
	uint64_t first = map(2, 0);
	uint64_t second = map(2, 1);

	if (translated)
		ktap_result(first != second, "two aliases are two addresses", "both %" PRIx64, first);
	else
		ktap_skip("two aliases are two addresses", "no IOMMU");
	expect("an alias cannot be mapped twice", VDMAE_IOC_MAP, &again, EBUSY);
	ktap_result(write_page(page, 0, 1) && holds(page, 1) && write_page(page, 1, 2) &&
		    holds(page, 2), "both aliases lead to the page", "a write is missing");
	unmap(2, 0);
	ktap_result(write_page(page, 1, 3) && holds(page, 3),
		    "an alias works on when the other is unmapped", "the write is missing");
	expect("the other alias is gone", VDMAE_IOC_WRITE, &stale, EINVAL);
	expect("a step unmaps the alias that it wrote by", VDMAE_IOC_STEP, &step, 0);
	stale.alias = 1;
	expect("that alias is gone", VDMAE_IOC_WRITE, &stale, EINVAL);
	unmap(step.next, 0);
}

struct caller {
	int fd;
	atomic_ulong writes;
	int error;	/* that ended the calls */
};

/* Writes until a call fails. */
static void *keep_writing(void *argument)
{
	struct caller *caller = argument;
	struct vdmae_write write = { .page = 0, .bytes = 16 };

	while (!ioctl(caller->fd, VDMAE_IOC_WRITE, &write)) {
		write.sequence++;
		atomic_fetch_add(&caller->writes, 1);
	}
	caller->error = errno;
	return NULL;
}

/* Takes the driver away while another thread is calling it. */
static void test_unbind_under_calls(void)
{
	struct caller caller = { .fd = fd };
	pthread_t thread;

	map(0, 0);
	if (pthread_create(&thread, NULL, keep_writing, &caller))
		ktap_bail_out("pthread_create");
	while (atomic_load(&caller.writes) < 100)
		usleep(1000);
	write_file(DRIVER "unbind", address);
	pthread_join(thread, NULL);
	ktap_result(caller.error == ENODEV, "calls end when the driver is unbound", "errno %d",
		    caller.error);
}

static void test_gone(void)
{
	struct vdmae_info info;
	struct vdmae_map map = {};
	struct vdmae_write write = { .bytes = 16 };
	struct vdmae_pool pool = { .pages = 4, .block_pages = 4 };
	struct vdmae_join join = { .fd = fd };
	void *pages = mmap(NULL, page_size, PROT_READ, MAP_SHARED, fd, 0);

	expect("without its device a file tells nothing", VDMAE_IOC_INFO, &info, ENODEV);
	expect("without its device a file maps nothing", VDMAE_IOC_MAP, &map, ENODEV);
	expect("without its device a file writes nothing", VDMAE_IOC_WRITE, &write, ENODEV);
	expect("without its device a file makes no pool", VDMAE_IOC_POOL, &pool, ENODEV);
	expect("without its device a file joins no pool", VDMAE_IOC_JOIN, &join, ENODEV);
	ktap_result(holds(2 * BLOCK_PAGES, 5), "the pages outlive the device", "something else");
	ktap_result(pages != MAP_FAILED, "and can still be mapped", "errno %d", errno);
	munmap(pages, page_size);
}

static void test_join_arguments(int gone)
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
static void test_comes_back(const char *how)
{
	struct vdmae_write stale = { .page = 0, .bytes = 16 };
	char name[80];
	int gone = fd;

	fd = open_again();
	snprintf(name, sizeof(name), "%s: the file's device stays gone", how);
	ktap_result(ioctl(gone, VDMAE_IOC_WRITE, &stale) && errno == ENODEV, name, "errno %d", errno);
	if (ioctl(fd, VDMAE_IOC_JOIN, &(struct vdmae_join) { .fd = gone }))
		ktap_bail_out("VDMAE_IOC_JOIN");
	munmap((void *)memory, PAGES * page_size);
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

static void setup(const char *path)
{
	struct vdmae_info info;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		ktap_bail_out(path);
	if (ioctl(fd, VDMAE_IOC_INFO, &info))
		ktap_bail_out("VDMAE_IOC_INFO");
	page_size = info.page_size;
	translated = info.flags & VDMAE_INFO_TRANSLATED;
	find_address();
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "/dev/vdmae0";
	char remove[64];
	int gone;

	setup(path);
	ktap_begin(56);
	ktap_result(open(path, O_RDWR | O_CLOEXEC) == -1 && errno == EBUSY,
		    "a second file cannot be opened", "errno %d", errno);
	test_without_pool();
	test_pool_arguments();
	map_memory();
	test_wrong_mappings();
	test_blocks();
	test_aliases();

	test_unbind_under_calls();
	test_gone();
	write_file(DRIVER "bind", address);
	gone = fd;
	fd = open_again();
	test_join_arguments(gone);
	close(gone);

	write_file(DRIVER "unbind", address);
	write_file(DRIVER "bind", address);
	test_comes_back("bound again");
	snprintf(remove, sizeof(remove), PCI_DEVICES "%s/remove", address);
	write_file(remove, "1");
	write_file("/sys/bus/pci/rescan", "1");
	test_comes_back("found again");
	return ktap_end();
}
