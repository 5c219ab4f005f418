import Synchronization
import Testing

@testable import ServiceRuntime

struct TestSwitchesTests {
    private func read(_ special: [String: String]) throws(SettingsError) -> ServiceSettings {
        let needed = ["KAFKA_BOOTSTRAP_SERVERS": "k:1", "KEEPSIGHT_DATABASE_URL": "postgresql://d"]
        return try ServiceSettings.read(
            service: "x", defaultPort: 1, environment: needed.merging(special) { $1 })
    }

    @Test(
        "A setting that makes a service fail on purpose is refused without the second one",
        arguments: [("KEEPSIGHT_FAILPOINTS", "relay.afterProduce=kill"), ("KEEPSIGHT_WITHOUT_GUARDS", "inbox")])
    func needsConsent(_ name: String, _ value: String) throws {
        for consent in [nil, "", "yes", "1"] {
            var special = [name: value]
            special[TestSwitches.consentName] = consent
            do throws(SettingsError) {
                _ = try read(special)
                Issue.record("\(name) is accepted with \(consent ?? "nothing")")
            } catch {
                #expect(error.problems.count == 1)
                #expect(error.description.contains(name) && error.description.contains(TestSwitches.consentName))
            }
        }
        #expect(try read(TestSwitches.consenting([name: value])).testSwitches.active == [name])
    }

    @Test("Set to nothing they need no consent; with it they are announced as an error and stay in health")
    func announced() throws {
        let plain = try read(["KEEPSIGHT_FAILPOINTS": "", "KEEPSIGHT_WITHOUT_GUARDS": ""])
        #expect(plain.testSwitches.active.isEmpty)
        #expect(TestSwitches.consenting(["A": "b"]) == ["A": "b"])
        let lines = Mutex<[String]>([])
        let log = Log(service: "x", format: .json, level: .error) { line in lines.withLock { $0.append(line) } }
        let health = HealthState()
        plain.testSwitches.announce(to: log, health)
        #expect(lines.withLock { $0.isEmpty } && health.status(of: .testSwitches) == nil)
        try read(TestSwitches.consenting(["KEEPSIGHT_WITHOUT_GUARDS": "inbox"])).testSwitches.announce(to: log, health)
        #expect(lines.withLock { $0.first }?.contains("KEEPSIGHT_WITHOUT_GUARDS is in force") == true)
        let status = try #require(health.status(of: .testSwitches))
        #expect(status.word == "attention" && status.reason.contains("Unset it"))
    }
}
