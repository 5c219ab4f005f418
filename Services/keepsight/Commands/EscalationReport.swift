import CommandRuntime
import Contracts
import JSON
import PostgresClient

/// What became of challenges: by stage of each ladder, and by the agency that challenged (rows B5, B7, I9).
struct EscalationReport: Sendable {
    /// One stage of one ladder.
    struct StageLine: Sendable {
        let ladder: String
        let stage: Int32
        let matters: Int64
        let medianDays: Double?
        let answers: Int64
        let answersInTime: Int64
        let movedBySilence: Int64
        let closed: Int64
        let changed: Int64

        init(row: Row) throws(PostgresError) {
            ladder = try row.text("ladder")
            stage = try row.optionalInt4("stage") ?? 0
            matters = try row.int8("matters")
            medianDays = try row.optionalDouble("median_days")
            answers = try row.int8("answers")
            answersInTime = try row.int8("in_time")
            movedBySilence = try row.int8("by_silence")
            closed = try row.int8("closed")
            changed = try row.int8("changed")
        }
    }

    /// One agency that has challenged.
    struct AgencyLine: Sendable {
        let agency: String
        /// Raised, open, upheld, changed, compromise, withdrawn, lapsed, with a lesson.
        let counts: [Int64]

        init(row: Row) throws(PostgresError) {
            agency = try row.text("challenger")
            counts = try EscalationReport.countNames.map { name throws(PostgresError) in
                try row.int8(ColumnName(stringLiteral: name))
            }
        }
    }

    let stages: [StageLine]
    let agencies: [AgencyLine]

    private static let countNames: [StaticString] = [
        "raised", "open", "upheld", "changed", "compromise", "withdrawn", "lapsed", "lessons",
    ]

    var text: TerminalText {
        var byStage = Table([
            "ladder", "stage", "matters", "median days", "answers", "in time", "moved on by silence", "closed here",
            "decision changed",
        ])
        for line in stages {
            byStage.add([
                line.ladder, "\(line.stage)", "\(line.matters)", line.medianDays.map(EscalationReport.tenths) ?? "-",
                "\(line.answers)", share(line.answersInTime, line.answers), "\(line.movedBySilence)", "\(line.closed)",
                share(line.changed, line.closed),
            ])
        }
        var byAgency = Table([
            "challenged by", "raised", "open", "upheld", "changed: good practice", "compromise", "withdrawn", "lapsed",
            "lessons",
        ])
        for line in agencies { byAgency.add([line.agency] + line.counts.map { "\($0)" }) }
        return byStage.text + "\n\n" + byAgency.text
    }

    /// Prints an object a line: a stage has `ladder` and `stage`, an agency `agency`.
    func writeLines() {
        for line in stages { Output.json { EscalationReport.write(line, to: &$0) } }
        for line in agencies { Output.json { EscalationReport.write(line, to: &$0) } }
    }

    private static func write(_ line: StageLine, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("ladder", line.ladder)
        writer.field("stage", Int(line.stage))
        writer.field("matters", Int(line.matters))
        writer.field("medianDays", line.medianDays.map(EscalationReport.tenths))
        writer.field("answers", Int(line.answers))
        writer.field("answersInTime", Int(line.answersInTime))
        writer.field("movedBySilence", Int(line.movedBySilence))
        writer.field("closed", Int(line.closed))
        writer.field("changed", Int(line.changed))
        writer.endObject()
    }

    private static func write(_ line: AgencyLine, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("agency", line.agency)
        for (name, count) in zip(EscalationReport.countNames, line.counts) { writer.field(name, Int(count)) }
        writer.endObject()
    }

    private func share(_ part: Int64, _ whole: Int64) -> String { whole == 0 ? "-" : "\(part * 100 / whole) %" }

    /// One decimal; days need no more.
    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
