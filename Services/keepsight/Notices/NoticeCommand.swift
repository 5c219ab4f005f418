import CommandRuntime
import Contracts
import KafkaClient
import Messaging
import NotifierSpec
import Policy
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight notice`: what a reference of an e-mail or a webhook stands for. It is found where the agency reads its notices, on its
/// topic, so that nobody sees more by it than the agency does.
enum NoticeCommand {
    static let command = Command(
        "notice", "Find the notice that an e-mail or a webhook names by its reference, and show all that it says.",
        arguments: [
            ("REFERENCE", "As the message has it: four groups of four, such as 7f3a-91c2-04de-b3aa.", true)
        ],
        options: [
            Command.Option(
                "agency", "AGENCY", "Whose notice it is; without it, every agency whose topic you may read."),
            Command.Option("json", nil, "Print the notice's event as JSON."),
        ],
        values: ["REFERENCE": .listed("references"), "agency": .listed("agencies")],
        examples: [
            "keepsight notice 7f3a-91c2-04de-b3aa --agency police",
            "keepsight notice 7f3a-91c2-04de-b3aa --agency police --json | jq -r .data.noticeId",
        ]
    ) { invocation in
        let reference = try reference(invocation.positional[0])
        let deployment = Deployment(environment: invocation.environment)
        let policy = try deployment.policy()
        let named = try invocation.value("agency").map { try deployment.agency($0) }
        guard let found = try await find(reference, of: named.map { [$0] } ?? policy.agencies.codes, deployment) else {
            let whose = named.map { "the topic of \($0)" } ?? "any agency's topic that can be read from here"
            throw CommandFailure(
                .failed,
                "No notice with the reference \(reference) stands on \(whose). A topic keeps notices for 30 days, and each agency "
                    + "has references of its own. What was told and acknowledged before stays on record: ask whoever runs "
                    + "Keepsight.")
        }
        if invocation.has("json") {
            Output.document(found.value)
        } else {
            let text = NoticeWords(notice: found.notice, agency: found.agency, names: AgencyNames(policy))
            Output.line(TerminalText(lines: text.lines(width: Output.columns ?? 80)))
        }
        return .ok
    }

    /// References of the latest notices.
    static func names(_ deployment: Deployment) async throws -> [String] {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: NotifierSpec.service.schema))
        let rows = try await connection.run(
            SQLStatement(name: "latest_notices", bytes: PackageResources.latest_notices_sql)
        ).rows
        await connection.close()
        return try rows.compactMap { row in
            guard let notice = NoticeID(try row.text("notice")), let agency = AgencyCode(try row.text("agency")) else {
                return nil
            }
            return NoticeReference(of: notice, for: agency).text
        }
    }

    /// A reference as people copy it: with blanks around it, or in capitals.
    static func reference(_ text: String) throws(UsageError) -> NoticeReference {
        let word = text.lowercased().filter { !$0.isWhitespace }
        guard let reference = NoticeReference(word) else {
            throw UsageError(
                "'\(text)' is no reference of a notice. It has four groups of four digits and letters from a to f, such as "
                    + "7f3a-91c2-04de-b3aa.")
        }
        return reference
    }

    private struct Found {
        let notice: NoticeIssued
        let agency: AgencyCode
        let value: [UInt8]
    }

    /// Looks on one topic after the other. One that is not there, or is not ours to read, holds no notice for us, unless it is the
    /// only one.
    private static func find(_ reference: NoticeReference, of agencies: [AgencyCode], _ deployment: Deployment)
        async throws -> Found?
    {
        let kafka = try deployment.kafka()
        for agency in agencies {
            do {
                let topic = deployment.topics.notices(of: agency).name
                let reader = try await KafkaReader(kafka, topics: [topic], from: .earliest)
                let found = try await find(reference, of: agency, in: reader)
                await reader.close()
                if let found { return found }
            } catch let error as KafkaError where error.isAboutTopic && agencies.count > 1 {
                continue
            }
        }
        return nil
    }

    private static func find(_ reference: NoticeReference, of agency: AgencyCode, in reader: KafkaReader) async throws
        -> Found?
    {
        let ends = try await reader.ends()
        while let messages = try await reader.next(to: ends) {
            for message in messages {
                guard case .issued(let notice)? = AgencyNotice(message),
                    NoticeReference(of: notice.noticeID, for: agency) == reference
                else { continue }
                return Found(notice: notice, agency: agency, value: message.value ?? [])
            }
        }
        return nil
    }
}
