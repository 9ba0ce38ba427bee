// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae-rebind-test: looks that the driver's pools, blocks and aliases work as
 * vdmae_ioctl.h says, and that a file survives its device: calls fail with
 * ENODEV, the pages stay, and a file of the device that came back can join them.
 *
 * Usage: vdmae-rebind-test [DEVICE], where nothing else may use the device.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "subject.h"
#include "tests.h"

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "/dev/vdmae0";
	int gone;

	open_first(path);
	ktap_begin(82);
	ktap_result(open(path, O_RDWR | O_CLOEXEC) == -1 && errno == EBUSY,
		    "a second file cannot be opened", "errno %d", errno);
	test_without_pool();
	test_pool_arguments();
	map_memory();
	test_wrong_mappings();
	test_blocks();
	test_aliases();
	test_wrong_writes();
	test_writes();
	test_rings();
	test_failed_writes();

	test_unbind_under_calls();
	test_gone();
	bind_driver();
	gone = fd;
	fd = open_again();
	test_join_arguments(gone);
	close(gone);

	unbind_driver();
	bind_driver();
	test_comes_back("bound again");
	remove_device();
	rescan_bus();
	test_comes_back("found again");
	return ktap_end();
}
