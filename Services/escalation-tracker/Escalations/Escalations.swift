import Contracts
import DecisionDocument
import DecisionRules
import Safeguarding

/// The challenges of one household: the open ones, and the last that were closed.
struct Escalations: Sendable, Equatable {
    /// Closed escalations kept, so that whoever comes late hears that they are closed.
    static let maximumClosed = 20

    /// In the order in which they began.
    private(set) var all: [Escalation] = []
    /// How many have ever begun: closed ones leave the book, and no identity may come twice.
    private(set) var opened = 0

    init(_ escalations: [Escalation] = [], opened: Int = 0) {
        all = escalations
        self.opened = opened
    }

    subscript(_ id: EscalationID) -> Escalation? { all.first { $0.id == id } }

    /// The open challenge of a subject by an agency: a second one by the same agency joins it.
    func open(_ subject: Escalation.Subject, by challenger: AgencyCode) -> Escalation? {
        all.last { $0.isOpen && $0.subject == subject && $0.challenger == challenger }
    }

    /// The open challenge of a decision by an agency, of whichever version.
    func open(_ decision: OwnName, by challenger: AgencyCode) -> Escalation? {
        all.last { escalation in
            guard case .decision(decision, _) = escalation.subject else { return false }
            return escalation.isOpen && escalation.challenger == challenger
        }
    }

    /// Whether anybody's challenge of the subject is open.
    func isChallenged(_ subject: Escalation.Subject) -> Bool {
        all.contains { $0.isOpen && $0.subject == subject }
    }

    /// The identity of the next challenge.
    func nextID(of subject: Escalation.Subject, by challenger: AgencyCode, in household: HouseholdID) -> EscalationID {
        EscalationID(household: household, subject: subject.text, challenger: challenger, number: opened)
    }

    mutating func add(_ escalation: Escalation) {
        all.append(escalation)
        opened += 1
    }

    /// Replaces an escalation by what has become of it.
    mutating func keep(_ escalation: Escalation) {
        guard let place = all.firstIndex(where: { $0.id == escalation.id }) else { return }
        all[place] = escalation
        if !escalation.isOpen { all[place].words = EscalationWords() }
        var surplus = all.count { !$0.isOpen } - Escalations.maximumClosed
        all.removeAll { escalation in
            guard surplus > 0, !escalation.isOpen else { return false }
            surplus -= 1
            return true
        }
    }
}

extension Escalations {
    static let record = Record(
        Escalations.init(_:opened:),
        optional(
            "matters", \.all, .list(.object(Escalation.record), .kept), or: [],
            "In the order in which they began."),
        optional("opened", \.opened, .count(), or: 0, "How many have ever begun."))
}
