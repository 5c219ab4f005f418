import COpenSSL

/// The end of a process.
public enum ProcessExit {
    /// OpenSSL tidies up when a process exits, and frees for all threads what each of them frees when it ends. A thread that
    /// ends at that moment, as a connection's does with its service, frees it once more: an abort after everything was done.
    /// The system takes the memory back anyway, so this leaves it to it. Call it before anything uses OpenSSL.
    public static func leaveThreadsTheirOwn() {
        // It can fail only where OpenSSL has been tidied up already.
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }
}
