# batt.  make: everything this machine can build.  make demo, make test: with all set-up.
#
# asan=1 builds with AddressSanitizer and UBSan into build-asan/ and bin-asan/; static=1 links the
# same objects statically, into bin-static/, without GPUs, whose driver only a shared libc can load;
# dist=1 all but libc, with the kernel for every architecture, into bin-dist/; check=1 and threads=1
# (a thread per run in place of a warp) are for tests/gpu-check.sh.  CUDA=0 leaves the GPU's kernel
# out, CUDA=1 fails without it.
include config.mk

B = build$(if $(asan),-asan)$(if $(check),-check)$(if $(threads),-threads)
BIN = bin$(if $(asan),-asan)$(if $(check),-check)$(if $(threads),-threads)$(if $(static),-static)$(if $(dist),-dist)
SANITIZE = $(if $(asan),-fsanitize=address$(,)undefined -fno-sanitize-recover=undefined)
, = ,
empty =
space = $(empty) $(empty)
ALL_CFLAGS = -std=c17 $(CFLAGS) $(WARN) $(CPPFLAGS) -DBATT_VERSION='"$(VERSION)"' $(SANITIZE)
LIBRARIES = -lmsgpackc -lzstd -ljansson
LDLIBS = $(if $(dist),-Wl$(,)-Bstatic $(LIBRARIES) -Wl$(,)-Bdynamic,$(LIBRARIES)) -lpthread -lm
LINK = $(CC) $(SANITIZE) $(if $(static),-static) $(if $(dist),-static-libgcc -s)

TOOLS = $(basename $(notdir $(wildcard cmd/*.c)))
DSL = compile compile_call compile_emit names ops parse parse_expr parse_reason parse_scan verify vm_memory
LIB = $(basename $(notdir $(wildcard lib/*.c)))
UNIT = $(basename $(notdir $(wildcard tests/unit/*_test.c)))

CUDA_HOST = $(filter-out kernel_code driver driver_none,$(basename $(notdir $(wildcard cuda/*.c))))
OBJS = $(DSL:%=$B/dsl/%.o) $(LIB:%=$B/lib/%.o) $(CUDA_HOST:%=$B/cuda/%.o)
PROGRAMS = $(TOOLS:%=$(BIN)/%)

# The kernel that goes into the tools: none, own (CUDA_ARCHS), dist (CUDA_ALL); static: no driver
# is loaded either.
KERNEL = $(if $(static),static,$(if $(HAVE_NVCC),$(if $(dist),dist,own),none))
HAVE_NVCC := $(if $(static)$(filter 0,$(CUDA)),,$(if $(filter 1,$(CUDA)),yes,$(shell command -v $(NVCC))))

all: $(PROGRAMS) cuda
	@echo "batt $(VERSION): $(words $(TOOLS)) tools in $(BIN)/"

ifneq ($(HAVE_NVCC),)
cuda: $B/cuda/kernel_$(KERNEL).fatbin
	@echo "CUDA: kernel for sm_$(subst $(space),$(,) sm_,$(if $(dist),$(CUDA_ALL),$(CUDA_ARCHS)))"
else
cuda:
	@echo "CUDA: $(if $(static)$(filter 0,$(CUDA)),left out,no nvcc on the PATH); CPU only"
endif

# ---- what things were made with ----

# made_with FILE,WORDS: FILE is as new as the last change of WORDS; what they decide depends on it.
define made_with
$1: $(if $(subst <$(strip $2)>,,<$(file <$1)>),FORCE)
	@mkdir -p $$(@D)
	@printf '%s\n' '$(subst ','\'',$(strip $2))' > $$@
endef
FORCE:
$(eval $(call made_with,$B/.flags,$(CC) $(ALL_CFLAGS)))
$(eval $(call made_with,$B/.archive,$(OBJS)))
$(eval $(call made_with,$B/cuda/.flags,$(NVCC) $(NVCCFLAGS)))
$(eval $(call made_with,$B/cuda/.archs_own,$(CUDA_ARCHS)))
$(eval $(call made_with,$B/cuda/.archs_dist,$(CUDA_ALL)))
$(eval $(call made_with,$(BIN)/.link,$(KERNEL) $(LINK) $(LDLIBS)))

# ---- objects ----

$B/lib/engine_v2.o: ISA = -march=x86-64-v2
$B/lib/engine_v3.o: ISA = -march=x86-64-v3
$B/lib/engine_v4.o: ISA = -march=x86-64-v4
ISA_FLAGS = $(if $(filter x86_64,$(shell uname -m)),$(ISA))

$B/%.o: %.c $B/.flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ISA_FLAGS) -MMD -MP -c -o $@ $<

# The kernel for each architecture, and what ptxas says of it: registers, stack, shared memory.
KERNEL_HEADERS = $(wildcard cuda/*.h dsl/*.h) dsl/ops.def
$B/cuda/kernel_%.cubin: cuda/kernel.cu $(KERNEL_HEADERS) $B/cuda/.flags
	@mkdir -p $(@D)
	$(NVCC) $(NVCCFLAGS) -arch=sm_$* -cubin -Xptxas -v -o $@ $< 2>$(@:.cubin=.log) || \
	  { cat $(@:.cubin=.log); rm -f $@; exit 1; }

cuda-all: $(CUDA_ALL:%=$B/cuda/kernel_%.cubin)

# For architectures that are not there, and those to come: the driver compiles it.
$B/cuda/kernel.ptx: cuda/kernel.cu $(KERNEL_HEADERS) $B/cuda/.flags
	@mkdir -p $(@D)
	$(NVCC) $(NVCCFLAGS) -arch=compute_75 -ptx -o $@ $<
# What an architecture's own code is made of, for tests.
$B/cuda/kernel_%.ptx: cuda/kernel.cu $(KERNEL_HEADERS) $B/cuda/.flags
	@mkdir -p $(@D)
	$(NVCC) $(NVCCFLAGS) -arch=compute_$* -ptx -o $@ $<

$B/cuda/kernel_own.fatbin: $(CUDA_ARCHS:%=$B/cuda/kernel_%.cubin)
$B/cuda/kernel_dist.fatbin: $(CUDA_ALL:%=$B/cuda/kernel_%.cubin)
$B/cuda/kernel_own.fatbin $B/cuda/kernel_dist.fatbin: \
$B/cuda/kernel_%.fatbin: $B/cuda/kernel.ptx $B/cuda/.archs_%
	$(dir $(shell command -v $(NVCC)))fatbinary -64 --create=$@ \
	  $(foreach c,$(filter %.cubin,$^),--image3=kind=elf,sm=$(c:$B/cuda/kernel_%.cubin=%),file=$c) \
	  --image3=kind=ptx,sm=75,file=$B/cuda/kernel.ptx

# Into the one tool that asks for it, with what loads the driver: see cuda/kernel_code.c.
CODE = $B/cuda/code_$(KERNEL).a
$(patsubst %,$B/cuda/code_%.a,none own dist): %.a: %.o $B/cuda/driver.o
$B/cuda/code_static.a: $B/cuda/code_none.o $B/cuda/driver_none.o
$(patsubst %,$B/cuda/code_%.a,none own dist static):
	rm -f $@
	$(AR) rc $@ $^
$B/cuda/code_none.o: cuda/kernel_code.c $B/.flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$B/cuda/code_own.o $B/cuda/code_dist.o: \
$B/cuda/code_%.o: cuda/kernel_code.c $B/cuda/kernel_%.fatbin $B/.flags
	$(CC) $(ALL_CFLAGS) -DCUDA_KERNEL_CODE='"$B/cuda/kernel_$*.fatbin"' -MMD -MP -c -o $@ $<

$B/libbatt.a: $(OBJS) $B/.archive
	rm -f $@
	$(AR) rc $@ $(OBJS)

$(BIN)/%: $B/cmd/%.o $B/libbatt.a $(CODE) $(BIN)/.link
	@mkdir -p $(@D)
	$(LINK) -o $@ $< $B/libbatt.a $(CODE) $(LDLIBS)

# ---- tests ----

TEST_BINS = $(UNIT:%=$B/tests/%) $B/tests/vectors $B/tests/cases $B/tests/libcuda_sim.so \
	$B/tests/libcuda_threads.so $B/tests/libcuda_ptx.so $B/tests/picture_lanes $B/tests/flood $B/tests/zstd_time.so \
	$(if $(asan),$(patsubst tests/fuzz/%.c,$B/tests/%,$(wildcard tests/fuzz/fuzz_*.c)))
test-bins: all $(TEST_BINS)

# Simulated warps, linked into tests as one engine more.
SIM = $(patsubst %,$B/tests/simwarp/%.o,engine_sim fiber simwarp)
$B/tests/vectors $B/tests/cases $B/tests/fuzz_engine $B/tests/simwarp_test: $(SIM)

ROWS_OPS = $(patsubst tests/unit/%.c,$B/tests/unit/%.o,$(wildcard tests/unit/rows_ops_*.c))
$B/tests/unit/rows_ops_v2.o: ISA = -march=x86-64-v2
$B/tests/unit/rows_ops_v3.o: ISA = -march=x86-64-v3
$B/tests/unit/rows_ops_v4.o: ISA = -march=x86-64-v4
$B/tests/rows_test: $(ROWS_OPS) $(SIM)

# picture_test in 32 lanes: a copy of the shared object for each.
$B/tests/picture_lane.so: tests/simwarp/picture_lane.c tests/unit/picture_test.c $(KERNEL_HEADERS) $B/.flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $<
$B/tests/picture_lanes: $(SIM) $B/tests/simwarp/picture_lanes.o $B/tests/picture_lane.so $B/libbatt.a
	$(LINK) -rdynamic -o $@ $(filter %.o,$^) $B/libbatt.a $(LDLIBS) -ldl

# The simulated device: a CUDA driver for BATT_CUDA_DRIVER.
FAKE_DRIVER = tests/simwarp/fake_cuda.c tests/simwarp/streams.c
FAKE_CUDA = $(FAKE_DRIVER) tests/simwarp/fiber.c tests/simwarp/simwarp.c
$B/tests/libcuda_sim.so: $(FAKE_CUDA) $(KERNEL_HEADERS) $(wildcard tests/simwarp/*.h) $B/.flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $(FAKE_CUDA) -lpthread
$B/tests/libcuda_threads.so: $(FAKE_DRIVER) $(KERNEL_HEADERS) $(wildcard tests/simwarp/*.h) $B/.flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DKERNEL_THREADS -fPIC -shared -o $@ $(FAKE_DRIVER) -lpthread

# The same with what nvcc made of the kernel, a PTX file (SIMCUDA_PTX), in place of its sources.
PTX = $(wildcard tests/ptx/*.c)
$B/tests/libcuda_ptx.so: $(FAKE_DRIVER) $(PTX) $(KERNEL_HEADERS) $(wildcard tests/ptx/*.h) $B/.flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DKERNEL_PTX -fPIC -shared -o $@ $(FAKE_DRIVER) $(PTX) lib/room.c -lpthread
$B/tests/ptx_test: $(PTX:%.c=$B/%.o)

# Streams of any length, and what they cost without zstd.
$B/tests/flood: $B/tests/pipeline/flood.o $B/libbatt.a
	$(LINK) -o $@ $^ $(LDLIBS)
$B/tests/zstd_time.so: tests/pipeline/zstd_time.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $< -lzstd -ldl

$B/tests/%: $B/tests/unit/%.o $B/libbatt.a $B/cuda/code_none.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $(filter %.o,$^) $B/libbatt.a $B/cuda/code_none.a $(LDLIBS)

$B/tests/fuzz_%: $B/tests/fuzz/fuzz_%.o $B/tests/fuzz/alone.o $B/libbatt.a
	$(LINK) -o $@ $(filter %.o,$^) $B/libbatt.a $(LDLIBS)

$B/tests/vectors $B/tests/cases: %: %.o $B/tests/harness.o $B/libbatt.a
	$(LINK) -o $@ $(filter %.o,$^) $B/libbatt.a $(LDLIBS)

test: deps
	sh tests/run.sh

# ---- the rest ----

deps:
	sh pipelines/deps.sh

demo: deps
	$(MAKE) all
	sh pipelines/demo.sh

bench: all test-bins
	sh pipelines/bench.sh

gpu-check: all
	sh tests/gpu-check.sh $(GRIDS)

# What gpu-check.sh takes to a machine that has a GPU and nothing else.
gpu-bins:
	$(MAKE) dist=1 all
	$(MAKE) dist=1 threads=1 all
	$(MAKE) dist=1 check=1 all

lint:
	sh tests/lint.sh

format:
	clang-format -i $(wildcard cmd/*.c lib/*.[ch] dsl/*.[ch] tests/*.c tests/unit/*.[ch])

DIST = dist
dist:
	$(MAKE) static=1 all
	sh pipelines/dist.sh $(VERSION) $(DIST)
ifneq ($(HAVE_NVCC),)
	$(MAKE) dist=1 all
	sh pipelines/dist.sh $(VERSION) $(DIST) cuda
endif

# Users of installed tools have all of pipelines/ but what works on the tree.
SCRIPTS = $(filter-out pipelines/bench.% pipelines/deps.sh pipelines/dist.sh pipelines/make-samples.py \
	pipelines/sampledraw.py pipelines/samplerules.py,$(wildcard pipelines/*.*))
DATA = $(DESTDIR)$(DATADIR)
install: $(PROGRAMS)
	install -d $(DESTDIR)$(BINDIR) $(DATA)/solvers $(DATA)/pipelines/samples $(DESTDIR)$(DOCDIR)
	install -m 755 $(PROGRAMS) $(DESTDIR)$(BINDIR)
	install -m 644 dsl/solvers/*.py $(DATA)/solvers
	install -m 755 $(filter %.sh,$(SCRIPTS)) $(DATA)/pipelines
	install -m 644 $(filter-out %.sh,$(SCRIPTS)) $(DATA)/pipelines
	install -m 644 pipelines/samples/* $(DATA)/pipelines/samples
	install -m 644 README.md LICENSE THIRD-PARTY $(DESTDIR)$(DOCDIR)
	for s in 1 5 7; do install -d $(DESTDIR)$(MANDIR)/man$$s; \
	  install -m 644 man/*.$$s $(DESTDIR)$(MANDIR)/man$$s; done

clean:
	rm -rf build build-* bin bin-* dist

.PHONY: all FORCE cuda cuda-all gpu-check gpu-bins test test-bins deps demo bench lint format dist install clean
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
