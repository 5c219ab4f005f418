import Contracts
import Safeguarding

/// One thing to tell one agency about one child, before it becomes a notice.
struct Telling: Sendable, Equatable {
    let kind: NoticeKind
    /// What makes the notice distinct, beside its kind, child and agency.
    let cause: String
    let agency: AgencyCode
    let person: PersonID
    let childRef: String?
    let because: Set<PartyReason>
    /// What is to be done.
    var task: NoticeTask?
    /// Whom in the agency it is for.
    var addressedTo: [NoticeIssued.Addressee] = []
}

/// Who must be told what by a step in the life of a decision, or by the outcome of a referral: pure.
enum Tellings {
    /// Everybody who is party to the step, of each child; and those who are to be consulted, once more for that.
    static func of(_ change: ThresholdChange) -> [Telling] {
        change.children.flatMap { child in
            change.parties.flatMap { party in
                kinds(for: party.agency, change).map { kind in
                    Telling(
                        kind: kind, cause: change.cause, agency: party.agency, person: child.person,
                        childRef: child.references[party.agency], because: party.because)
                }
            }
        }
    }

    /// The referrer hears the outcome for each child (row B1).
    static func of(_ outcome: ReferralOutcome) -> [Telling] {
        outcome.children.map { child in
            Telling(
                kind: .outcomeOfReferral, cause: "item/" + outcome.itemID.text, agency: outcome.referrer,
                person: child.person, childRef: child.references[outcome.referrer], because: [.referrer])
        }
    }

    /// In the place of a child where there is none: an agency's own matter.
    static let nobody = PersonID(digest: [])

    /// Whoever is named, about each child, once.
    static func of(_ due: NoticeDue) -> [Telling] {
        // What is about no child is told once.
        let children = due.children.isEmpty ? [NoticeDue.Child(person: nobody, references: [:])] : due.children
        return children.flatMap { child in
            due.receivers.map { receiver in
                Telling(
                    kind: receiver.kind, cause: due.cause, agency: receiver.agency, person: child.person,
                    childRef: child.references[receiver.agency], because: receiver.because, task: receiver.task,
                    addressedTo: receiver.addressedTo)
            }
        }
    }

    /// What can be said to a notice.
    static func answers(to telling: Telling) -> [String] {
        switch telling.kind {
        case .acknowledgementOverdue: ["acknowledge"]
        case .taskDue where telling.task == .considerEscalation: ["acknowledge", NoticeAnswer.challenge.rawValue]
        case .thresholdChanged, .consultationRequested, .outcomeOfReferral, .changeConfirmed:
            ["acknowledge"] + NoticeAnswer.allCases.map(\.rawValue)
        default: ["acknowledge"]
        }
    }

    private static func kinds(for agency: AgencyCode, _ change: ThresholdChange) -> [NoticeKind] {
        let kind: NoticeKind =
            switch change.step {
            case .held, .changed: .thresholdChanged
            case .confirmed: .changeConfirmed
            case .withdrawn: .changeWithdrawn
            }
        return change.consult.contains(agency) ? [kind, .consultationRequested] : [kind]
    }
}
