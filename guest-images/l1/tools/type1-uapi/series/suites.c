// SPDX-License-Identifier: GPL-2.0-only
#include "suite.h"

extern const struct suite gpa_suite, shared_suite, iotlb_suite;

const struct suite *const suites[] = {
	&upstream_suite, &gpa_suite, &shared_suite, &iotlb_suite, NULL
};
