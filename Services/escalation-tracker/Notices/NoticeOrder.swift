import Contracts
import Policy
import Safeguarding

/// Notices that are due, before the children's references are added: who is told what, and of whom.
struct NoticeOrder: Sendable, Equatable {
    /// What makes the notices distinct, beside their kind, child and agency.
    var cause: String
    var children: Set<PersonID>
    var receivers: [NoticeDue.Receiver]
    var content: NoticeDue.Content
}

extension Policy {
    /// The contact that an agency names for a stage, as a notice is addressed to them.
    func addressee(of agency: AgencyCode, stage: Int) -> NoticeIssued.Addressee? {
        agencies[agency]?.contacts.first { $0.stage == stage }
            .map { NoticeIssued.Addressee(stage: $0.stage, role: $0.role) }
    }

    /// The contacts of several stages, lowest first.
    func addressees(of agency: AgencyCode, stages: Set<Int>) -> [NoticeIssued.Addressee] {
        stages.sorted().compactMap { addressee(of: agency, stage: $0) }
    }
}

extension DecisionRegister {
    /// The children in groups that share their parties, so that nobody hears of a sibling that is not theirs to know of.
    func groups(of children: Set<PersonID>, parties: (PersonID) -> [AgencyCode: Set<PartyReason>])
        -> [(children: Set<PersonID>, parties: [AgencyCode: Set<PartyReason>])]
    {
        var groups: [(children: Set<PersonID>, parties: [AgencyCode: Set<PartyReason>])] = []
        for child in children.sorted() {
            let parties = parties(child)
            if let place = groups.firstIndex(where: { $0.parties == parties }) {
                groups[place].children.insert(child)
            } else {
                groups.append(([child], parties))
            }
        }
        return groups
    }
}
