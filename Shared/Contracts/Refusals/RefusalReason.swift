import JSON
import Safeguarding

/// One thing that stands against an event, as its sender reads it.
public struct RefusalReason: Sendable, Hashable {
    /// JSON Pointer (RFC 6901) from the event's root; empty for the event as a whole.
    public let path: String
    /// What is wrong, for programs.
    public let code: RefusalCode
    /// What is wrong and what to do, for people. Never what stood in the field.
    public let message: String

    /// One thing that stands against an event.
    public init(path: String, code: RefusalCode, message: String) {
        self.path = path
        self.code = code
        self.message = message
    }
}

/// Everything that stands against an event, so that a sender can mend it in one go.
public struct RefusalReasons: Sendable {
    /// Reasons kept; past it an event is wrong beyond counting.
    public static let maximum = 100
    /// Reasons found, whether kept or there already; past it nothing more is looked for.
    static let maximumFound = 200
    /// Bytes of a path: past it a reason names what is around the place.
    static let maximumPathBytes = JSONPointerWalk.maximumBytes

    /// In the order in which they were found.
    public private(set) var all: [RefusalReason] = []
    /// Reasons found so far. Those whose paths are cut to the same place are kept once, so that a sender who makes paths long
    /// could have any number of them found, each with a walk through the document (E6).
    private var found = 0
    /// What the event's moments are held against; without it they are not: what was accepted once is not refused later.
    let moments: MomentLimits?
    /// The event's moments, where the clock that they are held against is not known yet.
    var noted = NotedMoments()

    /// Nothing yet.
    public init() { moments = nil }

    /// Nothing yet, of an event whose moments are noted.
    static let noting = RefusalReasons(moments: MomentLimits(now: nil))

    private init(moments: MomentLimits) { self.moments = moments }

    /// Nothing yet, of an event whose moments have to have happened by then (E4).
    public init(now: Instant) { moments = MomentLimits(now: now) }

    /// Exactly one.
    public init(_ code: RefusalCode, at path: String, _ message: String) {
        self.init()
        add(code, at: path, message)
    }

    /// Whether nothing stands against the event.
    public var isEmpty: Bool { all.isEmpty }

    /// Whether nothing more is kept, so that looking for it is idle.
    var isFull: Bool { all.count >= RefusalReasons.maximum || found >= RefusalReasons.maximumFound }

    /// One more, unless the same stands there already. The path is found only if the reason is kept: finding it takes a walk
    /// through the document.
    public mutating func add(_ code: RefusalCode, at path: @autoclosure () -> String, _ message: String) {
        guard !isFull else { return }
        found += 1
        let path = RefusalReasons.fit(path())
        guard !all.contains(where: { $0.code == code && $0.path == path }) else { return }
        all.append(RefusalReason(path: path, code: code, message: message))
    }

    /// A path travels in receipts and logs, and its keys are the sender's: a character that could not stand in a text of ours is
    /// shown by its number, as JSON writes it, and what is longer than a path need be gives way to the nearest place around it.
    static func fit(_ path: String) -> String {
        let kept = cut(path)
        guard kept.unicodeScalars.contains(where: { !TextMarks(scalar: $0.value).isEmpty }) else { return kept }
        var shown = String.UnicodeScalarView()
        for scalar in kept.unicodeScalars {
            if TextMarks(scalar: scalar.value).isEmpty {
                shown.append(scalar)
            } else {
                let number = String(scalar.value, radix: 16)
                shown.append(
                    contentsOf: ("\\u" + String(repeating: "0", count: 4 - number.count) + number).unicodeScalars)
            }
        }
        return cut(String(shown))
    }

    private static func cut(_ path: String) -> String {
        let bytes = path.utf8
        guard bytes.count > maximumPathBytes else { return path }
        // By bytes: what is cut off is not looked at, however long it is.
        let head = bytes[...bytes.index(bytes.startIndex, offsetBy: maximumPathBytes)]
        return String(path[..<(head.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)])
    }
}

extension RefusalReasons: Hashable {
    /// By the reasons alone.
    public static func == (left: RefusalReasons, right: RefusalReasons) -> Bool { left.all == right.all }

    /// By the reasons alone.
    public func hash(into hasher: inout Hasher) { hasher.combine(all) }
}

/// Why an event was refused, with as much of its identity as could be read, so that its sender gets an answer.
public struct EventRefusal: Error, Sendable, Equatable {
    /// Everything that stands against it.
    public var reasons: RefusalReasons
    /// The event's id, if it has a readable one.
    public var eventID: String?
    /// The event's type, if it has a readable one.
    public var eventType: String?
    /// Who says that it speaks, if that can be read: checked before anything else is told (E7).
    public var source: EventSource?
    /// Whether it could be read as a CloudEvent at all; if not, its bytes belong to the dead letters too.
    public var isUnreadable: Bool

    /// A refusal.
    public init(
        _ reasons: RefusalReasons, eventID: String? = nil, eventType: String? = nil, source: EventSource? = nil,
        isUnreadable: Bool = false
    ) {
        self.reasons = reasons
        self.eventID = eventID
        self.eventType = eventType
        self.source = source
        self.isUnreadable = isUnreadable
    }
}

extension EventRefusal: CustomStringConvertible {
    /// Paths and codes only; codes alone of what could not be read, whose paths are its sender's own words.
    public var description: String {
        reasons.all.map { ($0.path.isEmpty || isUnreadable ? "event" : $0.path) + ": " + $0.code.rawValue }
            .joined(separator: ", ")
    }
}
