import FoundationEssentials
import Glibc
import Synchronization

/// How log lines look.
public enum LogFormat: String, CaseIterable, Sendable {
    /// One JSON object a line.
    case json
    /// For people.
    case text
}

/// How much a log line matters.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// For finding faults.
    case debug
    /// What happens.
    case info
    /// What repairs itself, or should be looked at.
    case warning
    /// What needs somebody.
    case error

    /// By weight.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.weight < right.weight }

    private var weight: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

/// A field of a log line. Only identifiers, numbers and codes have a way in, so that what people wrote has none.
public struct LogField: Sendable {
    let name: String
    let json: String

    /// An opaque identifier.
    public static func id(_ name: String, _ text: String) -> LogField { LogField(name: name, json: quoted(text)) }
    /// A number of things.
    public static func count(_ name: String, _ number: Int) -> LogField { LogField(name: name, json: String(number)) }
    /// A duration.
    public static func milliseconds(_ name: String, _ number: Int) -> LogField {
        LogField(name: name, json: String(number))
    }
    /// A word from a fixed list.
    public static func code(_ name: String, _ text: String) -> LogField { LogField(name: name, json: quoted(text)) }
    /// An error whose description is free of data, as all of ours are.
    public static func error(_ error: any Error) -> LogField { LogField(name: "error", json: quoted("\(error)")) }
}

/// Writes one line for each thing that happens, to standard error.
public struct Log: Sendable {
    /// Where lines go.
    public typealias Sink = @Sendable (String) -> Void

    private static let lock = Mutex(())

    private let service: String
    private let format: LogFormat
    private let level: LogLevel
    private let sink: Sink

    /// A log of one service.
    public init(service: String, format: LogFormat, level: LogLevel, sink: @escaping Sink = Log.standardError) {
        self.service = service
        self.format = format
        self.level = level
        self.sink = sink
    }

    /// Whole lines to standard error, never interleaved.
    public static let standardError: Sink = { line in
        lock.withLock { _ in
            let bytes = Array((line + "\n").utf8)
            _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        }
    }

    /// For finding faults.
    public func debug(_ event: StaticString, _ message: String, _ fields: LogField...) {
        line(.debug, event, message, fields)
    }
    /// What happens.
    public func info(_ event: StaticString, _ message: String, _ fields: LogField...) {
        line(.info, event, message, fields)
    }
    /// What repairs itself, or should be looked at.
    public func warning(_ event: StaticString, _ message: String, _ fields: LogField...) {
        line(.warning, event, message, fields)
    }
    /// What needs somebody.
    public func error(_ event: StaticString, _ message: String, _ fields: LogField...) {
        line(.error, event, message, fields)
    }

    private func line(_ level: LogLevel, _ event: StaticString, _ message: String, _ fields: [LogField]) {
        guard level >= self.level else { return }
        let time = Date.now.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
        switch format {
        case .json:
            let all = [
                ("time", quoted(time)), ("level", quoted(level.rawValue)), ("service", quoted(service)),
                ("event", quoted("\(event)")), ("message", quoted(message)),
            ]
            let members = all.map { quoted($0.0) + ":" + $0.1 } + fields.map { quoted($0.name) + ":" + $0.json }
            sink("{" + members.joined(separator: ",") + "}")
        case .text:
            let extra = fields.map { " " + $0.name + "=" + $0.json }.joined()
            sink("\(time) \(level.rawValue.uppercased()) \(service): \(message)\(extra)")
        }
    }
}

private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case let control where control.value < 0x20:
            let hexadecimal = String(control.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
