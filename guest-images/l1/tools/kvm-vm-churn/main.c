// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-vm-churn: VMs come and go while threads sleep and wake. The first VM and
 * the last one to go make KVM switch its static keys, so where jump labels are
 * patched into code, the scheduler's code changes under the feet of the other
 * processors: what no emulator of L1 may stumble over. A kernel that does dies
 * of it, and this program says nothing more.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ktap.h>

#define VMS	500
#define SLEEPERS	4

static void *sleep_and_wake(void *unused)
{
	for (;;)
		usleep(1);
	return unused;
}

/* Makes a VM with one virtual processor and takes it away; false, with errno, if it cannot. */
static bool make_vm(int kvm)
{
	int vm = ioctl(kvm, KVM_CREATE_VM, 0), vcpu;

	if (vm < 0)
		return false;
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (vcpu >= 0)
		close(vcpu);
	close(vm);
	return vcpu >= 0;
}

int main(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), made = 0;
	pthread_t thread;

	ktap_begin(1);
	if (kvm < 0)
		ktap_bail_out("/dev/kvm");
	for (int i = 0; i < SLEEPERS; i++) {
		errno = pthread_create(&thread, NULL, sleep_and_wake, NULL);
		if (errno)
			ktap_bail_out("a thread");
	}
	while (made < VMS && make_vm(kvm))
		made++;
	ktap_result(made == VMS, "VMs come and go while threads sleep and wake",
		    "after %d VMs: errno %d", made, errno);
	return ktap_end();
}
