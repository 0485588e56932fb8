# arc.mk: task shards x program shards as files, so that only what changed runs again.
#
#     make -j 2 -f pipelines/arc.mk DATA=~/ARC/data PROGRAMS=candidates.jsonl SPOOL=spool
#
# input: DATA      task files and folders, or one stream *.batt
#        PROGRAMS  JSON lines *.jsonl, Python files *.py, folders of both. Give every line an id of
#                  its own: without one it is known by the number of its line in its shard
# output: SPOOL/score.tsv, from SPOOL/joined/TASKS.batt, from SPOOL/results/TASKS-PROGRAMS.batt
# cost: a shard of results as long as its batt-gpu; joining reads all results once
#
# Every start packs the shards anew; those that did not change stay as they are, with their time, so
# nothing that depends on them is redone. make -n packs as well (it could not know the shards), and
# tells what else would run. A result is redone if its shards or the options changed, or if it is
# not whole. An interrupted make leaves nothing half; several at once share the work. See
# batt-scale(7).

SPOOL ?= spool
TASKS_PER_SHARD ?= 100
PROGRAMS_PER_SHARD ?= 16384
# Threads of one batt-gpu; make -j says how many of them run at once.
THREADS ?= 1
COLLECT_OPTIONS ?=
GPU_OPTIONS ?=
SCORE_OPTIONS ?=

# The tools: of the tree, or where this is installed; else those on the PATH.
HERE := $(dir $(lastword $(MAKEFILE_LIST)))
BIN := $(dir $(or $(wildcard $(HERE)../bin/batt-gpu),$(HERE)../../../bin/batt-gpu))
override PATH := $(abspath $(BIN)):$(PATH)
export PATH

R = $(SPOOL)/results
J = $(SPOOL)/joined

# Runs a command while make reads this file; status 1 is a bad input that has been named.
at_once = $(shell PATH='$(PATH)'; export PATH; $1)$(if $(filter 0 1,$(.SHELLSTATUS)),,$(error a step failed with status $(.SHELLSTATUS)))

# ---- names ----

# Nothing is touched for a name that is wrong: shards of an earlier run, and all that was made of
# them, would go. Make takes a space for the end of a name, and these for other things than letters.
ODD := ' " ` ; & | < > ( ) { } : % \ \# ! $$
$(foreach v,DATA PROGRAMS SPOOL,$(foreach c,$(ODD),$(if $(findstring $c,$($v)),\
	$(error $v: cannot have $c in a name: $($v)))))
$(if $(filter 1,$(words $(SPOOL))),,$(error SPOOL: not the name of one folder, without spaces: $(SPOOL)))
$(if $(strip $(DATA)),,$(error DATA: name the task files))
$(if $(strip $(PROGRAMS)),,$(error PROGRAMS: name the programs))
$(foreach v,DATA PROGRAMS,$(foreach f,$($v),$(if $(wildcard $f),,\
	$(error $v: no such file or folder: $f (names have no spaces here)))))

all: $(SPOOL)/score.tsv

# ---- shards ----

$(call at_once,mkdir -p $R $J $(SPOOL)/tasks $(SPOOL)/programs)

# What a killed process left: its lock is gone with it, a living one's is not.
$(call at_once,find $(SPOOL)/tasks $(SPOOL)/programs $R $J -maxdepth 1 -type f \
	\( -name '.[0-9]*.??????' -o -name '.[0-9]*.lock' \) -exec flock -n {} rm -f {} \; >&2 || true)
$(call at_once,find $(SPOOL) -maxdepth 1 -type f -name '.score.tsv.??????' -exec flock -n {} rm -f {} \; >&2 || true)
$(call at_once,find $(SPOOL) $(SPOOL)/programs -maxdepth 1 -type f \
	\( -name 'job*.tmp' -o -name 'broken.*.tmp' -o -name '*.py.*.tmp' -o \
	-name 'batt-spill-??????' \) -mmin +60 -delete)

PACK = batt-pack --shard
$(call at_once,$(if $(filter %.batt,$(DATA)),cat $(DATA),batt-collect $(COLLECT_OPTIONS) $(DATA)) | \
	$(PACK) $(TASKS_PER_SHARD) -d $(SPOOL)/tasks)

# Folders stand for the files in them.
PROGRAM_FILES := $(foreach p,$(wildcard $(PROGRAMS)),$(if $(wildcard $p/.),$(sort $(wildcard $p/*.py $p/*.jsonl)),$p))
LINES := $(filter %.jsonl,$(PROGRAM_FILES))
PYTHON := $(sort $(filter %.py,$(PROGRAM_FILES)))
$(if $(filter-out $(LINES) $(PYTHON),$(PROGRAM_FILES)),$(error PROGRAMS: neither *.jsonl nor *.py: \
	$(filter-out $(LINES) $(PYTHON),$(PROGRAM_FILES))))
$(if $(filter-out $(words $(PYTHON)),$(words $(sort $(notdir $(PYTHON))))),$(error PROGRAMS: two Python \
	files of one name: $(PYTHON)))
$(call at_once,$(PACK) $(PROGRAMS_PER_SHARD) -d $(SPOOL)/programs $(addprefix -p ,$(or $(LINES),/dev/null)))

# A Python file is a shard by itself.
copy = cmp -s $1 $2 || { cp $1 $2.$$$$.tmp && mv $2.$$$$.tmp $2 && touch $2; }
$(foreach p,$(PYTHON),$(call at_once,$(call copy,$p,$(SPOOL)/programs/$(notdir $p))))

TASK_SHARDS := $(notdir $(wildcard $(SPOOL)/tasks/[0-9][0-9][0-9][0-9][0-9][0-9].batt))
PROGRAM_SHARDS := $(notdir $(wildcard $(SPOOL)/programs/[0-9][0-9][0-9][0-9][0-9][0-9].jsonl) $(PYTHON))
$(if $(PROGRAM_SHARDS),,$(error PROGRAMS: no programs there: $(PROGRAMS)))
$(if $(call at_once,batt-show -q --json $(SPOOL)/tasks/000000.batt | grep -m 1 '^{"type":"task"' || true),,\
	$(error DATA: no tasks there: $(DATA)))
RESULTS := $(foreach t,$(TASK_SHARDS:.batt=),$(PROGRAM_SHARDS:%=$R/$t-%.batt))

JOINED := $(TASK_SHARDS:%=$J/%)

# Options decide results too, and which shards there are decides what is joined and scored.
keep = $(call at_once,$1 | cmp -s - $(SPOOL)/$2 || $1 > $(SPOOL)/$2)
$(call keep,{ batt-gpu -V; echo '$(GPU_OPTIONS)'; },options)
$(call keep,echo '$(PROGRAM_SHARDS)',programs.list)
$(call keep,echo '$(TASK_SHARDS) $(SCORE_OPTIONS)',tasks.list)

# ---- what is not whole, or left over ----

STALE := $(filter-out $(RESULTS) $(JOINED),$(wildcard $R/*.batt $J/*.batt))
# All is looked at as long as something is to be scored.
NEWS := $(call at_once,find $R $J $(SPOOL)/tasks $(SPOOL)/programs -newer $(SPOOL)/score.tsv -print -quit 2>&1)
BROKEN := $(if $(NEWS),$(call at_once,printf '%s\n' $R/*.batt $J/*.batt | grep -v '[*]' | \
	xargs -r -n 64 -P 2 batt-check --broken 2> /dev/null || true))
$(BROKEN): FORCE

# ---- the work ----

.SECONDEXPANSION:
task_of = $(SPOOL)/tasks/$(firstword $(subst -, ,$1)).batt
programs_of = $(SPOOL)/programs/$(patsubst $(firstword $(subst -, ,$1))-%,%,$1)
good = || [ $$? -eq 1 ]

# Results tell the names of their programs' files: those within SPOOL, wherever it is and whoever runs.
in_spool = $(patsubst $(SPOOL)/%,%,$1)

$(RESULTS): $R/%.batt: $$(call task_of,$$*) $$(call programs_of,$$*) $(SPOOL)/options
	cd $(SPOOL) || exit; batt-gpu --resume $(GPU_OPTIONS) -j $(THREADS) -p $(call in_spool,$(call programs_of,$*)) \
		-o $(call in_spool,$@) $(call in_spool,$(call task_of,$*)) $(good)

# Tasks stand in one shard of tasks: each is joined alone. Strict: what lacks a result that went away
# is not to be taken for the whole.
results_of = $(foreach p,$(PROGRAM_SHARDS),$R/$1-$p.batt)
$(JOINED): $J/%.batt: $$(call results_of,$$*) $(SPOOL)/programs.list
	batt-split --strict -o $@ --tmpdir $(SPOOL) $(call results_of,$*) $(good)

$(SPOOL)/score.tsv: $(JOINED) $(SPOOL)/tasks.list
	$(if $(STALE),rm -f $(STALE))
	batt-score --strict $(SCORE_OPTIONS) -o $@ $(JOINED) $(good)

# A line for each result: shard of tasks, shard of programs, result, by their names in SPOOL. What
# parallel.sh and slurm.sh run.
list:
	@:$(foreach r,$(RESULTS:$R/%.batt=%),$(info $(call in_spool,$(call task_of,$r)) \
		$(call in_spool,$(call programs_of,$r)) $(call in_spool,$R/$r.batt)))

# Looks at everything, and says what is not whole.
verify:
	batt-check $(SPOOL)/tasks/*.batt $R/*.batt $J/*.batt

FORCE:
# Files appear whole, by renaming: make has nothing to delete.
.PRECIOUS: $(RESULTS) $(JOINED) $(SPOOL)/score.tsv
.PHONY: all list verify FORCE
