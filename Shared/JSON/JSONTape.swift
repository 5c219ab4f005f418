/// Checks a document byte by byte and writes down where everything is: one pass, no recursion, nothing decoded that
/// nobody asks for.
struct JSONTapeBuilder {
    let bytes: UnsafeBufferPointer<UInt8>
    private let limits: JSONLimits
    /// Whether a text past its limit is marked, so that it can be refused by its path, or ends the reading.
    private let marksLongTexts: Bool
    private var position = 0
    private(set) var tokens: [JSONToken] = []
    /// The marks of all strings together.
    private(set) var marks: TextMarks = []
    /// Tokens of the containers that are open, outermost first.
    private(set) var open: [Int] = []
    /// Where the token of a key is, or would be, in which or behind which reading ended before a value was begun.
    private(set) var brokenKey: Int?

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits, marksLongTexts: Bool) {
        self.bytes = bytes
        self.limits = limits
        self.marksLongTexts = marksLongTexts
        tokens.reserveCapacity(min(bytes.count / 8 + 8, 4096))
        open.reserveCapacity(16)
    }

    mutating func build() throws(JSONError) {
        guard bytes.count <= limits.maximumBytes else { throw JSONError(code: .tooLarge, offset: limits.maximumBytes) }
        skipSpace()
        try value()
        while let container = open.last {
            if tokens[container].kind == .object { try member(of: container) } else { try element(of: container) }
        }
        skipSpace()
        guard position == bytes.count else { throw error(.trailingBytes) }
    }

    private mutating func element(of container: Int) throws(JSONError) {
        skipSpace()
        let byte = try peek()
        if byte == 0x5D { return close(container) }
        if tokens[container].count > 0 {
            guard byte == 0x2C else { throw error(.unexpectedByte) }
            position += 1
            skipSpace()
        }
        tokens[container].count += 1
        try value()
    }

    private mutating func member(of container: Int) throws(JSONError) {
        skipSpace()
        let byte = try peek()
        if byte == 0x7D {
            try refuseDuplicateKeys(of: container)
            return close(container)
        }
        if tokens[container].count > 0 {
            guard byte == 0x2C else { throw error(.unexpectedByte) }
            position += 1
            skipSpace()
        }
        let key = tokens.count
        do throws(JSONError) { try self.key() } catch {
            brokenKey = key
            throw error
        }
        tokens[container].count += 1
        try value()
    }

    private mutating func key() throws(JSONError) {
        guard try peek() == 0x22 else { throw error(.unexpectedByte) }
        try string()
        skipSpace()
        guard try peek() == 0x3A else { throw error(.unexpectedByte) }
        position += 1
        skipSpace()
    }

    private mutating func close(_ container: Int) {
        position += 1
        tokens[container].end = Int32(position)
        tokens[container].next = Int32(tokens.count)
        open.removeLast()
    }

    private mutating func value() throws(JSONError) {
        switch try peek() {
        case 0x22: try string()
        case 0x7B: try begin(.object)
        case 0x5B: try begin(.array)
        case 0x74: try literal("true", .true)
        case 0x66: try literal("false", .false)
        case 0x6E: try literal("null", .null)
        case 0x2D, 0x30...0x39: try number()
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func begin(_ kind: JSONToken.Kind) throws(JSONError) {
        guard open.count < limits.maximumDepth else { throw error(.tooDeep) }
        open.append(tokens.count)
        tokens.append(JSONToken(kind: kind, start: Int32(position), end: 0, next: 0))
        position += 1
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONToken.Kind) throws(JSONError) {
        let start = position
        for place in 0..<text.utf8CodeUnitCount {
            guard try peek() == text.utf8Start[place] else { throw error(.unexpectedByte) }
            position += 1
        }
        append(kind, from: start)
    }

    private mutating func number() throws(JSONError) {
        let start = position
        if bytes[position] == 0x2D { position += 1 }
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        if bytes[position] == 0x30 {
            position += 1
            if position < bytes.count, isDigit(bytes[position]) { throw error(.invalidNumber) }
        } else {
            try digits()
        }
        if position < bytes.count, bytes[position] == 0x2E {
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == 0x65 {
            position += 1
            if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
            try digits()
        }
        append(.number, from: start)
    }

    private mutating func digits() throws(JSONError) {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        guard isDigit(bytes[position]) else { throw error(.invalidNumber) }
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }

    private mutating func string() throws(JSONError) {
        position += 1
        let start = position
        var found: TextMarks = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x22 {
                if try isTooLong(from: start) { found.insert(.tooLong) }
                marks.formUnion(found)
                tokens.append(
                    JSONToken(
                        kind: .string, marks: found, start: Int32(start), end: Int32(position),
                        next: Int32(tokens.count + 1)))
                position += 1
                return
            }
            if byte == 0x5C {
                found.insert(.escapes)
                found.formUnion(try escape())
            } else if byte < 0x20 {
                throw error(.controlCharacter)
            } else if byte < 0x7F {
                position += 1
            } else if byte == 0x7F {
                found.insert(.controls)
                position += 1
            } else {
                try multibyte(byte)
                // The scalars that a rule asks for begin with one of three bytes.
                if byte == 0xC2 || byte == 0xD8 || byte == 0xE2 { found.formUnion(marksOfScalar(before: position)) }
            }
        }
        throw error(.unexpectedEnd)
    }

    /// The marks of a scalar of two or three bytes that has been checked and ends there.
    private func marksOfScalar(before end: Int) -> TextMarks {
        let low = UInt32(bytes[end - 1] & 0x3F)
        if bytes[end - 2] & 0xC0 == 0xC0 { return TextMarks(scalar: UInt32(bytes[end - 2] & 0x1F) << 6 | low) }
        return TextMarks(scalar: UInt32(bytes[end - 3] & 0x0F) << 12 | UInt32(bytes[end - 2] & 0x3F) << 6 | low)
    }

    /// Characters are Unicode scalars; a string with fewer bytes than the limit need not be counted.
    private func isTooLong(from start: Int) throws(JSONError) -> Bool {
        guard position - start > limits.maximumStringCharacters else { return false }
        var characters = 0
        var place = start
        while place < position {
            if bytes[place] == 0x5C, bytes[place + 1] == 0x75 {
                place += isHighSurrogate(at: place + 2) ? 12 : 6
                characters += 1
            } else if bytes[place] == 0x5C {
                place += 2
                characters += 1
            } else {
                if bytes[place] & 0xC0 != 0x80 { characters += 1 }
                place += 1
            }
        }
        guard characters > limits.maximumStringCharacters else { return false }
        guard marksLongTexts else { throw JSONError(code: .stringTooLong, offset: start) }
        return true
    }

    /// Whether four digits that have been checked are the first half of a pair, which together is one character.
    private func isHighSurrogate(at place: Int) -> Bool {
        hexadecimalValue(bytes[place]) == 0xD && (0x8...0xB).contains(hexadecimalValue(bytes[place + 1]) ?? 0)
    }

    /// Passes over an escape; what it stands for, as far as a rule asks for it.
    private mutating func escape() throws(JSONError) -> TextMarks {
        guard position + 1 < bytes.count else { throw JSONError(code: .unexpectedEnd, offset: bytes.count) }
        switch bytes[position + 1] {
        case 0x22, 0x5C, 0x2F: position += 2
        case 0x6E, 0x74:
            position += 2
            return .lines
        case 0x62, 0x66, 0x72:
            position += 2
            return .controls
        case 0x75:
            let unit = try hexadecimalUnit(at: position + 2)
            if unit & 0xFC00 == 0xDC00 { throw error(.loneSurrogate) }
            if unit & 0xFC00 == 0xD800 {
                for (distance, expected) in [(6, UInt8(0x5C)), (7, UInt8(0x75))] {
                    guard position + distance < bytes.count else {
                        throw JSONError(code: .unexpectedEnd, offset: bytes.count)
                    }
                    guard bytes[position + distance] == expected else { throw error(.loneSurrogate) }
                }
                guard try hexadecimalUnit(at: position + 8) & 0xFC00 == 0xDC00 else { throw error(.loneSurrogate) }
                position += 12
            } else {
                position += 6
                return TextMarks(scalar: UInt32(unit))
            }
        default: throw error(.invalidEscape)
        }
        return []
    }

    private func hexadecimalUnit(at place: Int) throws(JSONError) -> UInt16 {
        guard place + 4 <= bytes.count else { throw JSONError(code: .unexpectedEnd, offset: bytes.count) }
        var unit: UInt16 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = hexadecimalValue(byte) else { throw JSONError(code: .invalidEscape, offset: place) }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
    private mutating func multibyte(_ lead: UInt8) throws(JSONError) {
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, high) = (4, 0x8F)
        default: throw error(.invalidUTF8)
        }
        guard position + length <= bytes.count else { throw error(.invalidUTF8) }
        guard bytes[position + 1] >= low, bytes[position + 1] <= high else { throw error(.invalidUTF8) }
        for place in position + 2..<max(position + length, position + 2) where bytes[place] & 0xC0 != 0x80 {
            throw error(.invalidUTF8)
        }
        position += length
    }

    private func refuseDuplicateKeys(of container: Int) throws(JSONError) {
        let count = Int(tokens[container].count)
        guard count > 1 else { return }
        var keys: [Int] = []
        keys.reserveCapacity(count)
        var place = container + 1
        for _ in 0..<count {
            keys.append(place)
            place = Int(tokens[place + 1].next)
        }
        // Few keys are compared with each other; many by a set, so that an object of 20,000 keys costs no more a key.
        guard count > 24 || keys.contains(where: { tokens[$0].hasEscapes }) else {
            for later in 1..<count {
                for earlier in 0..<later where isSameKey(keys[earlier], keys[later]) {
                    throw duplicate(keys[later])
                }
            }
            return
        }
        // By bytes: strings that Unicode takes for equivalent, such as an accented letter's two spellings, are two keys.
        var seen: Set<[UInt8]> = []
        for key in keys where !seen.insert(unescapedBytes(tokens[key], in: bytes)).inserted {
            throw duplicate(key)
        }
    }

    private func duplicate(_ key: Int) -> JSONError {
        JSONError(
            code: .duplicateKey, offset: Int(tokens[key].start),
            pointer: pointer(of: open.dropLast()) + "/" + escapedPointer(unescapedString(tokens[key], in: bytes)))
    }

    private func isSameKey(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (tokens[left], tokens[right])
        let length = Int(left.end - left.start)
        guard length == Int(right.end - right.start) else { return false }
        for place in 0..<length where bytes[Int(left.start) + place] != bytes[Int(right.start) + place] {
            return false
        }
        return true
    }

    private mutating func append(_ kind: JSONToken.Kind, from start: Int) {
        tokens.append(
            JSONToken(kind: kind, start: Int32(start), end: Int32(position), next: Int32(tokens.count + 1)))
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[position]
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private func error(_ code: JSONError.Code) -> JSONError { JSONError(code: code, offset: position) }
}
