import CCurl

/// One page over HTTP, by libcurl.
public enum HTTPGet {
    /// Status and body; status 0 when nobody answered in time.
    public static func page(_ url: String, timeoutMilliseconds: Int = 2000) -> (status: Int, body: [UInt8]) {
        var bytes = [CChar](repeating: 0, count: 1 << 20)
        var count = 0
        let status = keepsight_get(url, timeoutMilliseconds, &bytes, bytes.count, &count)
        return (status, bytes.prefix(count).map { UInt8(bitPattern: $0) })
    }
}
