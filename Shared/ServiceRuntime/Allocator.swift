import CGlibc

/// How the C library gives memory to this process.
public enum Allocator {
    /// A batch takes a few megabytes at a time, again and again. By default such blocks go back to the system and come anew
    /// from there, page by page, which took a tenth of a busy service's time. With this they stay, up to a bound.
    public static func keepLargeBlocks() {
        _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
        _ = mallopt(M_TRIM_THRESHOLD, 64 << 20)
    }
}
