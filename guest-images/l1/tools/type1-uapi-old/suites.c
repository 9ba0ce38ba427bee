// SPDX-License-Identifier: GPL-2.0-only
#include "suite.h"

const struct suite *const suites[] = { &upstream_suite, NULL };
