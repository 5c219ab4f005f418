/// The fuzzer's buffer as bytes.
func inputBytes(_ data: UnsafePointer<UInt8>?, _ size: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: data, count: size))
}

/// Ends the process if a promise is broken, which the fuzzer counts as a crash and keeps the input of.
func promise(_ isKept: Bool, _ message: @autoclosure () -> String) {
    if !isKept { broken(message()) }
}

/// A promise that is broken.
func broken(_ message: String) -> Never {
    fatalError("a promise is broken: " + message)
}
