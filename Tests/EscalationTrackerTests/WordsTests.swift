import CommandRuntime
import Contracts
import Foundation
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import EscalationTracker
@testable import KeepsightCommand
@testable import Notifier

/// Every text that a person gets, read for words that only the program knows. `KEEPSIGHT_WORDS_FILE` names a file into which they are
/// all written, for somebody who reads them for the first time.
struct WordsTests {
    /// A family of two, and everything that can happen to it.
    private static let children = [VirtualPartnership.child, VirtualPartnership.sibling]

    private static func held() throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue(children: children)
        try scene.decide(children: children)
        try scene.consult("health-visiting", by: "csc", children: children)
        try scene.answer(.thresholdChanged, as: "school-hill", .needInformation)
        try scene.provide(as: "csc")
        try scene.answer(.thresholdChanged, as: "police")
        try scene.respond(as: "csc")
        try scene.wait(workingDays: 4)
        try scene.close(.withdrawn, as: "police")
        for agency in ["police", "health-visiting"] { try scene.consult(agency, children: children) }
        try scene.wait(workingDays: 30)
        return scene
    }

    private static func urgent() throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue(children: children)
        try scene.decide(urgent: true, children: children)
        try scene.wait(workingDays: 1)
        try scene.discuss("SD2", .noSection47, about: children, naming: ["D1"])
        try scene.publish(
            .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))),
            as: "housing", about: children)
        return scene
    }

    private static func withdrawn() throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.discuss("SD2", naming: ["D1"])
        try scene.discuss("SD3", .noSection47)
        let item = ScreeningItemID(
            household: VirtualPartnership.household, referrer: try VirtualPartnership.code("health-visiting"),
            referralID: "R1")
        try scene.publish(try scene.ratingLowered(of: item, from: .amber, to: .green))
        try scene.publish(try scene.outcome(.earlyHelp, of: item, reason: "Support is accepted."))
        return scene
    }

    private static func scenes() throws -> [(name: String, scene: SilentPartnership)] {
        try [("held", held()), ("urgent", urgent()), ("withdrawn", withdrawn())].map { name, scene in
            (name, try SilentPartnership(scene, until: scene.now.adding(seconds: 9 * 86_400)))
        }
    }

    /// One of each kind of notice that reads differently, with what its agency is told in each way.
    private static func distinct(_ scenes: [(name: String, scene: SilentPartnership)]) -> [SilentPartnership.Issued] {
        var seen: Set<String> = []
        return scenes.flatMap(\.scene.notices).filter { issued in
            let notice = issued.notice
            let parts = [
                notice.kind.rawValue, notice.task?.rawValue, notice.body.state?.rawValue,
                notice.body.isUrgent == true ? "urgent" : nil, notice.body.outcome?.rawValue,
                notice.body.unacknowledgedBy == nil ? nil : "elsewhere", notice.body.rating == nil ? nil : "rating",
                notice.addressedTo.contains { $0.stage > 1 } ? "managers" : nil,
            ]
            return seen.insert(parts.compactMap { $0 }.joined(separator: " ")).inserted
        }
    }

    private static func words(_ issued: SilentPartnership.Issued, _ names: AgencyNames) -> String {
        let notice = issued.notice
        let address = ChannelAddress(
            channel: .email, agency: issued.agency, stage: 1, role: "practitioner", address: "duty@example.org")
        guard let policy = try? VirtualHousehold.samplePolicy() else { return "" }
        let time = DeliveryTime(of: notice, to: address, policy, now: issued.at)
        let message = DueMessage(
            id: 1, agency: issued.agency, address: address.address, pace: time.pace, attempts: 0,
            items: [
                DueMessage.Item(
                    id: 1, notice: notice.noticeID, template: .of(notice), respondBy: notice.body.respondBy)
            ])
        let mail = MailText(message)
        return [
            "--- e-mail", "Subject: \(mail.subject)", "", mail.lines.joined(separator: "\n"), "",
            "--- webhook", String(decoding: WebhookText.body(message, at: issued.at), as: UTF8.self), "",
            "--- keepsight listen \(issued.agency)",
            ListenCommand.describe(.issued(notice), at: issued.at, of: issued.agency, names).string, "",
            "--- keepsight notice \(notice.reference?.text ?? "") --agency \(issued.agency)",
            NoticeWords(notice: notice, agency: issued.agency, names: names).lines().joined(separator: "\n"), "",
        ].joined(separator: "\n")
    }

    @Test("Words: every notice says what happened in plain words, and no code of ours stands where somebody reads")
    func plain() throws {
        let names = AgencyNames(try VirtualHousehold.samplePolicy())
        let scenes = try Self.scenes()
        let notices = Self.distinct(scenes)
        let codes =
            NoticeKind.allCases.map(\.rawValue) + NoticeTask.allCases.map(\.rawValue)
            + ThresholdLevel.allCases.map(\.rawValue) + ScreeningOutcome.allCases.map(\.rawValue)
        var whole: [String] = []
        for issued in notices {
            let text = NoticeWords(notice: issued.notice, agency: issued.agency, names: names)
            // The identifiers are for programs, and the reason is somebody else's text.
            let read =
                text.headline + "\n" + text.fields.filter { $0.name != "Notice" }.map(\.text).joined(separator: "\n")
            for code in codes where code.contains("-") {
                #expect(!read.contains(code), "\(issued.notice.kind): \(code) in \(read)")
            }
            #expect(text.headline.hasSuffix("."), "\(text.headline)")
            #expect(text.lines().allSatisfy { $0.count <= 80 }, "\(text.lines())")
            whole.append("=== \(issued.notice.kind.rawValue) to \(issued.agency)\n\n" + Self.words(issued, names))
        }
        let kinds = Set(notices.map(\.notice.kind))
        let never: Set<NoticeKind> = [.patternDetected, .domesticAbuseSchool]
        #expect(Set(NoticeKind.allCases).subtracting(kinds) == never, "what nobody says yet")
        if let file = ProcessInfo.processInfo.environment["KEEPSIGHT_WORDS_FILE"] {
            let mails = scenes.flatMap {
                $0.scene.mails(until: $0.scene.notices.last?.at ?? Instant(microsecondsSinceEpoch: 0))
            }
            .filter { $0.message.items.count > 1 }
            let several = mails.prefix(3) + mails.filter { $0.message.pace == .digest }.prefix(2)
            for mail in several {
                let text = MailText(mail.message)
                whole.append(
                    "=== e-mail to \(mail.address)\n\nSubject: \(text.subject)\n\n" + text.lines.joined(separator: "\n")
                )
            }
            try whole.joined(separator: "\n\n").write(toFile: file, atomically: true, encoding: .utf8)
        }
    }
}
