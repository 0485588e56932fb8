# Where things go and what builds them.  Override on the command line: make PREFIX=/opt/batt
VERSION = 0.1.0
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
DATADIR = $(PREFIX)/share/batt
DOCDIR = $(PREFIX)/share/doc/batt

CC = gcc
AR = ar
NVCC = nvcc
NVCCFLAGS = -std=c++17 -O2 -Werror all-warnings $(if $(check),-DDEVICE_CHECK) $(if $(threads),-DKERNEL_THREADS)
# Of the kernel in the tools, half a minute each; others are served by the PTX that goes with them.
CUDA_ARCHS = 90
# All that binaries for everybody have, and that tests compile.
CUDA_ALL = 75 80 86 89 90 100 120
CFLAGS = $(if $(asan),-O1,-O2) -g
WARN = -Wall -Wextra -Werror -Wno-psabi
CPPFLAGS = -D_GNU_SOURCE
