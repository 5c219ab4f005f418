import Contracts
import Glibc
import JSON
import KafkaClient
import PostgresClient
import Safeguarding
import TestSupport
import Testing

/// What shows of deliveries: while it is watched, in logs and metrics, and on the health page.
extension ChannelWalkTests {
    @Test("watch: one line for each change, and an end at Ctrl-C")
    func watching() async throws {
        try await with { partnership, _, _ in
            let watcher = try ServiceChild(
                "keepsight", arguments: ["watch", "D1", "--json"], environment: partnership.environment)
            func lines(atLeast count: Int) async throws -> [String] {
                let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
                while watcher.log.split(separator: "\n").count < count, ContinuousClock.now < end {
                    try await Task.sleep(for: .milliseconds(50))
                }
                return watcher.log.split(separator: "\n").map(String.init)
            }
            #expect(try await lines(atLeast: 1).first?.contains(#""agencies":[]"#) == true)
            let told = try await decide(partnership)
            _ = try await settled(partnership)
            let notice = try #require(told.first { $0.agency == "csc" }?.notice)
            try await partnership.accept(
                "notice.answered", as: "csc",
                data:
                    #"{"noticeId":"\#(notice.noticeID)","by":{"name":"Robin Example","role":"lead"},"answer":"agree"}"#)
            let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
            while !watcher.log.contains(#""answer":"agree""#), ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(50))
            }
            let seen = try await lines(atLeast: 3)
            #expect(Set(seen).count == seen.count, "a line that says nothing new")
            let last = try JSONDocument(parsing: Array((seen.last ?? "").utf8), limits: .event).root
            let csc = last["agencies"]?.elements.first { $0["agency"]?.string == "csc" }
            #expect(csc?["acknowledged"]?.int64 == 1 && csc?["answered"]?.int64 == 1)
            watcher.send(SIGINT)
            #expect(await watcher.ended(withinSeconds: 5))
            #expect(watcher.ending.code == 0 && !watcher.ending.isSignal)
        }
    }

    /// What waits on the notifier's health page, once it says so.
    func attention(_ partnership: Partnership) async throws -> String {
        let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
        while ContinuousClock.now < end {
            let log = await partnership.child("notifier")?.log ?? ""
            if let line = log.split(separator: "\n").first(where: { $0.contains("\"deliveries-wait\"") }) {
                return String(line)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return ""
    }

    @Test(
        "E-mail to a server without STARTTLS waits: the log says how many and why, and so does 'keepsight deliveries'")
    func mailThatWaits() async throws {
        try await with(security: "starttls") { partnership, receivers, _ in
            _ = try await decide(partnership)
            let line = try await attention(partnership)
            #expect(line.contains("wait, the oldest since") || line.contains("waits, the oldest since"), "\(line)")
            #expect(line.contains("KEEPSIGHT_SMTP_SECURITY") && line.contains("\"reason\":\"insecure\""), "\(line)")
            let list = try await partnership.keepsight(["deliveries"])
            #expect(list.status == 0)
            #expect(list.text.contains("waiting") && list.text.contains("insecure"), "\(list.text)")
            #expect(list.text.contains("the oldest since") && list.text.contains("offers no TLS"), "\(list.text)")
            #expect(!list.text.contains("No delivery has failed"), "\(list.text)")
            let states = try await states(partnership)
            #expect(states["email delivered"] == nil && (states["email waiting"] ?? 0) > 0, "\(states)")
        }
    }

    @Test("Failed deliveries show in readiness and in the metrics, and do not make the service unready")
    func visible() async throws {
        try await with(["stage1.school-hill@example.org": "refuse@example.org"]) { partnership, _, _ in
            _ = try await decide(partnership)
            #expect(try await reaches(partnership) { $0["email failed"] == 1 })
            let log = await partnership.child("notifier")?.log ?? ""
            let port = log.split(separator: "\"port\":").dropFirst().first.map { $0.prefix { $0.isNumber } } ?? ""
            func page(_ path: String) async throws -> String {
                let script = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())"
                let child = try ServiceChild(
                    executable: "/usr/bin/python3", arguments: ["-c", script, "http://127.0.0.1:\(port)\(path)"],
                    environment: [:])
                #expect(await child.ended(withinSeconds: 10))
                return child.log
            }
            let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
            var ready = ""
            while !ready.contains("attention"), ContinuousClock.now < end {
                ready = try await page("/readyz")
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(ready.contains(#""ready":true"#) && ready.contains("1 delivery has failed"), "\(ready)")
            let metrics = try await page("/metrics")
            #expect(metrics.contains(#"keepsight_deliveries_failed{channel="email"} 1.0"#))
            #expect(metrics.contains(#"keepsight_delivery_attempts_total{channel="email",result="never-refused"} 1"#))
            #expect(!(await partnership.child("notifier")?.log ?? "").contains("@example.org"), "no address in a log")
        }
    }
}
