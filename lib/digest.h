/*
 * digest.h: XXH64 with seed 0, the 64-bit hash of the xxHash specification (github.com/Cyan4973/
 * xxHash, doc/xxhash_spec.md): fast, and `xxhsum` computes it too. It finds accidents, not attacks.
 */
#ifndef BATT_DIGEST_H
#define BATT_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest {
    uint64_t lane[4];
    uint64_t size; /* bytes fed up to now */
    uint8_t rest[32];
};

/* Starts a digest; to be called once before feeding. */
void digest_start(struct digest *digest);

/* Feeds size bytes. How the input is divided does not matter. */
void digest_feed(struct digest *digest, const void *data, size_t size);

/* The digest of all that was fed; feeding may go on afterwards. */
uint64_t digest_value(const struct digest *digest);

/* Digest of one buffer. */
uint64_t digest_of(const void *data, size_t size);

#endif
