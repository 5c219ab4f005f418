import Glibc
import JSON
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
    private enum Value {
        case text(String)
        case number(Int)
    }

    let name: String
    private let value: Value

    /// An opaque identifier.
    public static func id(_ name: String, _ text: String) -> LogField { LogField(name: name, value: .text(text)) }
    /// A number of things.
    public static func count(_ name: String, _ number: Int) -> LogField {
        LogField(name: name, value: .number(number))
    }
    /// A duration.
    public static func milliseconds(_ name: String, _ number: Int) -> LogField {
        LogField(name: name, value: .number(number))
    }
    /// A word from a fixed list.
    public static func code(_ name: String, _ text: String) -> LogField { LogField(name: name, value: .text(text)) }
    /// An error whose description is free of data, as all of ours are.
    public static func error(_ error: any Error) -> LogField {
        LogField(name: "error", value: .text("\(error)"))
    }

    func write(to writer: inout JSONWriter) {
        switch value {
        case .text(let text): writer.string(text)
        case .number(let number): writer.int(number)
        }
    }

    /// The value as JSON has it.
    var json: String {
        var writer = JSONWriter(reserving: 64, escapesForTerminals: true)
        write(to: &writer)
        return writer.text
    }
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
        let time = LogTime.now
        switch format {
        case .json:
            var writer = JSONWriter(escapesForTerminals: true)
            writer.beginObject()
            writer.field("time", time)
            writer.field("level", level.rawValue)
            writer.field("service", service)
            writer.field("event", "\(event)")
            writer.field("message", message)
            for field in fields {
                writer.key(field.name)
                field.write(to: &writer)
            }
            writer.endObject()
            sink(writer.text)
        case .text:
            let extra = fields.map { " " + $0.name + "=" + $0.json }.joined()
            // A sentence, in which whatever would end the line or steer a terminal is escaped.
            let sentence = LogField.code("", message).json.dropFirst().dropLast().replacing("\\\"", with: "\"")
            sink("\(time) \(level.rawValue.uppercased()) \(service): \(sentence)\(extra)")
        }
    }
}
