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

    /// What a referral is known as to everybody but its referrer, whose own identifier is not theirs to know: its item on the hub's
    /// desk. A decision has none; its versions count from 1.
    var items: [String] {
        let found = lines.flatMap(\.notices).filter { $0.version == 0 }.compactMap { notice -> String? in
            guard let household = NoticeID(notice.notice)?.household, let referrer = AgencyCode(notice.agency) else {
                return nil
            }
            return ScreeningItemID(household: household, referrer: referrer, referralID: decision).text
        }
        return Set(found).sorted()
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
