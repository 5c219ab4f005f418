import Foundation
import Synchronization
import Testing

@testable import ServiceRuntime

struct HealthAndLogTests {
    /// What no document may be broken by.
    static let hostile = "a\tb\"c\\d\ne\rf\u{1B}[2Jg\u{85}h\u{2028}i\u{0}j\u{7F}"

    @Test("trial B12: whatever stands in a reason, the health page is JSON and says it")
    func healthPage() throws {
        let health = HealthState()
        health.report(.kafka, .degraded(Self.hostile))
        health.report(HealthState.Component(rawValue: "odd \"\t\" name"), .down(Self.hostile))
        let page = health.json
        #expect(page.dropLast().allSatisfy { !$0.isNewline }, "one line")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(page.utf8)) as? [String: Any])
        let components = try #require(object["components"] as? [String: [String: String]])
        #expect(components["kafka"] == ["status": "degraded", "reason": Self.hostile])
        #expect(components["odd \"\t\" name"]?["reason"] == Self.hostile)
    }

    @Test("Health: parts of a service's own follow the common ones by name, and none stands without a reason but ok")
    func order() throws {
        let health = HealthState()
        for name in ["webhooks", "assignment", "email"] {
            health.report(HealthState.Component(rawValue: name), .attention("Look at it."))
        }
        health.report(.relay, .down(""))
        let page = health.json
        let names = (HealthState.Component.common.map(\.rawValue) + ["assignment", "email", "webhooks"])
        let places = try names.map { try #require(page.range(of: "\"\($0)\":{")).lowerBound }
        #expect(places == places.sorted())
        #expect(!page.contains("\"reason\":\"\""))
        #expect(!health.isReady)
    }

    @Test("trial B12: a log line is one line of JSON, and one line for people, whatever stands in it")
    func logLines() throws {
        let lines = Mutex<[String]>([])
        for format in LogFormat.allCases {
            let log = Log(service: "x", format: format, level: .info) { line in lines.withLock { $0.append(line) } }
            log.error("e", Self.hostile, .id("i", Self.hostile))
        }
        let (json, text) = try lines.withLock { (try #require($0.first), try #require($0.last)) }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
        #expect(object["message"] == Self.hostile)
        #expect(object["i"] == Self.hostile)
        for line in [json, text] {
            #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(line)")
        }
    }

    @Test("trial F15: the time of a log line is RFC 3339 with its offset, whatever TZ is set")
    func time() throws {
        #expect(LogTime.text(secondsSinceEpoch: 1_793_216_771, milliseconds: 42) == "2026-10-28T19:46:11.042Z")
        for (seconds, day) in [
            (0, "1970-01-01"), (951_782_400, "2000-02-29"), (951_868_800, "2000-03-01"), (4_107_542_399, "2100-02-28"),
            (4_107_542_400, "2100-03-01"),
        ] { #expect(LogTime.text(secondsSinceEpoch: seconds, milliseconds: 0).hasPrefix(day + "T")) }
        let old = ProcessInfo.processInfo.environment["TZ"]
        setenv("TZ", "Asia/Tokyo", 1)
        tzset()
        defer {
            if let old { setenv("TZ", old, 1) } else { unsetenv("TZ") }
            tzset()
        }
        let lines = Mutex<[String]>([])
        Log(service: "x", format: .text, level: .info) { line in lines.withLock { $0.append(line) } }.info("e", "M.")
        let stamp = try #require(lines.withLock { $0.first }?.split(separator: " ").first)
        let style = ISO8601DateFormatter()
        style.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let date = try #require(style.date(from: String(stamp)), "\(stamp)")
        #expect(abs(date.timeIntervalSinceNow) < 600, "\(stamp)")
    }
}
