import Contracts
import DecisionRules
import Policy
import Safeguarding

/// Who is asked why nothing happens (row B6): the first time the manager of whoever leads, from the second on every
/// agency that works with the children, which is offered to challenge at the managers' stage; from the third on the
/// business unit as well.
struct ProgressNotices: Sendable {
    private static let managerStage = 2

    let policy: Policy

    func draft(
        _ level: ThresholdLevel, _ children: Set<PersonID>, _ progress: Progress, _ register: HouseholdRegister,
        in household: HouseholdID
    ) -> NoticeDraft {
        let since = progress.lastAt?.rfc3339 ?? "the beginning"
        let cause = "progress/\(household.text)/\(since)/\(progress.breaches)"
        var body = NoticeBody.about(NoticeSubject(.delay, cause))
        let words = progress.lastAt.map { "since \(LondonTime.text($0))" } ?? "since the beginning"
        body.reason = "Nothing has been recorded for these children \(words)."
        body.stage = ProgressNotices.managerStage
        let task: NoticeTask = progress.breaches == 1 ? .supervise : .considerEscalation
        return NoticeDraft(
            cause: cause, children: children,
            receivers: receivers(level, children, progress, register).sorted { $0.key < $1.key }.map { agency, party in
                NoticeDue.Receiver(
                    agency, party, of: children, kind: .taskDue, task: task,
                    addressedTo: policy.addressees(of: agency, stages: [ProgressNotices.managerStage]))
            }, body: body)
    }

    /// The agency that leads at a level: early help where early help was agreed and works with the children, else
    /// children's social care.
    func lead(_ level: ThresholdLevel, _ register: HouseholdRegister) -> AgencyCode {
        let involved = register.children.values.reduce(into: Set<AgencyCode>()) { $0.formUnion($1.involved) }
        if level == .earlyHelp,
            let earlyHelp = involved.sorted().first(where: { policy.agencies[$0]?.kind == .earlyHelp })
        {
            return earlyHelp
        }
        return policy.agencies.socialCare(involvedAmong: involved)
    }

    private func receivers(
        _ level: ThresholdLevel, _ children: Set<PersonID>, _ progress: Progress, _ register: HouseholdRegister
    ) -> [AgencyCode: Party] {
        // Who leads, and the business unit, hear of all the children; others of those with whom they work.
        let all = Party(children: children)
        let lead = lead(level, register)
        guard progress.breaches > 1 else { return [lead: all] }
        var receivers = children.reduce(into: [AgencyCode: Party]()) { receivers, child in
            for agency in register.children[child]?.involved ?? [] {
                receivers[agency, default: Party()].children.insert(child)
            }
        }
        receivers[lead] = all
        if progress.breaches > 2 { receivers[policy.agencies.businessUnit] = all }
        return receivers
    }
}
