import CommandRuntime
import Contracts
import JSON
import Safeguarding

/// Who was told of a decision, or of a referral, and what became of it, agency by agency: pure.
struct Matrix: Sendable, Equatable {
    /// One agency, as far as one version of the decision concerns it.
    struct Line: Sendable, Equatable {
        let version: Int
        let agency: String
        /// What it was told, and what it was reminded of.
        let notices: [MatrixNotice]

        /// What counts: its own notices; for an agency that hears only of others' silence, those.
        var counted: [MatrixNotice] {
            let own = notices.filter { !$0.isReminder }
            return own.isEmpty ? notices : own
        }
    }

    let decision: String
    let lines: [Line]
    /// What agencies have said to the decision as it stands now.
    var views: [DecisionStanding.View] = []
    /// For whose view it waits.
    var awaited: [String] = []

    /// The matrix of these notices, in their order.
    init(of decision: String, _ notices: [MatrixNotice]) {
        self.decision = decision
        var lines: [Line] = []
        for notice in notices {
            if let last = lines.last, last.version == notice.version, last.agency == notice.agency {
                lines[lines.count - 1] = Line(
                    version: last.version, agency: last.agency, notices: last.notices + [notice])
            } else {
                lines.append(Line(version: notice.version, agency: notice.agency, notices: [notice]))
            }
        }
        self.lines = lines
    }

    var isEmpty: Bool { lines.isEmpty }

    /// How the decision stands, as the last notice of a change says it.
    var standing: MatrixNotice? {
        let kinds = [NoticeKind.thresholdChanged, .thresholdRaised, .changeConfirmed, .changeWithdrawn].map(\.rawValue)
        return lines.flatMap(\.notices).filter { kinds.contains($0.kind) }.max { $0.toldAt < $1.toldAt }
    }

    /// One JSON object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("decision", decision)
        if let standing {
            writer.object("standing") { object in
                object.field("version", standing.version)
                object.field("kind", standing.kind)
                object.field("state", standing.state)
                object.field("since", standing.toldAt.rfc3339)
            }
        }
        writer.array("awaiting", awaited) { $0.string($1) }
        if !views.isEmpty { writer.array("views", views) { $1.write(to: &$0) } }
        writer.array("agencies", lines) { writer, line in line.write(to: &writer) }
        writer.endObject()
    }

    /// One screen, 120 columns at the most.
    func text(at now: Instant) -> TerminalText {
        var head = TerminalText(escaping: decision)
        if let standing {
            head += ", version \(standing.version): \(standing.kind)\(standing.state.map { " (\($0))" } ?? "")"
            head += " since \(BritishTime.short(standing.toldAt))"
        }
        let told = Set(lines.map(\.agency)).count
        head += ". \(told) \(told == 1 ? "agency" : "agencies") told. Now \(BritishTime.short(now)) (London)."
        var table = Table(
            [
                "v", "agency", "told", "topic", "email", "hook", "acknowledged", "answered", "window to", "stage",
                "next due",
            ], gap: 1)
        for line in lines { table.add(line.cells) }
        var below = awaited.isEmpty ? [] : ["Waits for a view of: " + awaited.joined(separator: ", ") + "."]
        if !views.isEmpty { below += ["Views on the version that stands:"] + views.map { "  " + $0.sentence } }
        return head + "\n" + table.text + (below.isEmpty ? "" : "\n" + TerminalText(lines: below))
    }
}

extension Matrix.Line {
    /// The stage at which a challenge of this agency stands, and until when the side whose turn it is must answer.
    var challenge: (stage: Int, due: Instant?)? {
        notices.lazy.compactMap { notice in notice.challengeStage.map { ($0, notice.challengeDueAt) } }.first
    }

    /// The first clock of its ladder of acknowledgement, with the number of the step.
    var next: (step: Int, at: Instant)? {
        counted.compactMap { notice in notice.nextStepAt.map { (notice.stepsTaken + 1, $0) } }.min { $0.1 < $1.1 }
    }

    /// What fits on a line.
    var cells: [String] {
        let counted = counted
        let acknowledged = counted.filter { $0.acknowledgedAt != nil }
        let by = acknowledged.max { ($0.acknowledgedAt ?? $0.toldAt) < ($1.acknowledgedAt ?? $1.toldAt) }?
            .acknowledgedBy?.prefix { $0 != "," }
        return [
            String(version), agency.shortened(to: 14), counted.first.map { BritishTime.compact($0.toldAt) } ?? "",
            "\(counted.count { $0.deliveredAt != nil })/\(counted.count)", tally("email"), tally("webhook"),
            "\(acknowledged.count)/\(counted.count)\(by.map { " \($0)" } ?? "")".shortened(to: 19), answers,
            counted.compactMap(\.respondBy).max().map(BritishTime.compact) ?? "-",
            challenge.map { "\($0.stage)" } ?? "-", nextDue,
        ]
    }

    /// The first of the clocks that run: `#2 …` for a step of the ladder of acknowledgement, `! …` for a challenge.
    private var nextDue: String {
        let challengeDue = challenge.flatMap(\.due)
        if let challengeDue, next.map({ challengeDue < $0.at }) ?? true {
            return "! \(BritishTime.compact(challengeDue))"
        }
        return next.map { "#\($0.step) \(BritishTime.compact($0.at))" } ?? "-"
    }

    private var answers: String {
        var words: [String] = []
        for notice in counted {
            guard
                let word = notice.answer.map({ $0 + (notice.answeredLate ? " late" : "") })
                    ?? notice.noResponseAt.map({ _ in "no response" })
            else { continue }
            if !words.contains(word) { words.append(word) }
        }
        return words.isEmpty ? "-" : words.joined(separator: "+").shortened(to: 19)
    }

    /// `3/4`, `1 failed`, `off` where every recipient is taken off the list, `-` where nobody is told in this way.
    private func tally(_ channel: String) -> String {
        let states = notices.flatMap(\.channels).filter { $0.name == channel }.map(\.state)
        let failed = states.count { $0 == "failed" }
        if states.isEmpty { return "-" }
        if failed > 0 { return "\(failed)fail" }
        if states.allSatisfy({ $0 == "suppressed" }) { return "off" }
        return "\(states.count { $0 == "delivered" })/\(states.count { $0 != "suppressed" })"
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("agency", agency)
        writer.field("version", version)
        writer.array("because", Set(notices.flatMap(\.because)).sorted()) { $0.string($1) }
        writer.field("told", counted.count)
        writer.field("delivered", counted.count { $0.deliveredAt != nil })
        writer.field("acknowledged", counted.count { $0.acknowledgedAt != nil })
        writer.field("answered", counted.count { $0.answer != nil })
        writer.field("windowUntil", counted.compactMap(\.respondBy).max()?.rfc3339)
        writer.field("escalationStage", challenge?.stage)
        writer.field("escalationDueAt", challenge.flatMap(\.due)?.rfc3339)
        if let next {
            writer.object("nextDue") { object in
                object.field("step", next.step)
                object.field("at", next.at.rfc3339)
            }
        }
        writer.array("notices", notices) { writer, notice in notice.write(to: &writer) }
        writer.endObject()
    }
}

extension String {
    /// The text, cut where it is longer than its column.
    func shortened(to width: Int) -> String { count <= width ? self : prefix(width - 1) + "…" }
}
