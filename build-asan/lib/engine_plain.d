build-asan/lib/engine_plain.o: lib/engine_plain.c
