// Only a refusal asks where reading ended.
extension JSONTapeBuilder {
    /// The JSON Pointer of the place at which reading ended: the innermost value that was begun; of a member that was not, its
    /// key, or the object if the key cannot be read.
    var pointer: String {
        guard let brokenKey else { return pointer(of: open[...]) }
        let object = pointer(of: open.dropLast())
        guard brokenKey < tokens.count else { return object }
        return object + "/" + escapedPointer(unescapedString(tokens[brokenKey], in: bytes))
    }

    func pointer(of containers: ArraySlice<Int>) -> String {
        var pointer = ""
        for container in containers {
            let count = Int(tokens[container].count)
            guard count > 0 else { break }
            guard tokens[container].kind == .object else {
                pointer += "/\(count - 1)"
                continue
            }
            var key = container + 1
            for _ in 1..<count { key = Int(tokens[key + 1].next) }
            pointer += "/" + escapedPointer(unescapedString(tokens[key], in: bytes))
        }
        return pointer
    }
}
