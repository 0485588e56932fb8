build-asan/cmd/batt-collect.o: cmd/batt-collect.c cmd/../lib/digest.h \
 cmd/../lib/gather.h cmd/../lib/stream.h cmd/../lib/options.h \
 cmd/../lib/options.def cmd/../lib/output.h cmd/../lib/stream.h \
 cmd/../lib/taskfile.h cmd/../lib/tasklist.h cmd/../lib/util.h
cmd/../lib/digest.h:
cmd/../lib/gather.h:
cmd/../lib/stream.h:
cmd/../lib/options.h:
cmd/../lib/options.def:
cmd/../lib/output.h:
cmd/../lib/stream.h:
cmd/../lib/taskfile.h:
cmd/../lib/tasklist.h:
cmd/../lib/util.h:
