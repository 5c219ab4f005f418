import CommandRuntime
import Contracts
import Safeguarding

// The matrix as somebody reads it who does not know the program, in 80 columns.
extension Matrix {
    /// One screen, as wide as it may be and no wider.
    func text(at now: Instant, _ names: AgencyNames, columns: Int = Output.columns ?? 80) -> TerminalText {
        var lines = head(at: now)
        let versions = Set(self.lines.map(\.version)).sorted()
        var tables: [TerminalText] = []
        for version in versions {
            var table = Table(["Agency", "Told", "Sent", "Seen", "Said", "Falls due next"], gap: 1)
            for line in self.lines where line.version == version { table.add(line.cells(names)) }
            let text = table.text(atMost: columns)
            tables.append(versions.count > 1 ? "Version \(version):\n" + text : text)
        }
        var below = awaited.isEmpty ? [] : ["Waits for the view of: \(names.nameList(awaited))."]
        if !views.isEmpty { below += ["Views on the latest version:"] + views.map { "  " + $0.sentence(names) } }
        lines = lines.flatMap { $0.wrapped(to: columns) }
        let legend = Matrix.legend.flatMap { $0.wrapped(to: columns) }
        return TerminalText(lines: lines) + "\n\n" + .joined(tables, separator: "\n\n") + "\n\n"
            + TerminalText(lines: below.flatMap { $0.wrapped(to: columns) } + (below.isEmpty ? [] : [""]) + legend)
    }

    private func head(at now: Instant) -> [String] {
        let told = Set(lines.map(\.agency)).count
        let agencies = told == 1 ? "1 agency was told." : "\(told) agencies were told."
        guard let standing else {
            return [decision, "\(agencies) It is \(BritishTime.full(now))."]
        }
        let version = standing.version > 0 ? ", version \(standing.version)" : ""
        return [
            "\(decision)\(version): \(standing.standingInWords), since \(BritishTime.full(standing.toldAt)).",
            "\(agencies) It is \(BritishTime.full(now)). All times are UK time.",
        ]
    }

    /// What the columns say.
    static let legend = [
        "Told: when the agency was first told. Sent: how many notices its system can read, and how many e-mails and messages to "
            + "its programs (webhooks) arrived.",
        "Seen: how many of its notices somebody there has acknowledged, and who did last. Said: its answer; \"nothing yet\" is no "
            + "agreement, and the time beside it is until when an answer is in time.",
        "Falls due next: a reminder that is sent because nobody has acknowledged, each one to more senior people; or the time "
            + "by which an answer is due in this agency's challenge.",
    ]
}

extension MatrixNotice {
    /// How a decision stands of which this was the last notice.
    fileprivate var standingInWords: String {
        switch (NoticeKind(rawValue: kind), state.flatMap(ChangeState.init(rawValue:))) {
        case (.thresholdChanged, .held): "a lower level, proposed, not yet in effect"
        case (.thresholdChanged, .unchanged): "no change of level"
        case (.thresholdChanged, _): "a lower level, in effect"
        case (.thresholdRaised, _): "a raised level, in effect"
        case (.changeConfirmed, _): "a lower level, in effect after it had waited"
        case (.changeWithdrawn, _): "did not go ahead, or no longer applies"
        default: kind
        }
    }
}

extension Matrix.Line {
    /// What stands in the columns.
    fileprivate func cells(_ names: AgencyNames) -> [String] {
        let counted = counted
        let acknowledged = counted.filter { $0.acknowledgedAt != nil }
        let by = acknowledged.max { ($0.acknowledgedAt ?? $0.toldAt) < ($1.acknowledgedAt ?? $1.toldAt) }?
            .acknowledgedBy?.prefix { $0 != "," }
        let seen = "\(acknowledged.count) of \(counted.count)" + (by.map { ", \($0)" } ?? "")
        let topic = "notices \(counted.count { $0.deliveredAt != nil }) of \(counted.count)"
        let reached = [topic, reached(by: "email", "e-mail"), reached(by: "webhook", "webhook")].compactMap { $0 }
        return [
            AgencyCode(agency).map { names[$0] } ?? agency, counted.first.map { BritishTime.short($0.toldAt) } ?? "",
            reached.joined(separator: ", "), seen, said, nextDue,
        ]
    }

    /// The first of the deadlines that run: a reminder of the ladder of acknowledgement, or the turn in a challenge.
    private var nextDue: String {
        let turn = challenge.flatMap { challenge in challenge.due.map { (challenge.stage, $0) } }
        if let (stage, due) = turn, next.map({ due < $0.at }) ?? true {
            return "challenge, stage \(stage): \(BritishTime.short(due))"
        }
        if let next { return "reminder \(next.step): \(BritishTime.short(next.at))" }
        return challenge.map { "challenge, stage \($0.stage)" } ?? "nothing"
    }

    /// The answers, each once; until when one is in time, if there is none.
    private var said: String {
        var words: [String] = []
        for notice in counted {
            guard
                let word = notice.answer.map({ Matrix.Line.inWords($0) + (notice.answeredLate ? ", late" : "") })
                    ?? notice.noResponseAt.map({ _ in "no response" })
            else { continue }
            if !words.contains(word) { words.append(word) }
        }
        guard words.isEmpty else { return words.joined(separator: "; ") }
        return "nothing yet" + (counted.compactMap(\.respondBy).max().map { ", until \(BritishTime.short($0))" } ?? "")
    }

    private static func inWords(_ answer: String) -> String {
        switch NoticeAnswer(rawValue: answer) {
        case .agree: "agrees"
        case .challenge: "challenges"
        case .needInformation: "asks a question"
        case nil: answer
        }
    }

    /// `e-mail 3 of 4`, `1 failed`, `off` where every recipient is taken off the list; nothing where nobody is told in this way.
    private func reached(by channel: String, _ name: String) -> String? {
        let states = notices.flatMap(\.channels).filter { $0.name == channel }.map(\.state)
        guard !states.isEmpty else { return nil }
        let failed = states.count { $0 == "failed" }
        if failed > 0 { return "\(name) \(failed) failed" }
        if states.allSatisfy({ $0 == "suppressed" }) { return "\(name) off" }
        return "\(name) \(states.count { $0 == "delivered" }) of \(states.count { $0 != "suppressed" })"
    }
}
