/*
 * fuzz_check.c: batt-check's rules and its saving against arbitrary bytes: whatever is saved from
 * them must itself be whole by the same rules. Input as fuzz_stream.h takes it.
 */
#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = fuzz_stream_of(data, size);
    if (fd < 0)
        return 0;
    fd = fuzz_saved(fd);
    if (fd < 0)
        return 0;
    if (fuzz_check_all(fd, NULL))
        abort();
    close(fd);
    return 0;
}
