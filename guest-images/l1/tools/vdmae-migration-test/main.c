// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae-migration-test: what a VMM may expect of the mediated device vdmae,
 * without a VMM: regions and interrupts, the states of migration, the stream,
 * and streams that are wrong. Needs vfio_iommu_type1 and vdmae_mdev.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fatal.h>
#include <ktap.h>

#include "device.h"

#define STREAM_MAX	4096
#define CLAIM(condition, name)	ktap_result(condition, name, "errno %d", errno)

struct stream {
	unsigned char data[STREAM_MAX];
	size_t length;
	size_t device_record;	/* bytes that came in PRE_COPY */
};

/* Where things stand in the stream, version 1. */
enum {
	HEADER = 16,
	ACCESS = 16,
	STATE = 24,
	CONTROL = STATE + HEADER,
	STATUS = CONTROL + 4,
	ERROR = STATUS + 4,
	SQ = ERROR + 8,
	RING_ENTRIES = SQ + 16,
	HEAD = RING_ENTRIES + 4,
	TAIL = HEAD + 4,
};

static void test_regions(const struct device *device)
{
	uint64_t config = device_region(device, VFIO_PCI_CONFIG_REGION_INDEX);
	uint64_t bar = device_region(device, VFIO_PCI_BAR0_REGION_INDEX);
	uint64_t rom = device_region(device, VFIO_PCI_ROM_REGION_INDEX);
	struct vfio_device_info info = { .argsz = sizeof(info) };
	unsigned char all[256];
	uint32_t value;

	CLAIM(!ioctl(device->fd, VFIO_DEVICE_GET_INFO, &info) &&
	      info.flags == (VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET),
	      "it is a PCI device that can be reset");
	CLAIM(pread(device->fd, all, sizeof(all), config) == sizeof(all) &&
	      (all[0] | all[1] << 8) == VDMAE_PCI_VENDOR &&
	      (all[2] | all[3] << 8) == VDMAE_PCI_DEVICE,
	      "the configuration space can be read as a whole");
	CLAIM(device_read(device, VDMAE_REG_ID) == VDMAE_ID, "the BAR shows the device's id");
	CLAIM(pread(device->fd, &value, 4, bar + VDMAE_BAR_SIZE) == -1 && errno == EINVAL,
	      "a read behind the BAR is refused");
	CLAIM(pread(device->fd, &value, 4, bar + VDMAE_BAR_SIZE - 2) == -1 && errno == EINVAL,
	      "a read across the end of the BAR is refused");
	CLAIM(pwrite(device->fd, &value, 4, config + 254) == -1 && errno == EINVAL,
	      "a write across the end of the configuration space is refused");
	CLAIM(pread(device->fd, &value, 4, rom) == -1 && errno == EINVAL, "there is no ROM");
}

static int set_eventfd(const struct device *device, uint32_t index, uint32_t start, int eventfd)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd;
	} argument = {
		.set = {
			.argsz = sizeof(argument),
			.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = index,
			.start = start,
			.count = 1,
		},
		.fd = eventfd,
	};

	return ioctl(device->fd, VFIO_DEVICE_SET_IRQS, &argument);
}

static bool signalled(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	uint64_t count;

	return poll(&poll_fd, 1, 1000) == 1 && read(fd, &count, sizeof(count)) == sizeof(count);
}

static void test_interrupts(struct device *device)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	CLAIM(set_eventfd(device, VFIO_PCI_INTX_IRQ_INDEX, 0, fd) == -1 && errno == EINVAL,
	      "there is no INTx");
	CLAIM(set_eventfd(device, VFIO_PCI_MSIX_IRQ_INDEX, 1, fd) == -1 && errno == EINVAL,
	      "there is no second vector");
	CLAIM(set_eventfd(device, VFIO_PCI_MSIX_IRQ_INDEX, 0, device->fd) == -1 && errno == EINVAL,
	      "what is no eventfd is refused");
	CLAIM(!set_eventfd(device, VFIO_PCI_MSIX_IRQ_INDEX, 0, -1), "no eventfd is accepted");
	device_enable(device);
	device_ring(device, 1);
	CLAIM(device_wait_data(device, 1) == 1, "the device writes");
	CLAIM(!set_eventfd(device, VFIO_PCI_MSIX_IRQ_INDEX, 0, fd) && signalled(fd),
	      "an interrupt that waited is delivered when it can be");
	device_ring(device, 2);
	CLAIM(signalled(fd), "a completion interrupts");
	close(fd);
}

static void test_features(const struct device *device)
{
	const uint64_t expected = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				  VFIO_MIGRATION_PRE_COPY;
	uint64_t flags = 0;

	CLAIM(!device_feature_flags(device, VFIO_DEVICE_FEATURE_GET |
				    VFIO_DEVICE_FEATURE_MIGRATION, &flags) && flags == expected,
	      "it migrates, with STOP_COPY, P2P and PRE_COPY");
	CLAIM(device_feature_flags(device, VFIO_DEVICE_FEATURE_PROBE |
				   VFIO_DEVICE_FEATURE_DMA_LOGGING_START, &flags) == -ENOTTY,
	      "it keeps no dirty log");
	CLAIM(device_get_state(device) == VFIO_DEVICE_STATE_RUNNING, "it is running at first");
}

static ssize_t drain(int fd, struct stream *stream)
{
	ssize_t got;

	while ((got = read(fd, stream->data + stream->length, STREAM_MAX - stream->length)) > 0)
		stream->length += got;
	return got < 0 ? -errno : 0;
}

/* Leaves the device in STOP, and its stream in stream. */
static void test_save(struct device *device, struct stream *stream)
{
	struct vfio_precopy_info info = { .argsz = sizeof(info) };
	char byte;
	int fd = -1;

	CLAIM(!device_set_state(device, VFIO_DEVICE_STATE_PRE_COPY, &fd) && fd >= 0,
	      "PRE_COPY opens a stream");
	CLAIM(!ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, &info) && info.initial_bytes,
	      "PRE_COPY has something to send");
	CLAIM(drain(fd, stream) == -ENOMSG && stream->length == info.initial_bytes,
	      "PRE_COPY sends it, and then has nothing more for now");
	stream->device_record = stream->length;
	device_ring(device, 3);
	CLAIM(device_wait_data(device, 3) == 3, "the device writes in PRE_COPY");

	CLAIM(!device_set_state(device, VFIO_DEVICE_STATE_STOP_COPY, NULL), "STOP_COPY follows");
	device_ring(device, 4);
	usleep(50000);
	CLAIM(device_wait_data(device, 3) == 3, "the device writes no more");
	CLAIM(!drain(fd, stream) && stream->length > stream->device_record,
	      "STOP_COPY sends the state, and ends");
	CLAIM(ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, &info) == -1 && errno == EINVAL,
	      "STOP_COPY is not PRE_COPY");
	CLAIM(device_set_state(device, VFIO_DEVICE_STATE_PRE_COPY, NULL) == -EINVAL,
	      "there is no way back to PRE_COPY");
	CLAIM(!device_set_state(device, VFIO_DEVICE_STATE_STOP, NULL), "STOP ends it");
	CLAIM(read(fd, &byte, 1) == -1 && errno == ENODEV, "the stream of before is dead");
	close(fd);
}

static void test_resume_on_source(struct device *device)
{
	CLAIM(!device_set_state(device, VFIO_DEVICE_STATE_RUNNING, NULL) &&
	      device_wait_data(device, 4) == 4, "the source goes on where it stopped");
	CLAIM(device_read(device, VDMAE_REG_EPOCH) == 1, "its epoch is that of before");
}

/* What a destination says to a stream: 0 if it takes it, or a negative errno. */
static int load(const struct device *device, const unsigned char *data, size_t length)
{
	int fd = -1, ret;
	ssize_t written;

	if (ioctl(device->fd, VFIO_DEVICE_RESET))
		ktap_bail_out("VFIO_DEVICE_RESET");
	ret = device_set_state(device, VFIO_DEVICE_STATE_RESUMING, &fd);
	if (ret)
		return ret;

	written = length ? write(fd, data, length) : 0;
	ret = written == (ssize_t)length ? 0 : -errno;
	if (!ret)
		ret = device_set_state(device, VFIO_DEVICE_STATE_STOP, NULL);
	else if (!device_set_state(device, VFIO_DEVICE_STATE_STOP, NULL))
		ret = -EPROTO;	/* a stream was refused, and taken nevertheless */
	close(fd);
	return ret;
}

static void test_load(struct device *source, struct device *target, const struct stream *stream)
{
	CLAIM(!load(target, stream->data, stream->length), "a destination takes the stream");
	CLAIM(device_read(target, VDMAE_REG_EPOCH) == device_read(source, VDMAE_REG_EPOCH) + 1,
	      "the epoch is a new one");
	CLAIM(device_read(target, VDMAE_REG_ENTRIES) == ENTRIES &&
	      device_read(target, VDMAE_REG_STATUS) == VDMAE_STATUS_ENABLED,
	      "the registers are those of the source");
	memcpy(target->memory, source->memory, MEMORY);
	target->tail = source->tail;
	CLAIM(!device_set_state(target, VFIO_DEVICE_STATE_RUNNING, NULL), "it runs");
	device_enable(target);
	device_ring(target, 5);
	CLAIM(device_wait_data(target, 5) == 5, "the destination writes");
}

static void claim_refused(const struct device *target, const unsigned char *data, size_t length,
			  const char *name)
{
	int ret = load(target, data, length);

	ktap_result(ret == -EINVAL, name, "returned %d", ret);
}

static void claim_value_refused(const struct device *target, const struct stream *stream,
				size_t offset, uint32_t value, const char *name)
{
	unsigned char data[STREAM_MAX];

	memcpy(data, stream->data, stream->length);
	memcpy(data + offset, &value, sizeof(value));
	claim_refused(target, data, stream->length, name);
}

/* Every byte of both headers and of the device's description matters. */
static void test_headers(const struct device *target, const struct stream *stream)
{
	unsigned char data[STREAM_MAX];
	int accepted = 0;
	size_t i;

	for (i = 0; i < STATE + HEADER; i++) {
		memcpy(data, stream->data, stream->length);
		data[i] ^= 0x80;
		accepted += load(target, data, stream->length) != -EINVAL;
	}
	ktap_result(!accepted, "a changed byte in a header is refused", "%d were not", accepted);
}

/* Whatever the state says, the device must survive it. */
static void test_random_states(struct device *target, const struct stream *stream)
{
	unsigned char data[STREAM_MAX];
	unsigned int seed = 1;
	int i, ret, odd = 0;
	size_t byte;

	for (i = 0; i < 2000; i++) {
		memcpy(data, stream->data, stream->length);
		for (byte = STATE + HEADER; byte < stream->length; byte++)
			if (rand_r(&seed) % 4 == 0)
				data[byte] = rand_r(&seed);
		ret = load(target, data, stream->length);
		odd += ret && ret != -EINVAL;
		if (!ret)
			odd += device_set_state(target, VFIO_DEVICE_STATE_RUNNING, NULL) != 0;
	}
	ktap_result(!odd, "random states are taken or refused", "%d ended otherwise", odd);
}

static void test_bad_streams(struct device *target, const struct stream *stream)
{
	unsigned char longer[STREAM_MAX] = { 0 };

	memcpy(longer, stream->data, stream->length);
	claim_refused(target, NULL, 0, "no stream at all is refused");
	claim_refused(target, stream->data, stream->device_record,
		      "a stream without state is refused");
	claim_refused(target, stream->data, stream->length - 1, "a truncated stream is refused");
	claim_refused(target, longer, stream->length + 1, "a stream that goes on is refused");
	test_headers(target, stream);
	claim_value_refused(target, stream, CONTROL, UINT32_MAX,
			    "unknown control bits are refused");
	claim_value_refused(target, stream, STATUS, 0, "enabled and not enabled is refused");
	claim_value_refused(target, stream, ERROR, 1, "an error without a halt is refused");
	claim_value_refused(target, stream, SQ, 1, "a ring that is not aligned is refused");
	claim_value_refused(target, stream, RING_ENTRIES, 3, "a ring of three entries is refused");
	claim_value_refused(target, stream, HEAD, ENTRIES, "a head outside the ring is refused");
	claim_value_refused(target, stream, TAIL, ENTRIES, "a tail outside the ring is refused");
	test_random_states(target, stream);

	CLAIM(!ioctl(target->fd, VFIO_DEVICE_RESET) &&
	      device_get_state(target) == VFIO_DEVICE_STATE_RUNNING,
	      "a reset makes the device run again");
	device_enable(target);
	device_ring(target, 6);
	CLAIM(device_wait_data(target, 6) == 6, "the device writes after all that");
}

static void test_other_type(const struct stream *stream)
{
	struct device other;

	device_create(&other, "pin", 2);
	device_open(&other);
	claim_refused(&other, stream->data, stream->length, "a device of another type is refused");
	device_close(&other);
	device_remove(&other);
}

int main(void)
{
	static struct stream stream;
	struct device source, target;

	fatal_as_ktap();
	device_create(&source, "rw", 0);
	device_create(&target, "rw", 1);
	device_open(&source);
	device_open(&target);

	ktap_begin(51);
	test_regions(&source);
	test_interrupts(&source);
	test_features(&source);
	test_save(&source, &stream);
	test_resume_on_source(&source);
	test_load(&source, &target, &stream);
	test_bad_streams(&target, &stream);
	test_other_type(&stream);

	device_close(&source);
	device_close(&target);
	device_remove(&source);
	device_remove(&target);
	return ktap_end();
}
