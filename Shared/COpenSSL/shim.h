#pragma once

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stddef.h>

// SHA256() is a macro-free function, but lies in a header that marks the streaming functions beside it deprecated.
static inline unsigned char *keepsight_sha256(const unsigned char *bytes, size_t count, unsigned char *digest) {
    return SHA256(bytes, count, digest);
}
