import Channels
import Contracts
import Foundation
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// The only broker is killed: services say so within seconds. What stands on its disk is looked at, too.
@Suite(.enabled(if: TestEnvironment.canBreakBrokers, "needs KAFKA_HOME, since brokers are killed"))
struct BrokerGoneTests {
    @Test(
        "trial F1: services without a broker are unready within seconds, and ready again by themselves when it is back",
        .timeLimit(TestEnvironment.minutes(10)))
    func killed() async throws {
        try await OwnBroker.with { broker in
            try await withPartnership(on: broker.servers) { partnership in
                try await SampleEvents.prologue(partnership, children: 1)
                try await checkCodecs(partnership, broker)
                for service in Partnership.services {
                    try await partnership.await(service) { $0.contains("\"ready\":true") }
                }
                try await broker.fault("broker-kill", "1")
                let killed = ContinuousClock.now
                for service in Partnership.services {
                    try await partnership.await(service) { page in
                        page.contains("\"ready\":false") && page.contains("No broker can be reached")
                    }
                }
                #expect(killed.duration(to: .now) < .seconds(15 * TestEnvironment.patience))
                try await broker.fault("broker-start", "1")
                for service in Partnership.services {
                    try await partnership.await(service) { $0.contains("\"ready\":true") }
                }
                for service in Partnership.services {
                    let log = try #require(await partnership.child(service)?.log)
                    #expect(!log.contains("Partitions go to another replica"), "they were lost, to nobody")
                }
                try await partnership.accept(
                    "involvement.opened", as: "housing", data: SampleEvents.involvement("HSG", children: 1))
            }
        }
    }

    /// T1, trial B10: the batches of topics that outsiders read have no codec, as they stand in the log.
    private func checkCodecs(_ partnership: Partnership, _ broker: OwnBroker) async throws {
        let agency = try #require(AgencyCode("csc"))
        #expect(try codecs(of: partnership.topics.notices(of: agency).name, broker) == [0])
        #expect(
            try codecs(of: partnership.topics.events(of: agency).name, broker).contains(3),
            "lz4: the look is a good one")
    }

    private func codecs(of topic: String, _ broker: OwnBroker) throws -> Set<UInt8> {
        let files = try FileManager.default.subpathsOfDirectory(atPath: broker.folder).filter {
            $0.contains("/\(topic)-0/") && $0.hasSuffix(".log")
        }
        let path = try #require(files.first, "a log of \(topic)")
        let bytes = [UInt8](try #require(FileManager.default.contents(atPath: broker.folder + "/" + path)))
        var (place, codecs) = (0, Set<UInt8>())
        // Base offset (8 bytes), length (4), leader epoch (4), magic (1), CRC (4), attributes (2): the codec is its last three bits.
        while place + 23 <= bytes.count {
            let length = bytes[place + 8..<place + 12].reduce(0) { $0 << 8 | Int($1) }
            codecs.insert(bytes[place + 22] & 7)
            place += 12 + length
        }
        return codecs
    }
}

extension Partnership {
    /// Waits until a service's page about its health is like that.
    fileprivate func await(_ service: String, _ fits: (String) -> Bool) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
        var page = ""
        while ContinuousClock.now < end {
            if let port = child(service)?.port {
                page = try await OwnThread.run {
                    String(
                        decoding: HTTPGet.page("http://127.0.0.1:\(port)/readyz", timeoutMilliseconds: 10_000).body,
                        as: UTF8.self)
                }
                if fits(page) { return }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Missing("\(service) says of itself:\n\(page)")
    }
}

extension ServiceChild {
    /// Where its log says that its pages are.
    fileprivate var port: UInt16? {
        log.split(separator: "\"port\":").dropFirst().first.flatMap { UInt16($0.prefix(while: \.isNumber)) }
    }
}
