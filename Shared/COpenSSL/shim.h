#pragma once

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

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

// When the first of the certificates in a PEM text ends, in seconds since 1970; -1 if there is none that can be read.
static inline long long keepsight_certificates_end(const char *text, size_t count) {
    long long first = -1;
    if (count > INT_MAX) return -1;
    BIO *source = BIO_new_mem_buf(text, (int)count);
    if (source == NULL) return -1;
    for (X509 *certificate; (certificate = PEM_read_bio_X509(source, NULL, NULL, NULL)) != NULL; X509_free(certificate)) {
        struct tm end;
        memset(&end, 0, sizeof end);
        if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) continue;
        long long seconds = (long long)timegm(&end);
        if (first < 0 || seconds < first) first = seconds;
    }
    // Reading past the last one leaves an error for whoever looks at the thread's queue next.
    ERR_clear_error();
    BIO_free(source);
    return first;
}
