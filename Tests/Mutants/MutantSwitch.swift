import Foundation

/// Which change is in effect: one number of the environment, none if there is none. This file stands in a copy of the sources
/// that Tests/Mutants makes, and nowhere else.
enum MutantSwitch {
    private static let active = ProcessInfo.processInfo.environment["KEEPSIGHT_MUTANT"].flatMap { Int($0) } ?? 0
    private static let last = 40_000
    /// Which numbers have been asked for, if somebody wants to know.
    private nonisolated(unsafe) static let reached: UnsafeMutablePointer<UInt8>? = {
        guard let path = ProcessInfo.processInfo.environment["KEEPSIGHT_MUTANTS_REACHED"] else { return nil }
        _ = path
        let reached = UnsafeMutablePointer<UInt8>.allocate(capacity: last + 1)
        reached.initialize(repeating: 0, count: last + 1)
        atexit { MutantSwitch.write() }
        return reached
    }()

    private static func write() {
        guard let reached, let path = ProcessInfo.processInfo.environment["KEEPSIGHT_MUTANTS_REACHED"] else { return }
        let text = (0...last).filter { reached[$0] != 0 }.map { "\($0)\n" }.joined()
        guard let file = fopen(path, "a") else { return }
        _ = fputs(text, file)
        _ = fclose(file)
    }

    static func on(_ number: Int) -> Bool {
        reached?[number] = 1
        return number == active
    }

    static func condition(_ number: Int, _ value: @autoclosure () throws -> Bool) rethrows -> Bool {
        let value = try value()
        return on(number) || (value && !on(number + 1))
    }

    static func not(_ number: Int, _ value: Bool) -> Bool { on(number) != value }

    static func truth(_ number: Int, _ value: Bool) -> Bool { on(number) != value }

    /// First the right side left out, then the left.
    static func both(_ number: Int, _ left: Bool, _ right: @autoclosure () throws -> Bool) rethrows -> Bool {
        if on(number) { return left }
        if on(number + 1) { return try right() }
        return try left && right()
    }

    static func either(_ number: Int, _ left: Bool, _ right: @autoclosure () throws -> Bool) rethrows -> Bool {
        if on(number) { return left }
        if on(number + 1) { return try right() }
        return try left || right()
    }

    /// The left side left out.
    static func bothRight(_ number: Int, _ left: Bool, _ right: @autoclosure () throws -> Bool) rethrows -> Bool {
        try (on(number) || left) && right()
    }

    static func eitherRight(_ number: Int, _ left: Bool, _ right: @autoclosure () throws -> Bool) rethrows -> Bool {
        try (!on(number) && left) || right()
    }

    static func compare<Value: Comparable>(_ number: Int, _ comparison: StaticString, _ left: Value, _ right: Value)
        -> Bool
    {
        let changed = on(number)
        switch comparison.description {
        case "<": return changed ? left <= right : left < right
        case "<=": return changed ? left < right : left <= right
        case ">": return changed ? left >= right : left > right
        default: return changed ? left > right : left >= right
        }
    }

    /// Of one type: then the compiler need not look for it.
    static func whole(_ number: Int, _ operation: StaticString, _ left: Int, _ right: Int) -> Int {
        calculate(number, operation, left, right)
    }

    static func whole(_ number: Int, _ value: Int) -> Int { on(number) ? value + 1 : value }

    static func calculate<Value: BinaryInteger>(_ number: Int, _ operation: StaticString, _ left: Value, _ right: Value)
        -> Value
    {
        let changed = on(number)
        switch operation.description {
        case "+": return changed ? left - right : left + right
        case "-": return changed ? left + right : left - right
        case "*": return changed ? left / right : left * right
        case "/": return changed ? left * right : left / right
        default: return changed ? left / right : left % right
        }
    }

    static func calculate<Value: RangeReplaceableCollection>(
        _ number: Int, _ operation: StaticString, _ left: Value, _ right: Value
    ) -> Value {
        on(number) ? left : left + right
    }

    static func otherwise<Value>(_ number: Int, _ value: Value?, _ other: @autoclosure () throws -> Value) rethrows
        -> Value
    {
        guard !on(number), let value, !isAbsent(value) else { return try other() }
        return value
    }

    /// Where the whole is optional as well, the compiler takes what is before `??` for one that is there and holds nothing.
    private static func isAbsent<Value>(_ value: Value) -> Bool {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional && mirror.children.isEmpty
    }

    @_disfavoredOverload
    static func otherwise<Value>(_ number: Int, _ value: Value?, _ other: @autoclosure () throws -> Value?) rethrows
        -> Value?
    {
        on(number) ? try other() : try value ?? other()
    }

    static func number<Value: Numeric & ExpressibleByIntegerLiteral>(_ number: Int, _ value: Value) -> Value {
        on(number) ? value + 1 : value
    }

    static func min<Value: Comparable>(_ number: Int, _ left: Value, _ right: Value) -> Value {
        on(number) ? Swift.max(left, right) : Swift.min(left, right)
    }

    static func max<Value: Comparable>(_ number: Int, _ left: Value, _ right: Value) -> Value {
        on(number) ? Swift.min(left, right) : Swift.max(left, right)
    }

    static func elements<Value>(_ number: Int, _ values: [Value]) -> [Value] {
        values.indices.filter { !on(number + $0) }.map { values[$0] }
    }
}

extension Sequence {
    func mutantContains(_ number: Int, where isOne: (Element) throws -> Bool) rethrows -> Bool {
        MutantSwitch.on(number) ? try allSatisfy(isOne) : try contains(where: isOne)
    }

    func mutantAllSatisfy(_ number: Int, _ isOne: (Element) throws -> Bool) rethrows -> Bool {
        MutantSwitch.on(number) ? try contains(where: isOne) : try allSatisfy(isOne)
    }

    func mutantReversed(_ number: Int) -> [Element] { MutantSwitch.on(number) ? Array(self) : reversed() }

    func mutantMin(_ number: Int, by isBefore: (Element, Element) throws -> Bool) rethrows -> Element? {
        MutantSwitch.on(number) ? try self.max(by: isBefore) : try self.min(by: isBefore)
    }

    func mutantMax(_ number: Int, by isBefore: (Element, Element) throws -> Bool) rethrows -> Element? {
        MutantSwitch.on(number) ? try self.min(by: isBefore) : try self.max(by: isBefore)
    }
}

extension Sequence where Element: Comparable {
    func mutantMin(_ number: Int) -> Element? { MutantSwitch.on(number) ? self.max() : self.min() }
    func mutantMax(_ number: Int) -> Element? { MutantSwitch.on(number) ? self.min() : self.max() }
}

extension Sequence {
    func mutantFirst(_ number: Int, where isOne: (Element) throws -> Bool) rethrows -> Element? {
        MutantSwitch.on(number) ? try Array(self).last(where: isOne) : try first(where: isOne)
    }
}

extension Collection {
    func mutantFirst(_ number: Int) -> Element? { MutantSwitch.on(number) ? Array(self).last : first }
}

extension BidirectionalCollection {
    func mutantLast(_ number: Int) -> Element? { MutantSwitch.on(number) ? first : last }

    func mutantLast(_ number: Int, where isOne: (Element) throws -> Bool) rethrows -> Element? {
        MutantSwitch.on(number) ? try first(where: isOne) : try last(where: isOne)
    }

    func mutantFirstIndex(_ number: Int, where isOne: (Element) throws -> Bool) rethrows -> Index? {
        MutantSwitch.on(number) ? try lastIndex(where: isOne) : try firstIndex(where: isOne)
    }

    func mutantLastIndex(_ number: Int, where isOne: (Element) throws -> Bool) rethrows -> Index? {
        MutantSwitch.on(number) ? try firstIndex(where: isOne) : try lastIndex(where: isOne)
    }
}

extension BidirectionalCollection where Element: Equatable {
    func mutantFirstIndex(_ number: Int, of element: Element) -> Index? {
        MutantSwitch.on(number) ? lastIndex(of: element) : firstIndex(of: element)
    }
}

extension Set {
    func mutantUnion(_ number: Int, _ other: some Sequence<Element>) -> Self {
        MutantSwitch.on(number) ? self : union(other)
    }

    func mutantSubtracting(_ number: Int, _ other: some Sequence<Element>) -> Self {
        MutantSwitch.on(number) ? self : subtracting(other)
    }

    func mutantIntersection(_ number: Int, _ other: some Sequence<Element>) -> Self {
        MutantSwitch.on(number) ? self : intersection(other)
    }
}
