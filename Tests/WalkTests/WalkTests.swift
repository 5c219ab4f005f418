import Contracts
import JSON
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// design.md section 4's walk, through the four real executables on real Kafka and PostgreSQL.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct WalkTests {
    @Test("A2: unconsulted, the change is held, everybody is told at once, and the last consultation confirms it")
    func unconsulted() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 2)
            try await partnership.accept(
                "decision.changed", as: "csc", data: SampleEvents.decision(children: ["A", "B"]))
            let held = [
                // N1: one notice of both children, and to the school, which knows one of them, of that one.
                "csc threshold-changed held CSC-A,CSC-B",
                "health-visiting consultation-requested held HV-A,HV-B",
                "health-visiting threshold-changed held HV-A,HV-B",
                // Police attended and never gave a reference of their own: the children come under handles.
                "police consultation-requested held (handle),(handle)",
                "police threshold-changed held (handle),(handle)", "school-hill threshold-changed held SCH-A",
            ]
            _ = try await partnership.hear(atLeast: held.count) { $0.isOfTheMatter }
            try await partnership.settle()
            #expect(await partnership.noticeLines() == held)

            // R5: what social care records for the police lets nothing go until they confirm it.
            try await partnership.accept(
                "consultation.recorded", as: "health-visiting", data: SampleEvents.consultation(of: "health-visiting"))
            try await partnership.accept(
                "consultation.recorded", as: "csc", data: SampleEvents.consultation(of: "police"))
            let asked = try await partnership.hear(atLeast: 1) { $0.notice?.kind == .consultationRecorded }
            try await partnership.settle()
            let recorded = ["police consultation-recorded held (handle),(handle)"]
            #expect(await partnership.noticeLines() == (held + recorded).sorted(), "one consultation is still missing")

            let notice = try #require(asked.first?.notice?.noticeID)
            try await partnership.accept(
                "notice.answered", as: "police",
                data: #"{"noticeId":"\#(notice)","by":{"name":"Pat Example","role":"sergeant"},"answer":"agree"}"#)
            let confirmed = [
                "csc change-confirmed changed CSC-A,CSC-B", "health-visiting change-confirmed changed HV-A,HV-B",
                "police change-confirmed changed (handle),(handle)", "school-hill change-confirmed changed SCH-A",
            ]
            _ = try await partnership.hear(atLeast: held.count + 1 + confirmed.count) { $0.isOfTheMatter }
            try await partnership.settle()
            #expect(await partnership.noticeLines() == (held + recorded + confirmed).sorted())
        }
    }

    @Test("A2: consulted beforehand, the change takes effect at once; the consultations waited for their decision")
    func consulted() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            // A view before the decision says what was put to the agency, by the agency's own reference of the child (R6).
            try await partnership.accept(
                "involvement.opened", as: "police", data: SampleEvents.involvement("POL", children: 1))
            var views: [String] = []
            for (agency, ref) in [("police", "POL-A"), ("health-visiting", "HV-A")] {
                views.append(
                    try await partnership.publish(
                        "consultation.recorded", as: agency, data: SampleEvents.consultation(of: agency, put: [ref])))
            }
            let waiting = try await partnership.hear(atLeast: 2) { $0.data["waitingFor"]?["id"]?.string == "D1" }
            #expect(waiting.compactMap { $0.data["eventId"]?.string }.sorted() == views.sorted())
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            for view in views { #expect(try await partnership.receipt(of: view)?.type == ReceiptAccepted.type.text) }
            let expected = [
                "csc threshold-changed changed CSC-A", "health-visiting threshold-changed changed HV-A",
                "police threshold-changed changed POL-A", "school-hill threshold-changed changed SCH-A",
            ]
            _ = try await partnership.hear(atLeast: expected.count) { $0.isOfTheMatter }
            try await partnership.settle()
            #expect(await partnership.noticeLines() == expected)
        }
    }

    @Test("A5: a change for one of seven siblings tells of that one only; a missing rationale is refused with its path")
    func oneOfSeven() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 7)
            let broken = SampleEvents.decision(children: SampleEvents.people.map(\.letter))
                .replacing(
                    #""ref":"CSC-E","from":"section-47","to":"section-17","rationale":"Support is accepted.""#,
                    with: #""ref":"CSC-E","from":"section-47","to":"section-17""#)
            let id = try await partnership.publish("decision.changed", as: "csc", data: broken)
            let receipt = try await partnership.receipt(of: id)
            #expect(receipt?.type == ReceiptRefused.type.text)
            #expect(receipt?.data["reasons"]?.elements.map { $0["path"]?.string } == ["/data/children/4/rationale"])
            #expect(receipt?.data["reasons"]?.elements.map { $0["code"]?.string } == ["rationale-missing"])

            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["E"]))
            _ = try await partnership.hear(atLeast: 5) { $0.isOfTheMatter }
            try await partnership.settle()
            #expect(
                await partnership.noticeLines() == [
                    "csc threshold-changed held CSC-E", "health-visiting consultation-requested held HV-E",
                    "health-visiting threshold-changed held HV-E", "police consultation-requested held (handle)",
                    "police threshold-changed held (handle)",
                ])
        }
    }

    @Test(
        "N1: a discussion recorded after the change makes its attendees parties, who are told and asked then, and nobody twice"
    )
    func lateDiscussion() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1, withDiscussion: false)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            // Nobody is on record as consultee, so everybody who is party is asked (R2).
            let first = [
                "csc threshold-changed held CSC-A", "health-visiting consultation-requested held HV-A",
                "health-visiting threshold-changed held HV-A", "school-hill consultation-requested held SCH-A",
                "school-hill threshold-changed held SCH-A",
            ]
            _ = try await partnership.hear(atLeast: first.count) { $0.isOfTheMatter }
            try await partnership.settle()
            #expect(await partnership.noticeLines() == first)

            try await partnership.accept(
                "strategy-discussion.held", as: "csc", data: SampleEvents.discussion(children: 1))
            // It adds who was there, and repeats nothing (N1).
            let then = ["police consultation-requested held (handle)", "police threshold-changed held (handle)"]
            _ = try await partnership.hear(atLeast: first.count + then.count) { $0.isOfTheMatter }
            try await partnership.settle()
            let lines = await partnership.noticeLines()
            #expect(lines == (first + then).sorted())
        }
    }

    @Test(
        "A4: a notice that nobody acknowledges moves up, each step once, to managers and the business unit; others do not"
    )
    func reminder() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await SampleEvents.acknowledgeEnquiry(partnership)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            let told = try await partnership.hear(atLeast: 6) { $0.isOfTheMatter }
            for heard in told where heard.agency != "police" {
                guard let notice = heard.notice else { continue }
                try await partnership.accept(
                    "notice.acknowledged", as: heard.agency,
                    data: #"{"noticeId":"\#(notice.noticeID)","by":{"name":"Robin Example","role":"lead"}}"#)
            }
            // Somebody else's notice is as unknown as one that never was.
            let foreign = told.first { $0.agency == "police" }?.notice?.noticeID.text ?? ""
            let id = try await partnership.publish(
                "notice.acknowledged", as: "housing",
                data: #"{"noticeId":"\#(foreign)","by":{"name":"Robin Example","role":"lead"}}"#)
            #expect(
                try await partnership.receipt(of: id)?.data["reasons"]?.elements.first?["code"]?.string
                    == "unknown-subject")

            // Ten days bring three working days whatever day it is, holidays and all.
            try await partnership.database.moveClock(bySeconds: 10 * 86_400)
            let overdue = try await partnership.hear(atLeast: 8) { $0.notice?.kind == .acknowledgementOverdue }
            try await partnership.settle()
            func lines(_ heard: [Partnership.Heard]) -> [String] {
                heard.map { heard in
                    let to = heard.notice?.addressedTo.map { "\($0.stage) \($0.role)" }.joined(separator: ",") ?? ""
                    return "\(heard.agency): \(to), of \(heard.notice?.body.unacknowledgedBy?.text ?? "itself")"
                }.sorted()
            }
            #expect(
                lines(overdue) == [
                    "business-unit: 1 coordinator, of police", "business-unit: 1 coordinator, of police",
                    "police: 1 practitioner, of itself", "police: 1 practitioner, of itself",
                    "police: 2 line manager, of itself", "police: 2 line manager, of itself",
                    "police: 3 safeguarding lead, of itself", "police: 3 safeguarding lead, of itself",
                ])
            #expect(await partnership.noticeLines().filter { $0.contains("acknowledgement-overdue") }.count == 8)

            // Who acknowledges a reminder has seen what it is about.
            let reminder = overdue.first { $0.agency == "police" }?.notice
            try await partnership.accept(
                "notice.acknowledged", as: "police",
                data: #"{"noticeId":"\#(reminder?.noticeID.text ?? "")","by":{"name":"Pat Example","role":"sergeant"}}"#
            )
            #expect(
                try await partnership.database.count(
                    """
                    SELECT count(*) FROM notifier.notice WHERE notice = '\(reminder?.body.about?.text ?? "")'
                    AND acknowledged_by = 'Pat Example, sergeant'
                    """) == 1)
        }
    }

    @Test("A4: the ladder takes one step a working day, and ends at an acknowledgement of the reminder")
    func ladderEnds() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await SampleEvents.acknowledgeEnquiry(partnership)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            let told = try await partnership.hear(atLeast: 6) { $0.isOfTheMatter }.compactMap { $0.notice?.noticeID }
            /// Moves the clock to just beyond the earliest deadline of police.
            func advance() async throws {
                let seconds = try await partnership.database.count(
                    """
                    SELECT (extract(epoch FROM max(d.due_at) - app.now()) + 1)::bigint FROM notifier.deadline d
                    JOIN notifier.notice n ON d.key = 'acknowledgement:' || n.notice WHERE n.agency = 'police'
                    """)
                try await partnership.database.moveClock(bySeconds: seconds)
            }
            func overdue(_ count: Int) async throws -> [Partnership.Heard] {
                let heard = try await partnership.hear(atLeast: count) {
                    $0.agency == "police" && $0.notice?.body.about.map(told.contains) == true
                }
                try await partnership.settle()
                return heard
            }
            try await advance()
            #expect(try await overdue(2).flatMap { $0.notice?.addressedTo.map(\.stage) ?? [] } == [1, 1])
            for reminder in try await overdue(2) {
                try await partnership.accept(
                    "notice.acknowledged", as: "police",
                    data:
                        #"{"noticeId":"\#(reminder.notice?.noticeID.text ?? "")","by":{"name":"Pat Example","role":"sergeant"}}"#
                )
            }
            try await partnership.database.moveClock(bySeconds: 14 * 86_400)
            _ = try await partnership.hear(atLeast: 4 * 4) { heard in
                heard.agency != "police" && heard.notice?.body.unacknowledgedBy?.text != "police"
                    && heard.notice?.body.about.map(told.contains) == true
            }
            try await partnership.settle()
            #expect(try await overdue(2).count == 2, "the ladder of a notice that was acknowledged went on")
        }
    }

    @Test("Screening: a referral is queued, claimed and decided; its referrer hears the outcome, the queue is empty")
    func screening() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "referral.made", as: "health-visiting", data: SampleEvents.referral(children: 1))
            var item = ""
            while item.isEmpty {
                item = try await partnership.queue().first.map { String(decoding: $0.key ?? [], as: UTF8.self) } ?? ""
            }
            let sam = #""by":{"name":"Sam Example","role":"screener"}"#
            try await partnership.accept("screening.claimed", as: "mash", data: #"{"itemId":"\#(item)",\#(sam)}"#)
            let second = try await partnership.publish(
                "screening.claimed", as: "mash",
                data: #"{"itemId":"\#(item)","by":{"name":"Kim Example","role":"screener"}}"#)
            #expect(
                try await partnership.receipt(of: second)?.data["reasons"]?.elements.first?["code"]?.string
                    == "item-claimed")
            let stranger = try await partnership.publish(
                "screening.claimed", as: "police", data: #"{"itemId":"\#(item)",\#(sam)}"#)
            #expect(
                try await partnership.receipt(of: stranger)?.data["reasons"]?.elements.first?["code"]?.string
                    == "not-authorised")
            try await partnership.accept(
                "screening.decided", as: "mash",
                data: #"{"itemId":"\#(item)",\#(sam),"outcome":"assessment","reason":"Needs are not clear."}"#)
            _ = try await partnership.hear(atLeast: 1) { $0.notice?.kind == .outcomeOfReferral }
            try await partnership.settle()
            #expect(await partnership.noticeLines() == ["health-visiting outcome-of-referral - HV-A"])
            #expect(try await partnership.queue().last?.value == nil, "a tombstone ends the item")
        }
    }
}
