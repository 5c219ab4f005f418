import CommandRuntime
import Contracts
import Foundation
import KafkaClient
import PostgresClient
import TestSupport
import Testing

@testable import KeepsightCommand

/// The real commands, over tables and topics into which hostile text has found its way.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct HostileTextTests {
    /// In an SQL string with escapes.
    private static let text = #"E'x\u001b[2J\nFORGED row\ry\u202ez\u200b\u009b31m\t!'"#

    private static let script = """
        SET search_path = notifier, app;
        INSERT INTO notice (notice, household, agency, kind, children, subject_kind, subject, version, state, opened_because, issued_at,
            acknowledged_at, acknowledged_by)
        VALUES ('n1', gen_random_uuid(), 'police', 'threshold-changed', '', 'decision', 'D1', 1, 'held', '{}',
            app.now(), app.now(), \(text));
        INSERT INTO channel_delivery (notice, channel, agency, stage, role, address, template, state, reason, settled_at)
        VALUES ('n1', 'email', 'police', 1, \(text), 'a@b.example', 'decision', 'failed', 'refused', app.now());
        INSERT INTO operator_request (action, requested_by, reason) VALUES ('show', \(text), \(text));
        INSERT INTO do_not_notify (agency, address, request) SELECT 'police', 'c@d.example', max(id) FROM operator_request;
        SET search_path = escalation_tracker, app;
        INSERT INTO escalation VALUES (\(text), gen_random_uuid(), 'decision', \(text), 1, 'objection', 'police', 'csc',
            'default', app.now(), false, 1, 'decider', app.now(), NULL, NULL, NULL, NULL, false);
        INSERT INTO clock_kind VALUES ('objection-window', \(text))
        ON CONFLICT (kind) DO UPDATE SET consequence = excluded.consequence;
        INSERT INTO deadline VALUES ('objection-window:D1', gen_random_uuid(), app.now() + interval '9 days', '{}');
        SET search_path = referral_intake, app;
        INSERT INTO attestation (agency, attested_on, attested_by, contacts)
        VALUES ('police', '2026-11-01', \(text), '[]');
        """

    @Test("trial D8: no table of any command lets what others wrote forge a row or steer the terminal")
    func everyCommand() async throws {
        try await withPartnership(withoutServices: true) { partnership in
            let connection = try await partnership.database.connect()
            try await connection.runScript(Self.script)
            await connection.close()
            let letter = "x\u{1B}[2J\nFORGED\u{202E}"
            try await send(letter, to: partnership)
            let commands: [(words: [String], lines: Int)] = [
                (["matrix", "D1"], 20), (["watch", "D1", "--count", "1"], 20), (["deliveries"], 3),
                (["do-not-notify", "list"], 3), (["escalations"], 3), (["open"], 3),
                (["explain", "objection-window:D1"], 5), (["agencies"], 40), (["dead-letters", "--all"], 3),
            ]
            for (words, lines) in commands {
                let shown = try await partnership.keepsight(words)
                let hostile = shown.text.unicodeScalars.filter { $0 != "\n" && TerminalText.isHostile($0) }
                #expect(shown.status == 0, "\(words): \(shown.text)")
                #expect(hostile.isEmpty, "\(words): \(shown.text)")
                #expect(!shown.text.contains("\nFORGED"), "\(words): \(shown.text)")
                #expect(shown.text.contains("FORGED"), "\(words): \(shown.text)")
                #expect(shown.text.split(separator: "\n").count <= lines, "\(words): \(shown.text)")
            }
        }
    }

    /// A dead letter whose headers are hostile.
    private func send(_ text: String, to partnership: Partnership) async throws {
        func header(_ name: String, _ value: String) -> KafkaHeader {
            KafkaHeader(name: name, value: Array(value.utf8))
        }
        let record = KafkaRecord(
            topic: partnership.topics.deadLetters(of: "notifier").name, partition: nil, key: nil,
            value: Array(text.utf8),
            headers: [
                header("keepsight-topic", text), header("keepsight-partition", "0"), header("keepsight-offset", "1"),
                header("keepsight-code", text), header("keepsight-reason", text),
                header("keepsight-first-seen", "2026-11-20T16:00:00Z"),
            ], timestampMilliseconds: nil)
        for result in await KafkaProducer(partnership.kafka).produce([record]) { _ = try result.get() }
    }
}
