build-asan/lib/digest.o: lib/digest.c lib/digest.h
lib/digest.h:
