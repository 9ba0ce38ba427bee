// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae-baddesc: hands the DMA engine descriptors and rings that are right and
 * many that are wrong, and looks that each ends the way it must: in an error
 * completion or a halted engine, and with a device that still works afterwards.
 *
 * Usage: vdmae-baddesc [DEVICE]
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <ktap.h>
#include <vdmae_hw.h>
#include <vdmae_ioctl.h>

#define PAGES		4
#define DESCRIPTORS	17
#define RINGS		9
#define UNMAPPED	0x10000000000ULL	/* behind every RAM of a test guest */

static int fd;
static uint64_t page_size;
static uint64_t iova[2];	/* of pages 0 and 1, which stay mapped */
static const unsigned char *memory;

struct descriptor_test {
	const char *name;
	struct vdmae_submit submit;
	uint32_t status;
	uint64_t bytes;
};

static void run_descriptor(const struct descriptor_test *test)
{
	struct vdmae_submit submit = test->submit;

	if (ioctl(fd, VDMAE_IOC_SUBMIT, &submit)) {
		ktap_result(false, test->name, "ioctl failed, errno %d", errno);
		return;
	}
	ktap_result(submit.status == test->status && submit.bytes == test->bytes, test->name,
		    "status %u instead of %u, bytes %" PRIu64 " instead of %" PRIu64,
		    submit.status, test->status, (uint64_t)submit.bytes, test->bytes);
}

struct ring_case {
	const char *name;
	struct vdmae_ring_test test;
	uint32_t error;
};

static void run_ring(const struct ring_case *ring)
{
	struct vdmae_ring_test test = ring->test;
	const uint32_t status = VDMAE_STATUS_ENABLED | VDMAE_STATUS_HALTED;

	if (ioctl(fd, VDMAE_IOC_RING_TEST, &test)) {
		ktap_result(false, ring->name, "ioctl failed, errno %d", errno);
		return;
	}
	ktap_result(test.status == status && test.error == ring->error, ring->name,
		    "status %u, error %u instead of %u", test.status, test.error, ring->error);
}

static void test_good(const char *name, uint64_t sequence)
{
	struct vdmae_write write = { .page = 0, .sequence = sequence, .bytes = page_size };
	const struct vdmae_pattern *last = (const void *)(memory + page_size - sizeof(*last));

	if (ioctl(fd, VDMAE_IOC_WRITE, &write)) {
		ktap_result(false, name, "ioctl failed, errno %d", errno);
		return;
	}
	ktap_result(write.status == VDMAE_OK && last->sequence == sequence && last->page == 0, name,
		    "status %u, sequence %" PRIu64 " in memory", write.status,
		    (uint64_t)last->sequence);
}

static void test_checksum(void)
{
	struct vdmae_submit submit = {
		.opcode = VDMAE_OP_READ_CHECKSUM, .source = iova[0], .length = page_size,
	};
	uint64_t sum = vdmae_checksum(VDMAE_CHECKSUM_START, memory, page_size);
	int ret = ioctl(fd, VDMAE_IOC_SUBMIT, &submit);

	ktap_result(!ret && submit.status == VDMAE_OK && submit.result == sum,
		    "read-checksum gives the checksum of the page", "status %u result %" PRIx64,
		    submit.status, (uint64_t)submit.result);
}

static void test_copy(void)
{
	struct vdmae_submit submit = {
		.opcode = VDMAE_OP_COPY, .source = iova[0], .destination = iova[1],
		.length = page_size,
	};
	int ret = ioctl(fd, VDMAE_IOC_SUBMIT, &submit);
	uint64_t sum = vdmae_checksum(VDMAE_CHECKSUM_START, memory, page_size);
	uint64_t copied = vdmae_checksum(VDMAE_CHECKSUM_START, memory + page_size, page_size);

	ktap_result(!ret && submit.status == VDMAE_OK && sum == copied,
		    "copy makes the other page the same", "status %u", submit.status);
}

/* The end is not mapped, whatever lies between: only how far it came is open. */
static void test_past_end(void)
{
	struct vdmae_submit submit = {
		.opcode = VDMAE_OP_READ_CHECKSUM, .source = UNMAPPED - page_size,
		.length = page_size * 2,
	};
	int ret = ioctl(fd, VDMAE_IOC_SUBMIT, &submit);

	ktap_result(!ret && submit.status == VDMAE_FAULT && submit.bytes <= page_size,
		    "a read across the end of memory faults", "status %u", submit.status);
}

static void test_stale_iova(bool translated)
{
	static const char name[] = "an IOVA that was unmapped faults";
	struct vdmae_unmap unmap = { .block = 2 };
	struct vdmae_map map = { .block = 2 };
	struct descriptor_test test = { .name = name, .status = VDMAE_FAULT };

	if (!translated) {
		ktap_skip(name, "no IOMMU");
		return;
	}
	if (ioctl(fd, VDMAE_IOC_MAP, &map) || ioctl(fd, VDMAE_IOC_UNMAP, &unmap)) {
		ktap_result(false, name, "map or unmap failed, errno %d", errno);
		return;
	}
	test.submit = (struct vdmae_submit) {
		.opcode = VDMAE_OP_WRITE_PATTERN, .destination = map.iova, .length = 16,
	};
	run_descriptor(&test);
}

static void expect_errno(const char *name, unsigned long request, void *argument, int expected)
{
	int ret = ioctl(fd, request, argument);

	ktap_result(ret == -1 && errno == expected, name, "returned %d, errno %d", ret, errno);
}

static void test_driver(void)
{
	struct vdmae_map mapped = { .block = 0 };
	struct vdmae_map outside = { .block = PAGES };
	struct vdmae_unmap unmapped = { .block = 3 };
	struct vdmae_write write = { .page = 3, .bytes = 16 };
	struct vdmae_step step = { .write = { .page = 0, .bytes = 16 }, .next = 1 };
	void *writable;

	expect_errno("a mapped page cannot be mapped again", VDMAE_IOC_MAP, &mapped, EBUSY);
	expect_errno("a page outside the pool cannot be mapped", VDMAE_IOC_MAP, &outside, EINVAL);
	expect_errno("a page that is not mapped cannot be unmapped", VDMAE_IOC_UNMAP, &unmapped,
		     EINVAL);
	expect_errno("a page that is not mapped cannot be written", VDMAE_IOC_WRITE, &write,
		     EINVAL);
	expect_errno("a step to a mapped page is refused", VDMAE_IOC_STEP, &step, EINVAL);

	writable = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ktap_result(writable == MAP_FAILED && errno == EACCES, "the pool cannot be mapped writable",
		    "errno %d", errno);
	ktap_result(mprotect((void *)memory, page_size, PROT_READ | PROT_WRITE) == -1 &&
		    errno == EACCES, "the pool cannot be made writable", "errno %d", errno);
}

static void setup(const char *path, struct vdmae_info *info)
{
	struct vdmae_pool pool = { .pages = PAGES, .block_pages = 1 };
	uint64_t i;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		ktap_bail_out(path);
	if (ioctl(fd, VDMAE_IOC_INFO, info))
		ktap_bail_out("VDMAE_IOC_INFO");
	page_size = info->page_size;
	if (ioctl(fd, VDMAE_IOC_POOL, &pool))
		ktap_bail_out("VDMAE_IOC_POOL");
	memory = mmap(NULL, PAGES * page_size, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		ktap_bail_out("mmap");
	for (i = 0; i < 2; i++) {
		struct vdmae_map map = { .block = i };

		if (ioctl(fd, VDMAE_IOC_MAP, &map))
			ktap_bail_out("VDMAE_IOC_MAP");
		iova[i] = map.iova;
	}
}

static void test_descriptors(uint64_t max_length)
{
	const struct descriptor_test descriptors[DESCRIPTORS] = {
		{ "nop does nothing", { .opcode = VDMAE_OP_NOP }, VDMAE_OK, 0 },
		{ "an unknown opcode is refused", { .opcode = VDMAE_OP_COPY + 1, .length = 16 },
		  VDMAE_BAD_OPCODE, 0 },
		{ "the highest opcode is refused", { .opcode = UINT32_MAX, .length = 16 },
		  VDMAE_BAD_OPCODE, 0 },
		{ "flags are refused", { .opcode = VDMAE_OP_NOP, .flags = 1 }, VDMAE_BAD_FLAGS, 0 },
		{ "a reserved field that is not zero is refused",
		  { .opcode = VDMAE_OP_NOP, .reserved = 1 }, VDMAE_BAD_FLAGS, 0 },
		{ "length zero is refused",
		  { .opcode = VDMAE_OP_WRITE_PATTERN, .destination = iova[0] },
		  VDMAE_BAD_LENGTH, 0 },
		{ "half a pattern is refused",
		  { .opcode = VDMAE_OP_WRITE_PATTERN, .destination = iova[0], .length = 24 },
		  VDMAE_BAD_LENGTH, 0 },
		{ "one byte too many is refused",
		  { .opcode = VDMAE_OP_READ_CHECKSUM, .source = iova[0],
		    .length = max_length + 1 }, VDMAE_BAD_LENGTH, 0 },
		{ "the longest length there is is refused",
		  { .opcode = VDMAE_OP_COPY, .source = iova[0], .destination = iova[1],
		    .length = UINT64_MAX }, VDMAE_BAD_LENGTH, 0 },
		{ "a pattern that is not aligned is refused",
		  { .opcode = VDMAE_OP_WRITE_PATTERN, .destination = iova[0] + 8, .length = 16 },
		  VDMAE_BAD_ADDRESS, 0 },
		{ "a write past the last address is refused",
		  { .opcode = VDMAE_OP_WRITE_PATTERN, .destination = -16ULL, .length = 32 },
		  VDMAE_BAD_ADDRESS, 0 },
		{ "a copy from past the last address is refused",
		  { .opcode = VDMAE_OP_COPY, .source = UINT64_MAX, .destination = iova[1],
		    .length = 2 }, VDMAE_BAD_ADDRESS, 0 },
		{ "a write to an address without memory faults",
		  { .opcode = VDMAE_OP_WRITE_PATTERN, .destination = UNMAPPED, .length = 16 },
		  VDMAE_FAULT, 0 },
		{ "a write to the last address faults",
		  { .opcode = VDMAE_OP_WRITE_PATTERN, .destination = -16ULL, .length = 16 },
		  VDMAE_FAULT, 0 },
		{ "a read from an address without memory faults",
		  { .opcode = VDMAE_OP_READ_CHECKSUM, .source = UNMAPPED, .length = 1 },
		  VDMAE_FAULT, 0 },
		{ "the longest read from an address without memory faults",
		  { .opcode = VDMAE_OP_READ_CHECKSUM, .source = UNMAPPED,
		    .length = max_length }, VDMAE_FAULT, 0 },
		{ "a copy to an address without memory faults",
		  { .opcode = VDMAE_OP_COPY, .source = iova[0], .destination = UNMAPPED,
		    .length = 64 }, VDMAE_FAULT, 0 },
	};
	size_t i;

	for (i = 0; i < DESCRIPTORS; i++)
		run_descriptor(&descriptors[i]);
}

/* Page 3 was never written: as a ring it is full of nops. */
static void test_rings(void)
{
	struct vdmae_map zeros = { .block = 3 };
	struct vdmae_unmap unmap = { .block = 3 };

	if (ioctl(fd, VDMAE_IOC_MAP, &zeros))
		ktap_bail_out("VDMAE_IOC_MAP");

	const struct ring_case rings[RINGS] = {
		{ "a ring of no entries halts the engine",
		  { .sq = zeros.iova, .cq = zeros.iova }, VDMAE_ERROR_RING },
		{ "a ring of three entries halts the engine",
		  { .sq = zeros.iova, .cq = zeros.iova, .entries = 3 }, VDMAE_ERROR_RING },
		{ "a ring too large halts the engine",
		  { .sq = zeros.iova, .cq = zeros.iova, .entries = VDMAE_MAX_ENTRIES * 2 },
		  VDMAE_ERROR_RING },
		{ "a ring that is not aligned halts the engine",
		  { .sq = zeros.iova + 8, .cq = zeros.iova, .entries = 4 }, VDMAE_ERROR_RING },
		{ "a completion ring that is not aligned halts the engine",
		  { .sq = zeros.iova, .cq = zeros.iova + 32, .entries = 4 }, VDMAE_ERROR_RING },
		{ "a ring past the last address halts the engine",
		  { .sq = -64ULL, .cq = zeros.iova, .entries = 4 }, VDMAE_ERROR_RING },
		{ "a doorbell outside the ring halts the engine",
		  { .sq = zeros.iova, .cq = zeros.iova, .entries = 4, .tail = 4 },
		  VDMAE_ERROR_DOORBELL },
		{ "a ring without memory halts the engine",
		  { .sq = UNMAPPED, .cq = zeros.iova, .entries = 4, .tail = 1 },
		  VDMAE_ERROR_FETCH },
		{ "a completion ring without memory halts the engine",
		  { .sq = zeros.iova, .cq = UNMAPPED, .entries = 4, .tail = 1 },
		  VDMAE_ERROR_COMPLETE },
	};
	size_t i;

	for (i = 0; i < RINGS; i++)
		run_ring(&rings[i]);
	test_good("a write arrives after bad rings", 3);
	if (ioctl(fd, VDMAE_IOC_UNMAP, &unmap))
		ktap_bail_out("VDMAE_IOC_UNMAP");
}

int main(int argc, char **argv)
{
	struct vdmae_info info = {};

	setup(argc > 1 ? argv[1] : "/dev/vdmae0", &info);
	ktap_begin(DESCRIPTORS + RINGS + 14);
	test_good("a write arrives", 1);
	test_checksum();
	test_copy();
	test_descriptors(info.max_length);
	test_past_end();
	test_stale_iova(info.flags & VDMAE_INFO_TRANSLATED);
	test_good("a write arrives after bad descriptors", 2);
	test_rings();
	test_driver();
	return ktap_end();
}
