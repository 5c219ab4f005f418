import JSON
import Safeguarding

// Reading an event's fields so that everything wrong with it is found in one pass. Each of these adds a reason with the
// exact path and returns nil, or returns the value.
extension JSONValue {
    /// This value as a whole number within a range.
    func integer(in range: ClosedRange<Int>, _ reasons: inout RefusalReasons) -> Int? {
        guard let number = int64 else {
            reasons.add(.wrongType, at: pointer, "Give a whole number.")
            return nil
        }
        guard let small = Int(exactly: number), range.contains(small) else {
            reasons.add(.outOfRange, at: pointer, "Give a number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return small
    }

    /// This value as a boolean.
    func boolean(_ reasons: inout RefusalReasons) -> Bool? {
        guard let bool else {
            reasons.add(.wrongType, at: pointer, "Give true or false.")
            return nil
        }
        return bool
    }

    /// A date that may be absent or null.
    public func optionalDate(_ key: StaticString, _ reasons: inout RefusalReasons) -> CalendarDate? {
        present(key)?.date(&reasons)
    }

    /// This value as an agency's code.
    func agency(_ reasons: inout RefusalReasons) -> AgencyCode? {
        guard let text = text(40, &reasons) else { return nil }
        guard let code = AgencyCode(text) else {
            reasons.add(
                .invalidIdentifier, at: pointer,
                "Give an agency's code: lower-case letters, digits and hyphens, as in the list of agencies.")
            return nil
        }
        return code
    }

    /// The member, unless it is absent or null.
    public func present(_ key: StaticString) -> JSONValue? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }

    /// The member, unless it is absent or null, which is a reason.
    func required(_ key: StaticString, _ reasons: inout RefusalReasons) -> JSONValue? {
        guard let value = present(key) else {
            reasons.add(.missingField, at: pointer(toMissing: key), "Add the field \(key).")
            return nil
        }
        return value
    }

    /// This value as an object.
    public func object(_ reasons: inout RefusalReasons) -> JSONValue? {
        guard kind == .object else {
            reasons.add(.wrongType, at: pointer, "Give an object.")
            return nil
        }
        return self
    }

    /// This value as a text that says something: of one line, unless it is a long one.
    public func text(_ maximumCharacters: Int, isLong: Bool = false, _ reasons: inout RefusalReasons) -> String? {
        guard let text = string else {
            reasons.add(.wrongType, at: pointer, "Give a string.")
            return nil
        }
        let unfit = marks.intersection(isLong ? .controls : .unfitForALine)
        guard unfit.isEmpty else {
            reasons.add(unfit, at: pointer)
            return nil
        }
        // Counted as Unicode scalars, like the limit of the reader and of JSON Schema's maxLength.
        guard text.utf8.count <= maximumCharacters || text.unicodeScalars.count <= maximumCharacters else {
            reasons.add(.tooLong, at: pointer, "Give at most \(maximumCharacters) characters.")
            return nil
        }
        guard saysSomething(text) else {
            reasons.add(.emptyValue, at: pointer, "Say something here; an empty text is not enough.")
            return nil
        }
        return text
    }

    /// This value as a moment.
    func instant(_ reasons: inout RefusalReasons) -> Instant? {
        guard let text = text(64, &reasons) else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            reasons.add(.invalidInstant, at: pointer, "Give a time with an offset, such as 2026-11-23T10:15:00Z.")
            return nil
        }
        return instant
    }

    /// This value as a date.
    func date(_ reasons: inout RefusalReasons) -> CalendarDate? {
        guard let text = text(64, &reasons) else { return nil }
        guard let date = CalendarDate(text) else {
            reasons.add(.invalidDate, at: pointer, "Give a date that exists, as YYYY-MM-DD.")
            return nil
        }
        return date
    }

    /// This value as one of a fixed list of words.
    func word<Word: RawRepresentable & CaseIterable>(_ reasons: inout RefusalReasons) -> Word?
    where Word.RawValue == String {
        guard let text = text(200, &reasons) else { return nil }
        guard let word = Word(rawValue: text) else {
            let allowed = Word.allCases.map(\.rawValue).joined(separator: ", ")
            reasons.add(.notAllowed, at: pointer, "Give one of: \(allowed).")
            return nil
        }
        return word
    }

    /// This value as a list of so many elements.
    func array(_ count: ClosedRange<Int>, _ reasons: inout RefusalReasons) -> [JSONValue]? {
        guard kind == .array else {
            reasons.add(.wrongType, at: pointer, "Give a list.")
            return nil
        }
        guard self.count >= count.lowerBound else {
            reasons.add(.tooFew, at: pointer, "Give at least \(count.lowerBound).")
            return nil
        }
        guard self.count <= count.upperBound else {
            reasons.add(.tooMany, at: pointer, "Give at most \(count.upperBound).")
            return nil
        }
        return elements
    }
}

extension RefusalReasons {
    /// What stands in a text and must not.
    mutating func add(_ unfit: TextMarks, at path: @autoclosure () -> String) {
        if unfit.contains(.controls) {
            add(
                .controlCharacter, at: path(),
                "Take out the control characters. A line break is a line feed alone, without a carriage return.")
        } else if unfit.contains(.lines) {
            add(.controlCharacter, at: path(), "Give this on one line: line feeds and tabs belong into long texts.")
        }
        if unfit.contains(.directions) {
            add(
                .bidirectionalOverride, at: path(),
                "Take out the characters that change the direction of writing; here they can make one name look like another."
            )
        }
    }
}
