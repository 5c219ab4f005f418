import Contracts
import DecisionDocument
import DecisionRules
import Safeguarding

/// What a decision's notices say beside what the rules look at: the words of whoever decided, and what its notices were derived
/// from, so that an answer to one of them is found.
struct DecisionStatement: Sendable, Equatable {
    /// Causes kept of one decision.
    static let maximumCauses = 40

    /// What notices were derived from, and when they were first due.
    struct Told: Sendable, Equatable {
        let at: Instant
        let cause: String

        init(at: Instant, cause: String) { (self.at, self.cause) = (at, cause) }

        /// Reads what `text` writes.
        init?(text: String) {
            guard let space = text.firstIndex(of: " "), let at = Instant(rfc3339: String(text[..<space])) else {
                return nil
            }
            self.init(at: at, cause: String(text[text.index(after: space)...]))
        }

        /// The moment, a space, and the cause.
        var text: String { "\(at.rfc3339) \(cause)" }
    }

    /// What the one who answers for it is.
    var authoriserRole: String
    /// When its latest version was recorded.
    var recordedAt: Instant
    /// Why. It leaves once the decision is settled and later ones have more to say.
    var reason: String?
    /// Why it could not wait; kept until it is settled and cannot be held again.
    var urgentReason: String?
    /// Why, for each child; kept as long.
    var rationales: [PersonID: String] = [:]
    /// What its notices were derived from, each as `Told` writes it.
    private(set) var causes: [String] = []
    /// The same of the versions that it has replaced, so that whoever answers one of theirs hears of this one.
    private(set) var pastCauses: [String] = []

    /// What is written about a decision.
    init(
        authoriserRole: String, recordedAt: Instant, reason: String?, urgentReason: String? = nil,
        rationales: [PersonID: String] = [:], causes: [String] = [], pastCauses: [String] = []
    ) {
        (self.authoriserRole, self.recordedAt, self.reason) = (authoriserRole, recordedAt, reason)
        (self.urgentReason, self.rationales) = (urgentReason, rationales)
        (self.causes, self.pastCauses) = (causes, pastCauses)
    }

    /// Bytes of everything that somebody wrote.
    var textBytes: Int {
        rationales.values.reduce((reason?.utf8.count ?? 0) + (urgentReason?.utf8.count ?? 0)) { $0 + $1.utf8.count }
    }

    /// Remembers what notices were derived from.
    mutating func note(_ cause: String, at now: Instant) {
        guard !causes.contains(where: { $0.hasSuffix(" " + cause) }) else { return }
        causes.append(Told(at: now, cause: cause).text)
        causes.removeFirst(max(0, causes.count - DecisionStatement.maximumCauses))
    }

    /// Takes the place of an earlier version: the notices of that one are superseded, unless it was in effect. What is in effect
    /// can be challenged, whatever is to follow it (R14).
    mutating func replace(_ before: DecisionStatement, wasInEffect: Bool) {
        if wasInEffect {
            (causes, pastCauses) = (before.causes, before.pastCauses)
        } else {
            pastCauses = (before.pastCauses + before.causes).suffix(DecisionStatement.maximumCauses)
        }
    }

    /// Whether it has texts that only its notices while it is not settled have.
    var hasTextsOfOpen: Bool { urgentReason != nil || !rationales.isEmpty }

    /// Lets the texts go that only its notices while it is not settled have.
    mutating func forgetTexts() {
        urgentReason = nil
        rationales = [:]
    }
}

extension DecisionStatement {
    fileprivate static let record = Record(
        { DecisionStatement(authoriserRole: $0, recordedAt: $1, reason: nil) },
        required("role", \.authoriserRole, .line(), "What the one who answers for it is."),
        required("recordedAt", \.recordedAt, .instant(), "When its latest version was recorded.")
    ).with(
        optional("reason", at: \.reason, .text(), "Why."),
        optional("urgentReason", at: \.urgentReason, .text(), "Why it could not wait."),
        optional("rationales", at: \.rationales, .byPerson(.text()), or: [:], "Why, for each child."),
        optional(
            "causes", at: \.causes, .list(.line(600), .kept), or: [], "What its notices were derived from."),
        optional(
            "pastCauses", at: \.pastCauses, .list(.line(600), .kept), or: [], "The same of versions before."))
}

/// The statements of a household's decisions.
struct DecisionStatements: Sendable, Equatable {
    /// Bytes of the reasons of settled decisions together; of the latest one, however long it is.
    static let maximumSettledReasonBytes = 64 * 1024

    private(set) var statements: [OwnName: DecisionStatement] = [:]

    init(_ statements: [OwnName: DecisionStatement] = [:]) { self.statements = statements }

    subscript(_ decision: OwnName) -> DecisionStatement? {
        get { statements[decision] }
        set { statements[decision] = newValue }
    }

    /// A version of a decision has been accepted.
    mutating func keep(_ statement: DecisionStatement, of decision: OwnName, wasInEffect: Bool) {
        var statement = statement
        if let before = statements[decision] { statement.replace(before, wasInEffect: wasInEffect) }
        statements[decision] = statement
    }

    /// Remembers what notices of a decision were derived from.
    mutating func note(_ cause: String, of decision: OwnName, at now: Instant) {
        statements[decision]?.note(cause, at: now)
    }

    /// Lets go what no later step needs: the statements of decisions that have left, texts of those that are settled and cannot be
    /// held again, and the oldest of what is left.
    mutating func trim(to register: HouseholdRegister) {
        if statements.count > register.changes.count {
            let names = Set(register.changes.map(\.id))
            statements = statements.filter { names.contains($0.key) }
        }
        var left = DecisionStatements.maximumSettledReasonBytes
        for (place, change) in register.changes.filter(\.isSettled).reversed().enumerated() {
            guard let statement = statements[change.id], statement.textBytes > 0 else { continue }
            // What is held again is told with everything that was said of it (N3).
            if !register.mayBeHeldAgain(change), statement.hasTextsOfOpen { statements[change.id]?.forgetTexts() }
            left -= statements[change.id]?.textBytes ?? 0
            if left < 0, place > 0 {
                statements[change.id]?.forgetTexts()
                statements[change.id]?.reason = nil
            }
        }
    }
}

extension DecisionStatements {
    static let record = Record(
        DecisionStatements.init(_:),
        optional(
            "papers", \.statements, .entries("name", .ownName(), "Which decision.", DecisionStatement.record), or: [:],
            "What notices of the decisions say beside."))
}
