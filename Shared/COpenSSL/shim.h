#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stddef.h>

// SHA256() is a macro-free function, but lies in a header that marks the streaming functions beside it deprecated.
static inline unsigned char *keepsight_sha256(const unsigned char *bytes, size_t count, unsigned char *digest) {
    return SHA256(bytes, count, digest);
}

// HMAC() returns NULL only when memory is short; its digest, 32 bytes, is then left as it was.
static inline int keepsight_hmac_sha256(
    const unsigned char *key, size_t key_count, const unsigned char *bytes, size_t count, unsigned char *digest) {
    unsigned int length = 0;
    return HMAC(EVP_sha256(), key, (int)key_count, bytes, count, digest, &length) != NULL;
}
