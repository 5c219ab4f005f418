// zlib's inflate and lz4's LZ4F_decompress, with a limit on what comes of one stream.
//
// librdkafka unpacks gzip and lz4 whole, however much it is: 1,032 and 255 bytes of each one that came. A record of 900 kB took
// 900 MB, and a batch of tiny records takes a multiple of that, since each is an object. Its receive.message.max.bytes holds
// zstd alone to a limit (2.0.2 to 2.15), an allocation that fails ends the process, and no setting of a broker refuses a codec.
// The dynamic linker takes these definitions for librdkafka's calls, since the executable's symbols come first. What they
// refuse is `_BAD_COMPRESSION` there, as for zstd.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <zlib.h>

#include "unpack_limit.h"

int inflate(z_streamp stream, int flush) {
    static int (*volatile original)(z_streamp, int) = NULL;
    if (original == NULL) original = (int (*)(z_streamp, int))dlsym(RTLD_NEXT, "inflate");
    if (original == NULL) return Z_STREAM_ERROR;
    if (stream != Z_NULL && stream->total_out > KEEPSIGHT_UNPACK_LIMIT) return Z_DATA_ERROR;
    return original(stream, flush);
}

// As lz4frame.h has it, of which nothing else is needed.
typedef size_t (*lz4_decompress)(void *, void *, size_t *, const void *, size_t *, const void *);

size_t LZ4F_decompress(
    void *context, void *target, size_t *target_size, const void *source, size_t *source_size, const void *options) {
    static volatile lz4_decompress original = NULL;
    if (original == NULL) original = (lz4_decompress)dlsym(RTLD_NEXT, "LZ4F_decompress");
    // librdkafka makes room for what a stream says of itself, or by three quarters of what there was: more room than this is
    // left to no honest one. The number is LZ4F_ERROR_GENERIC.
    if (original == NULL || *target_size > KEEPSIGHT_UNPACK_LIMIT) return (size_t)-1;
    return original(context, target, target_size, source, source_size, options);
}
