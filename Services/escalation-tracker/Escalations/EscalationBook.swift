import Contracts
import DecisionRules
import Safeguarding

/// The challenges of one household: the open ones, and the last that were closed.
struct EscalationBook: Sendable, Equatable {
    /// Closed escalations kept, so that whoever comes late hears that they are closed.
    static let maximumClosed = 20

    /// In the order in which they began.
    private(set) var escalations: [Escalation] = []
    /// How many have ever begun: closed ones leave the book, and no identity may come twice.
    private(set) var opened = 0

    init(_ escalations: [Escalation] = [], opened: Int = 0) {
        self.escalations = escalations
        self.opened = opened
    }

    subscript(_ id: EscalationID) -> Escalation? { escalations.first { $0.id == id } }

    /// The open challenge of a subject by an agency: a second one by the same agency joins it.
    func open(_ subject: Escalation.Subject, by challenger: AgencyCode) -> Escalation? {
        escalations.last { $0.isOpen && $0.subject == subject && $0.challenger == challenger }
    }

    /// The open challenge of a decision by an agency, of whichever version.
    func open(_ decision: OwnName, by challenger: AgencyCode) -> Escalation? {
        escalations.last { escalation in
            guard case .decision(decision, _) = escalation.subject else { return false }
            return escalation.isOpen && escalation.challenger == challenger
        }
    }

    /// Whether anybody's challenge of the subject is open.
    func isChallenged(_ subject: Escalation.Subject) -> Bool {
        escalations.contains { $0.isOpen && $0.subject == subject }
    }

    /// The identity of the next challenge.
    func nextID(of subject: Escalation.Subject, by challenger: AgencyCode, in household: HouseholdID) -> EscalationID {
        EscalationID(household: household, subject: subject.text, challenger: challenger, number: opened)
    }

    mutating func add(_ escalation: Escalation) {
        escalations.append(escalation)
        opened += 1
    }

    /// Replaces an escalation by what has become of it.
    mutating func keep(_ escalation: Escalation) {
        guard let place = escalations.firstIndex(where: { $0.id == escalation.id }) else { return }
        escalations[place] = escalation
        var surplus = escalations.count { !$0.isOpen } - EscalationBook.maximumClosed
        escalations.removeAll { escalation in
            guard surplus > 0, !escalation.isOpen else { return false }
            surplus -= 1
            return true
        }
    }
}

extension EscalationBook {
    static let record = Record(
        EscalationBook.init(_:opened:),
        optional(
            "matters", \.escalations, .list(.object(Escalation.record), .kept), or: [],
            "In the order in which they began."),
        optional("opened", \.opened, .count(), or: 0, "How many have ever begun."))
}
