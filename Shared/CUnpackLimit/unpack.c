// zlib's inflate, lz4's LZ4F_decompress and zstd's ZSTD_decompress, with a limit on what comes of one stream.
//
// librdkafka unpacks gzip and lz4 whole, however much it is: 1,032 and 255 bytes of each one that came. A record of 900 kB took
// 900 MB, and a batch of tiny records takes a multiple of that, since each is an object. Its receive.message.max.bytes holds
// zstd alone to a limit (2.0.2 to 2.15), and not to that one: where the packer has not noted how long the content is, it tries
// room of twice the packed length, then three times as much again and again, while that lies below the setting. So what passed
// ended anywhere between a third of the setting and all of it. The setting is three times our limit, and the limit is held here.
// An allocation that fails ends the process, and no setting of a broker refuses a codec.
// The dynamic linker takes these definitions for librdkafka's calls, since the executable's symbols come first. What they
// refuse is `_BAD_COMPRESSION` there.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <zlib.h>

#include "unpack_limit.h"

typedef int (*zlib_inflate)(z_streamp, int);

// Whether another member of a gzip file begins where the one before has ended.
static int has_next_member(z_streamp stream) {
    return stream->avail_in > 2 && stream->next_in[0] == 0x1f && stream->next_in[1] == 0x8b
        && stream->next_in[2] == Z_DEFLATED;
}

// A gzip file may have several members (RFC 1952, 2.2), and a broker, whose Java reads them all, takes such a batch of records.
// zlib ends at the end of the first, and librdkafka asks for no more: the events of the others would be lost, and nobody would
// know of it. So they are one stream here, and `total_out`, by which librdkafka makes room, is that of all. What follows the
// last member and is none is passed over, as the broker does.
int inflate(z_streamp stream, int flush) {
    static zlib_inflate volatile original = NULL;
    if (original == NULL) original = (zlib_inflate)dlsym(RTLD_NEXT, "inflate");
    if (original == NULL) return Z_STREAM_ERROR;
    if (stream == Z_NULL) return original(stream, flush);
    if (stream->total_out > KEEPSIGHT_UNPACK_LIMIT) return Z_DATA_ERROR;
    int result = original(stream, flush);
    // A member without its end, and no room to make for more: librdkafka would ask for ever.
    if (result == Z_BUF_ERROR && stream->avail_in == 0 && stream->avail_out == 0) return Z_DATA_ERROR;
    while (result == Z_STREAM_END && stream->total_out <= KEEPSIGHT_UNPACK_LIMIT && has_next_member(stream)) {
        const uLong before_in = stream->total_in, before_out = stream->total_out;
        result = inflateReset(stream);
        if (result != Z_OK) return result;
        stream->total_in = before_in;
        stream->total_out = before_out;
        result = original(stream, flush);
        // There was no room for a byte of it yet: the caller makes some and comes again.
        if (result == Z_BUF_ERROR && stream->avail_out == 0) result = Z_OK;
    }
    return stream->total_out > KEEPSIGHT_UNPACK_LIMIT ? Z_DATA_ERROR : result;
}

// As lz4frame.h has them, of which nothing else is needed.
typedef size_t (*lz4_create)(void **, unsigned);
typedef size_t (*lz4_decompress)(void *, void *, size_t *, const void *, size_t *, const void *);

// What has come of this thread's stream: librdkafka makes a context for each, and finishes it before the next.
static _Thread_local size_t lz4_unpacked = 0;

size_t LZ4F_createDecompressionContext(void **context, unsigned version) {
    static volatile lz4_create original = NULL;
    if (original == NULL) original = (lz4_create)dlsym(RTLD_NEXT, "LZ4F_createDecompressionContext");
    lz4_unpacked = 0;
    return original == NULL ? (size_t)-1 : original(context, version);
}

size_t LZ4F_decompress(
    void *context, void *target, size_t *target_size, const void *source, size_t *source_size, const void *options) {
    static volatile lz4_decompress original = NULL;
    if (original == NULL) original = (lz4_decompress)dlsym(RTLD_NEXT, "LZ4F_decompress");
    // librdkafka makes room for what a stream says of itself, or by three quarters of what there was: more room than this is
    // left to no honest one. The number is LZ4F_ERROR_GENERIC.
    if (original == NULL || *target_size > KEEPSIGHT_UNPACK_LIMIT) return (size_t)-1;
    size_t result = original(context, target, target_size, source, source_size, options);
    lz4_unpacked += *target_size;
    return lz4_unpacked > KEEPSIGHT_UNPACK_LIMIT ? (size_t)-1 : result;
}

typedef size_t (*zstd_decompress)(void *, size_t, const void *, size_t);

size_t ZSTD_decompress(void *target, size_t target_size, const void *source, size_t source_size) {
    static volatile zstd_decompress original = NULL;
    if (original == NULL) original = (zstd_decompress)dlsym(RTLD_NEXT, "ZSTD_decompress");
    // ZSTD_error_memory_allocation: any but ZSTD_error_dstSize_tooSmall, for which librdkafka tries again with more room.
    const size_t refused = (size_t)-64;
    if (original == NULL) return refused;
    size_t result = original(target, target_size, source, source_size);
    const size_t first_error = (size_t)-120;
    return result < first_error && result > KEEPSIGHT_UNPACK_LIMIT ? refused : result;
}
