#pragma once

// The most that is unpacked at once from one gzip or lz4 stream in this process, in bytes.
#define KEEPSIGHT_UNPACK_LIMIT (4UL << 20)
