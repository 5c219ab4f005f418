import Contracts
import JSON

/// What was measured. Its JSON is its one form: the table and the comparison are made from that.
struct BenchResult: Sendable {
    let plan: BenchPlan
    var eventsPerSecond = 0.0
    /// Publish to the last agency's notice, at the fixed rate.
    var latencies = Latencies([])
    /// Of each service, for one decision: its part of the way.
    var databasePerEvent: [DatabaseCost] = []
    var walBytesPerEvent = 0.0
    var walByTable: [WriteAheadLogMark.TableShare] = []
    /// By process.
    var processorMicrosecondsPerEvent: [String: Double] = [:]
    var peakResidentMegabytes: [(service: String, megabytes: Int)] = []
    var history: HistoryFigures?
    var deadlines: DeadlineFigures?
    var participants: ParticipantFigures?
    var escalations: EscalationFigures?
    /// What it ran on.
    var machine = ""

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.number("eventsPerSecond", eventsPerSecond.rounded())
        writer.key("publishToNoticeMilliseconds")
        latencies.write(to: &writer)
        writer.object("statementsPerEvent") { writer in
            for cost in databasePerEvent {
                writer.key(cost.service)
                writer.rounded(cost.statements)
            }
        }
        writer.object("roundTripsPerEvent") { writer in
            for cost in databasePerEvent {
                writer.key(cost.service)
                writer.rounded(cost.roundTrips)
            }
        }
        writer.number("walBytesPerEvent", walBytesPerEvent.rounded())
        writer.object("walBytesPerEventByTable") { writer in
            for share in walByTable where share.bytesPerEvent >= 1 {
                writer.key(share.table)
                writer.beginObject()
                writer.number("bytes", share.bytesPerEvent.rounded())
                writer.number("wholePages", share.wholePageBytesPerEvent.rounded())
                writer.endObject()
            }
        }
        writer.object("processorMicrosecondsPerEvent") { writer in
            for (process, microseconds) in processorMicrosecondsPerEvent.sorted(by: { $0.key < $1.key }) {
                writer.key(process)
                writer.double(microseconds.rounded())
            }
        }
        writer.object("peakResidentMegabytes") { writer in
            for entry in peakResidentMegabytes {
                writer.key(entry.service)
                writer.int(entry.megabytes)
            }
        }
        if let history { writer.object("history") { history.writeMembers(to: &$0) } }
        if let deadlines { writer.object("deadlines") { deadlines.writeMembers(to: &$0) } }
        if let participants { writer.object("participants") { participants.writeMembers(to: &$0) } }
        if let escalations { writer.object("escalations") { escalations.writeMembers(to: &$0) } }
        writer.object("ranOn") { writer in
            writer.field("machine", machine)
            writer.field("warmUpEvents", plan.warmUp)
            writer.field("events", plan.events)
            writer.field("households", plan.households)
            writer.field("outstanding", plan.outstanding)
            writer.field("ratePerSecond", plan.rate)
            writer.field("seconds", plan.seconds)
        }
        writer.endObject()
    }
}

/// What a service has asked of its database.
struct DatabaseCost: Sendable {
    let service: String
    var statements = 0.0
    var roundTrips = 0.0

    /// What it has asked since then, for each of so many events.
    func since(_ before: DatabaseCost?, events: Double) -> DatabaseCost {
        DatabaseCost(
            service: service, statements: (statements - (before?.statements ?? 0)) / events,
            roundTrips: (roundTrips - (before?.roundTrips ?? 0)) / events)
    }
}

extension HistoryFigures {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        for (key, events, latencies, microseconds) in [
            ("many", pastEvents, many, manyProcessorMicroseconds),
            ("few", fewPastEvents, few, fewProcessorMicroseconds),
        ] {
            writer.key(key)
            writer.beginObject()
            writer.field("pastEvents", events)
            writer.key("publishToNoticeMilliseconds")
            latencies.write(to: &writer)
            writer.number("processorMicrosecondsPerEvent", microseconds.rounded())
            writer.endObject()
        }
    }
}

extension DeadlineFigures {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.field("armed", armed)
        writer.number("processorMicrosecondsPerDueClockFewArmed", fewArmedMicroseconds.rounded())
        writer.number("processorMicrosecondsPerDueClock", manyArmedMicroseconds.rounded())
        writer.key("latenessMilliseconds")
        lateness.write(to: &writer)
        writer.number("idleProcessorMicrosecondsPerSecond", idleMicrosecondsPerSecond.rounded())
    }
}

extension ParticipantFigures {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.field("participants", participants)
        writer.key("publishToLastNoticeMilliseconds")
        latencies.write(to: &writer)
    }
}

extension EscalationFigures {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.field("open", open)
        writer.number("secondsUntilMovedUp", secondsUntilMovedUp)
        writer.number("secondsForEachThousand", secondsForEachThousand)
        writer.number("secondsUntilTold", secondsUntilTold)
        writer.field("notices", notices)
        writer.field("looksOutOfOrder", looksOutOfOrder)
    }
}

extension JSONWriter {
    fileprivate mutating func number(_ key: StaticString, _ value: Double) {
        self.key(key)
        rounded(value)
    }

    fileprivate mutating func rounded(_ value: Double) { double((value * 10_000).rounded() / 10_000) }
}
