import Contracts
import Policy
import Safeguarding

/// Who is asked why nothing happens (row B6): the first time the manager of whoever leads, from the second on every
/// agency that works with the children, which is offered to challenge at the managers' stage; from the third on the
/// business unit as well.
struct ProgressNotices: Sendable {
    private static let managerStage = 2

    let policy: Policy

    func order(
        _ level: ThresholdLevel, _ children: Set<PersonID>, _ progress: Progress, _ register: DecisionRegister,
        in household: HouseholdID
    ) -> NoticeOrder {
        let since = progress.lastAt?.rfc3339 ?? "the beginning"
        var content = NoticeDue.Content()
        content.reason = "Nothing has been recorded for these children since \(since)."
        content.stage = ProgressNotices.managerStage
        let task: NoticeTask = progress.breaches == 1 ? .supervise : .considerEscalation
        return NoticeOrder(
            cause: "progress/\(household.text)/\(since)/\(progress.breaches)", children: children,
            receivers: receivers(level, children, progress, register).sorted().map { agency in
                NoticeDue.Receiver(
                    agency: agency, kind: .taskDue, task: task,
                    addressedTo: policy.addressees(of: agency, stages: [ProgressNotices.managerStage]))
            }, content: content)
    }

    /// The agency that leads at a level: early help where early help was agreed and works with the children, else
    /// children's social care.
    func lead(_ level: ThresholdLevel, _ register: DecisionRegister) -> AgencyCode {
        let involved = register.children.values.reduce(into: Set<AgencyCode>()) { $0.formUnion($1.involved) }
        if level == .earlyHelp,
            let earlyHelp = involved.sorted().first(where: { policy.agencies[$0]?.kind == .earlyHelp })
        {
            return earlyHelp
        }
        return policy.agencies.socialCare(involvedAmong: involved)
    }

    private func receivers(
        _ level: ThresholdLevel, _ children: Set<PersonID>, _ progress: Progress, _ register: DecisionRegister
    ) -> Set<AgencyCode> {
        let lead = lead(level, register)
        guard progress.breaches > 1 else { return [lead] }
        var receivers = children.reduce(into: Set([lead])) { receivers, child in
            receivers.formUnion(register.children[child]?.involved ?? [])
        }
        if progress.breaches > 2 { receivers.insert(policy.agencies.businessUnit) }
        return receivers
    }
}
