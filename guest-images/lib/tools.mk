# SPDX-License-Identifier: GPL-2.0-only
# What the Makefile of every tool includes. The program is called as its folder is, and made of the C files there, or in
# the folders that its Makefile lists in FOLDERS, and of those of the libraries (folders beside this file) that it lists
# in LIBRARIES.
#
# make; make install DESTDIR=... puts the program into DESTDIR/usr/bin.
LIB := $(dir $(lastword $(MAKEFILE_LIST)))
INCLUDE := $(LIB)../include

PROGRAM := $(notdir $(CURDIR))
FOLDERS ?= .
PARTS := $(FOLDERS) $(LIBRARIES:%=$(LIB)%)
SOURCES := $(wildcard $(PARTS:%=%/*.c))
HEADERS := $(wildcard $(PARTS:%=%/*.h) $(LIB)*.h $(INCLUDE)/*.h)

CFLAGS ?= -O2
FLAGS := -std=gnu11 -Wall -Wextra -Werror -static -pthread -I$(INCLUDE) -I$(LIB) $(PARTS:%=-I%)

all: $(PROGRAM)

$(PROGRAM): $(SOURCES) $(HEADERS) Makefile $(LIB)tools.mk
	$(CC) $(FLAGS) $(CFLAGS) -o $@ $(SOURCES) $(LDFLAGS)

install: all
	install -D -m 0755 $(PROGRAM) $(DESTDIR)/usr/bin/$(PROGRAM)

clean:
	rm -f $(PROGRAM)

.PHONY: all install clean
