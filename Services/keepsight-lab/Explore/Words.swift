import DecisionRules
import Safeguarding

// A fact in words, for people who read a counter-example.
extension Family {
    /// One sentence.
    package func words(_ fact: RegisterFact) -> String {
        switch fact {
        case .referred(let child, let agency): "\(agency) refers \(name(child))"
        case .joined(let child, let agency): "\(agency) becomes involved with \(name(child))"
        case .left(let child, let agency): "\(agency) is involved with \(name(child)) no longer"
        case .discussion(let discussion): words(discussion)
        case .decision(let decision): words(decision)
        case .view(let view):
            "\(view.recordedBy) records "
                + (view.isOwn ? "its own view" : "a view of \(view.agency)'s")
                + " on \(view.decisionID.id) version \(view.version): \(view.position.rawValue)"
        case .confirmedView(let name, let version, let agency, _):
            "\(agency) confirms the view on \(name.id) version \(version) that was recorded for it"
        case .disputedView(let name, let version, let agency, _):
            "\(agency) disputes the view on \(name.id) version \(version) that was recorded for it"
        case .disputedDiscussion(let name, let agency): "\(agency) disputes what the record of \(name.id) says of it"
        case .challenged(let name, let version, let agency, _): "\(agency) challenges \(name.id) version \(version)"
        case .challengeEnded(let name, let version, let agency, let outcome, let closer):
            "\(agency)'s challenge of \(name.id) version \(version) is closed by the \(closer.rawValue): \(outcome.rawValue)"
        case .silence(let name): "a working day goes by, and \(name.id) still waits"
        }
    }

    private func words(_ discussion: DiscussionHeld) -> String {
        let who = discussion.attendees.keys.sorted().map(\.text).joined(separator: ", ")
        let about = discussion.about.isEmpty ? "" : ", naming \(discussion.about.sorted().joined(separator: ", "))"
        let children = discussion.children.sorted().map(name).joined(separator: " and ")
        return "\(discussion.recordedBy) records the discussion \(discussion.id) about \(children) (\(who)\(about)): "
            + (discussion.decidedOnEnquiry ? "an enquiry" : "no enquiry")
    }

    private func words(_ decision: DecisionMade) -> String {
        let children = decision.children.map { "\(name($0.person)) from \($0.from.rawValue) to \($0.to.rawValue)" }
        let urgent = decision.urgency.map { $0.isAttested ? ", urgent" : ", urgent, by nobody's manager" } ?? ""
        return "\(decision.agency) decides \(decision.id) version \(decision.version)\(urgent): "
            + children.joined(separator: "; ")
    }

    func name(_ child: PersonID) -> String { child == older ? "the older child" : "the younger child" }
}
