import Contracts
import DecisionRules
import Policy
import Safeguarding

/// Notices that are due, before the children's references are added: who is told what, and of whom.
struct NoticeDraft: Sendable, Equatable {
    /// What makes the notices distinct, beside their kind and agency.
    var cause: String
    var children: Set<PersonID>
    /// What is said of some of them beside what is said of all.
    var details: [PersonID: ChildDetail] = [:]
    var receivers: [NoticeDue.Receiver]
    var body: NoticeBody
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

extension NoticeDue.Receiver {
    /// An agency that is told of the children to whom it is party.
    init(
        _ agency: AgencyCode, _ party: Party, of children: Set<PersonID>, kind: NoticeKind, task: NoticeTask? = nil,
        addressedTo: [NoticeIssued.Addressee] = []
    ) {
        self.init(
            agency: agency, kind: kind, task: task, addressedTo: addressedTo, because: party.because,
            children: party.children == children ? [] : party.children.sorted())
    }
}

extension NoticeSubject {
    /// What is challenged, or asked about.
    init(_ subject: Escalation.Subject, challengedBy challenger: AgencyCode) {
        switch subject {
        case .decision(let name, let version):
            self.init(.decision, name.id, chosenBy: name.agency, version: version)
        case .discussion(let name): self.init(.discussion, name.id, chosenBy: name.agency)
        case .outcome(let item): self.init(.screeningItem, item.text)
        case .conference(let id): self.init(.conferenceRequest, id, chosenBy: challenger)
        case .delay(let id): self.init(.delay, id)
        }
    }
}
