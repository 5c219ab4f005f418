/// A number with its noun, `1 message` or `3 messages`, for every sentence that counts something.
///
/// - Parameter plural: where it is not the noun with an s.
public func counted(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
