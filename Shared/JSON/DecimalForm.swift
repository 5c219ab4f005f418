/// A JSON number by its value and not by its spelling: `1`, `1.0` and `10e-1` have the same form.
package struct DecimalForm: Equatable {
    /// Below zero; zero itself has no sign.
    package private(set) var isNegative = false
    /// ASCII digits without zeros at either end; none for zero.
    package private(set) var digits: [UInt8] = []
    /// The power of ten by which the digits, taken as a whole number, are multiplied.
    package private(set) var exponent = 0

    /// `nil` where the exponent itself is too large to be counted with.
    package init?(_ number: UnsafeBufferPointer<UInt8>) {
        var isFraction = false
        var place = 0
        while place < number.count, number[place] | 0x20 != 0x65 {
            switch number[place] {
            case 0x2D: isNegative = true
            case 0x2E: isFraction = true
            case let digit:
                if isFraction { exponent -= 1 }
                if digit != 0x30 || !digits.isEmpty { digits.append(digit) }
            }
            place += 1
        }
        if place < number.count {
            guard let power = DecimalForm.power(number[(place + 1)...]) else { return nil }
            exponent += power
        }
        while digits.last == 0x30 {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { (isNegative, exponent) = (false, 0) }
    }

    private static func power(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var value = 0
        for digit in digits where digit >= 0x30 && digit <= 0x39 {
            value = value * 10 + Int(digit - 0x30)
            // Far past every number that is written out within the limits, and far from an overflow.
            guard value < 1_000_000_000 else { return nil }
        }
        return digits.first == 0x2D ? -value : value
    }

    /// The number, if it is whole and fits.
    var int64: Int64? {
        guard exponent >= 0, digits.count + exponent <= 19 else { return nil }
        let written = (isNegative ? [0x2D] : []) + digits + [UInt8](repeating: 0x30, count: exponent)
        return written.withUnsafeBufferPointer { wholeNumber($0) } ?? (digits.isEmpty ? 0 : nil)
    }
}

/// The number, if it is written with digits alone and fits.
package func wholeNumber(_ digits: UnsafeBufferPointer<UInt8>) -> Int64? {
    var value: Int64 = 0
    var isNegative = false
    for byte in digits {
        if byte == 0x2D {
            isNegative = true
            continue
        }
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        // Built up below zero, where there is room for one more.
        let (sum, borrow) = product.subtractingReportingOverflow(Int64(byte - 0x30))
        guard !overflow, !borrow else { return nil }
        value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
}
