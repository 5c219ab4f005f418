import Foundation
import Messaging
import TestSupport
import Testing

@testable import KeepsightCommand
@testable import PostgresClient

/// The runbook against the code: what services can say stands in it, in the same words.
struct RunbookTests {
    private static let path = TestEnvironment.project + "/deploy/docs/runbook.md"

    /// One line without wraps, so that sentences are found however the page is broken.
    private func flat(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    private func runbook() throws -> String { try String(contentsOfFile: Self.path, encoding: .utf8) }

    /// Every Swift file of the services and what they share, by name.
    private func sources() throws -> [(name: String, text: String)] {
        var files: [(String, String)] = []
        for folder in ["Shared", "Services"] {
            let root = TestEnvironment.project + "/" + folder
            for case let file as String in FileManager.default.enumerator(atPath: root) ?? .init()
            where file.hasSuffix(".swift") {
                files.append((file, try String(contentsOfFile: root + "/" + file, encoding: .utf8)))
            }
        }
        #expect(files.count > 200)
        return files
    }

    @Test("Every part of health that the code declares has its heading in the runbook, and no other has")
    func components() throws {
        let declared = try sources().flatMap { file in
            file.text.matches(of: /Component\(rawValue: "([a-z-]+)"\)/).map { String($0.1) }
        }
        let headings = try runbook().matches(of: /(?m)^## `([a-z-]+)`$/).map { String($0.1) }
        #expect(declared.count >= 12)
        #expect(Set(declared) == Set(headings))
        #expect(headings.count == Set(headings).count)
    }

    @Test("Every reason that is reported stands in the runbook, as the code says it")
    func reasons() throws {
        let page = flat(try runbook())
        var count = 0
        for file in try sources() {
            // The string that begins the reason, up to where the call ends.
            for call in file.text.matches(of: /\.(?:attention|degraded|down)\(\s*"((?:[^"\\]|\\.)*)"/) {
                // What is put in is left out, also where a string within it ends the match.
                let said = String(call.1).replacing(/\\\((?:[^()]|\([^()]*\))*\)/, with: "\u{0}")
                    .replacing(/\\\(.*$/, with: "\u{0}")
                let parts = said.split(separator: "\u{0}").map { $0.trimmingCharacters(in: .whitespaces) }
                guard let longest = parts.max(by: { $0.count < $1.count }), longest.count > 3 else { continue }
                count += 1
                // The page may stop at the end of a sentence, or before what differs.
                let begin = longest.split(separator: ". ").first.map(String.init) ?? longest
                #expect(page.contains(begin), "\(file.name) says '\(begin)'")
            }
        }
        #expect(count >= 14, "only \(count) were found; does the pattern still fit the code?")
    }

    /// Sentences that are put together before they are reported, by the file that says them.
    private static let built: [(file: String, words: String)] = [
        ("OpenTransactions.swift", "transaction that its producer has not ended"),
        ("Refusals.swift", "The database refuses what comes of one message alone"),
        ("DocumentFinding.swift", "could not be read and was not what this service had written"),
        ("DocumentFinding.swift", "was changed by somebody else, in a version that had been written"),
        ("Sweeper.swift", "refusal-singled-out"), ("EngineError.swift", "is stopped:"),
        ("LostPosition.swift", "is read again from offset"),
        ("WrittenLog.swift", "was made anew, or has lost its end"), ("WrittenLogWatch.swift", "is not there any more"),
        ("UnreadTopics.swift", "is not read, since policy does not name its agency"),
        ("UnreadTopics.swift", "is to be read and is not there"),
        ("UnreadableRecords.swift", "nothing comes of it though the log goes on"),
        ("UnreadableRecords.swift", "it goes on when it is known whether"),
        ("UnreadableRecords.swift", "it goes on when it is known what can be read"),
        ("ExpiredMessages.swift", "Retention removed"), ("UnreadableRecords.swift", "be unpacked; it goes on when"),
        ("Relay.swift", "The broker refuses to take record"), ("CertificateWatch.swift", "has ended"),
        ("CertificateWatch.swift", "No certificate could be read from"), ("DeliveryBacklog.swift", "failed for good"),
        ("DeliveryBacklog.swift", "nothing carries them"),
        ("Supervision.swift", "Nobody watches what deploy/run has started"),
        ("KafkaAdvice.swift", "has joined under the same name"), ("KafkaAdvice.swift", "The brokers do not allow this"),
        ("CertificateAdvice.swift", "The broker's certificate has expired"),
        ("CertificateAdvice.swift", "is not valid yet"), ("CertificateAdvice.swift", "is not that of the host"),
        ("CertificateAdvice.swift", "The broker refuses the certificate"),
        ("CertificateAdvice.swift", "KAFKA_SSL_CA_LOCATION is not the authority"),
        ("CertificateAdvice.swift", "does not believe the certificate"),
        ("CertificateAdvice.swift", "The broker wants a certificate"),
        ("OperatorRequests.swift", "has not settled request"),
        ("OperatorRequests.swift", "and cannot be withdrawn"), ("LegalHoldCommand.swift", "unknown household"),
        ("LegalHold.swift", "held already under this reference"), ("BrokerSilence.swift", "brokers-lost"),
        ("BrokerSilence.swift", "brokers-back"), ("Engine+Positions.swift", "position-went-back"),
    ]

    @Test("Sentences that ask for something stand in the code and in the runbook", arguments: built)
    func sentences(_ file: String, _ words: String) throws {
        let found = try sources().filter { $0.name.hasSuffix("/" + file) || $0.name == file }
        #expect(found.contains { $0.text.contains(words) }, "\(file) no longer says '\(words)'")
        #expect(flat(try runbook()).contains(words), "the runbook does not know '\(words)'")
    }

    @Test("What is said of a state of PostgreSQL that everybody waits for stands in the runbook, word for word")
    func states() throws {
        let page = flat(try runbook())
        var count = 0
        for (code, sentence) in SQLState.sentences.sorted(by: { $0.key < $1.key }) {
            let whole = code + String(repeating: "0", count: 5 - code.count)
            guard try #require(SQLState(whole)).fault == .surroundings else { continue }
            count += 1
            #expect(page.contains("\"\(sentence)\""), "\(code)")
        }
        #expect(count > 15)
    }

    @Test("Every word for what came of a request or of a letter is explained, and the page is linked")
    func words() throws {
        let page = try runbook()
        for kind in OperatorRequest.Outcome.Kind.allCases {
            #expect(page.contains("| `\(kind.rawValue)` |"), "\(kind)")
        }
        for word in ["open", "settled", "settled-before", "passed"] { #expect(page.contains("`\(word)`"), "\(word)") }
        for file in ["README.md", "deploy/README.md"] {
            let text = try String(contentsOfFile: TestEnvironment.project + "/" + file, encoding: .utf8)
            #expect(text.contains("docs/runbook.md"), "\(file) does not link the runbook")
        }
    }
}
