import ServiceRuntime

extension OperatorRequest {
    /// What came of it, in the form in which the table keeps it: a word for programs and a sentence for people.
    public enum Outcome: Sendable, Equatable {
        /// So many messages were handled and the household goes on.
        case released(messages: Int)
        /// So many messages were settled; then one could not be handled, and the household waits behind that one now. Why it could
        /// not, where that is not in a new letter.
        case stuckAgain(code: String, settled: Int = 0, reason: String? = nil)
        /// The message that was to be discarded is not the one that the household waits behind. Nothing has changed.
        case notInFront
        /// The household is not parked.
        case notParked
        /// Somebody looked.
        case shown
        /// The partition is read from there.
        case repositioned
        /// The service has carried out a request of its own kind, and says what it has done.
        case done(String)
        /// So many clocks fall due at another time now.
        case reprojected(clocks: Int64)
        /// The service runs with another policy than the one whose consequences the operator has seen.
        case otherPolicy
        /// The request makes no sense to this service.
        case notUnderstood
        /// The service, or the database, refuses what would come of it. Nothing has changed.
        case refused(String)
        /// Whoever asked has taken it back.
        case withdrawn(by: String, reason: String)

        /// The sentence in the table.
        public var text: String {
            switch self {
            case .released(let messages): "released: \(counted(messages, "message")) handled"
            case .stuckAgain(let code, 0, let reason):
                "stuck again: \(code)" + (reason.map { ": \($0)" } ?? "")
            case .stuckAgain(let code, let settled, _):
                "settled \(counted(settled, "message")), then stuck at the next one: \(code)"
            case .notInFront:
                "not discarded: the household waits behind another message now; see 'keepsight dead-letters list'"
            case .notParked: "not parked: the household waits behind nothing; see 'keepsight dead-letters list --all'"
            case .shown: "shown"
            case .repositioned: "repositioned"
            case .done(let text): text
            case .reprojected(let clocks): "reprojected: \(counted(clocks, "clock")) moved"
            case .otherPolicy: "other policy: the service runs with another policy or calendar; start it with this one"
            case .notUnderstood: "not understood: the request does not say what it is about"
            case .refused(let reason): "refused: \(reason)"
            case .withdrawn(let name, let reason): "withdrawn by \(name.prefix(200)): \(reason.prefix(2000))"
            }
        }

        /// The word in the table.
        public var kind: Kind {
            switch self {
            case .released: .released
            case .stuckAgain(_, 0, _): .stuckAgain
            case .stuckAgain: .stuckAtNext
            case .notInFront: .notInFront
            case .notParked: .notParked
            case .shown: .shown
            case .repositioned: .repositioned
            case .done: .done
            case .reprojected: .reprojected
            case .otherPolicy: .otherPolicy
            case .notUnderstood: .notUnderstood
            case .refused: .refused
            case .withdrawn: .withdrawn
            }
        }

        /// What came of a request, without its particulars.
        public enum Kind: String, Sendable, CaseIterable {
            /// The household goes on.
            case released
            /// The message in front could not be handled again; nothing has changed.
            case stuckAgain = "stuck-again"
            /// The message in front is settled, and the household waits behind a later one.
            case stuckAtNext = "stuck-at-next"
            /// Another message is in front.
            case notInFront = "not-in-front"
            /// The household waits behind nothing.
            case notParked = "not-parked"
            /// The content was looked at.
            case shown
            /// The partition is read from another place.
            case repositioned
            /// The service has done what it was asked.
            case done
            /// Clocks were counted again.
            case reprojected
            /// The service has another policy.
            case otherPolicy = "other-policy"
            /// The request makes no sense.
            case notUnderstood = "not-understood"
            /// Refused.
            case refused
            /// Taken back.
            case withdrawn

            /// Whether what was asked for has come about.
            public var isDone: Bool {
                switch self {
                case .released, .shown, .repositioned, .done, .reprojected: true
                case .stuckAgain, .stuckAtNext, .notInFront, .notParked, .otherPolicy, .notUnderstood, .refused,
                    .withdrawn:
                    false
                }
            }

            /// Whether the message in front is settled by it: the household no longer waits behind that one.
            public var settlesLetter: Bool { self == .released || self == .stuckAtNext }
        }
    }

    /// What the table says came of a request.
    public struct Settlement: Sendable, Equatable {
        /// For programs.
        public let kind: Outcome.Kind
        /// For people: a sentence.
        public let text: String

        /// A settlement.
        public init(kind: Outcome.Kind, text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// What came of taking a request back.
    public enum Withdrawal: Sendable, Equatable {
        /// It is taken back now.
        case withdrawn(String)
        /// The request had been settled before, at that time; what came of it stands.
        case settledBefore(Settlement, atMicroseconds: Int64)
    }
}
