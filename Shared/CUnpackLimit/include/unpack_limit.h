#pragma once

// The most that is unpacked from one batch of records in this process, in bytes, whether gzip, lz4 or zstd has packed it. The
// one place where it stands: `KafkaConsumer.maximumUnpackedBytes` is this.
#define KEEPSIGHT_UNPACK_LIMIT (4UL << 20)
