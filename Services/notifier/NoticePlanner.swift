import Contracts
import Policy
import Safeguarding

/// A child that an agency is told of, with the agency's own reference.
public struct ToldChild: Sendable, Equatable {
    let person: PersonID
    let ref: String?
}

/// One thing to tell one agency of all the children whom it concerns (N1), before it becomes a notice.
struct PlannedNotice: Sendable, Equatable {
    let kind: NoticeKind
    /// What makes the notice distinct, beside its kind and agency.
    let cause: String
    let agency: AgencyCode
    /// None where the matter is the agency's own.
    let told: [ToldChild]
    /// What is said of each of them, in their order; nothing, if it is empty.
    var details: [ChildDetail] = []
    let because: Set<PartyReason>
    /// What is to be done.
    var task: NoticeTask?
    /// Whom in the agency it is for.
    var addressedTo: [NoticeIssued.Addressee] = []

    /// The children as the agency names them.
    var children: [NoticeIssued.Child] {
        told.enumerated().map { place, child in
            NoticeIssued.Child(
                ChildName(of: child.person, ref: child.ref, for: agency),
                details.indices.contains(place) ? details[place] : ChildDetail())
        }
    }
}

/// Who must be told what: pure.
enum NoticePlanner {
    /// Whom a step of the ladder of acknowledgement tells of a notice that nobody has acknowledged (row A4): contacts of the
    /// silent agency, and the business unit. `place` counts the policy's steps from 0.
    static func of(_ about: NoticeID, _ entry: LoadedNotices.Entry, step place: Int, _ policy: Policy)
        -> [PlannedNotice]
    {
        precondition(
            policy.notices.acknowledgement.indices.contains(place), "policy has no step \(place): nobody would be told")
        let step = policy.notices.acknowledgement[place]
        let cause = "notice/\(about.text)/step/\(place + 1)/"
        var drafts = step.stages.map { stage in
            PlannedNotice(
                kind: .acknowledgementOverdue, cause: cause + "stage/\(stage)", agency: entry.agency,
                told: entry.children, because: entry.because,
                addressedTo: addressees(policy.agencies[entry.agency], stage))
        }
        if step.isForBusinessUnit {
            let unit = policy.agencies.businessUnit
            drafts.append(
                PlannedNotice(
                    kind: .acknowledgementOverdue, cause: cause + "business-unit", agency: unit,
                    // A reference is its agency's own; nobody else is to know it (P7).
                    told: unit == entry.agency
                        ? entry.children : entry.children.map { ToldChild(person: $0.person, ref: nil) },
                    because: [],
                    addressedTo: addressees(policy.agencies[unit], 1)))
        }
        return drafts
    }

    private static func addressees(_ agency: Agency?, _ stage: Int) -> [NoticeIssued.Addressee] {
        agency?.contacts(ofStage: stage).map { NoticeIssued.Addressee(stage: $0.stage, role: $0.role) } ?? []
    }

    /// Whoever is named, once, about all their children together.
    static func of(_ due: NoticeDue) -> [PlannedNotice] {
        due.receivers.map { receiver in
            let children =
                receiver.children.isEmpty
                ? due.children : due.children.filter { receiver.children.contains($0.person) }
            return PlannedNotice(
                kind: receiver.kind, cause: due.cause, agency: receiver.agency,
                told: children.map { ToldChild(person: $0.person, ref: $0.references[receiver.agency]) },
                details: children.map(\.detail), because: receiver.because, task: receiver.task,
                addressedTo: receiver.addressedTo)
        }
    }

    /// What can be said to a notice.
    static func answers(to draft: PlannedNotice) -> [String] {
        switch draft.kind {
        case .acknowledgementOverdue: ["acknowledge"]
        case .taskDue where draft.task == .considerEscalation: ["acknowledge", NoticeAnswer.challenge.rawValue]
        case .thresholdChanged, .thresholdRaised, .outcomeOfReferral, .changeConfirmed:
            ["acknowledge"] + NoticeAnswer.allCases.map(\.rawValue)
        case .consultationRequested: ["acknowledge"] + [NoticeAnswer.challenge, .needInformation].map(\.rawValue)
        case .consultationRecorded: ["acknowledge"] + [NoticeAnswer.agree, .challenge].map(\.rawValue)
        case .discussionRecorded: ["acknowledge", NoticeAnswer.challenge.rawValue]
        default: ["acknowledge"]
        }
    }
}
