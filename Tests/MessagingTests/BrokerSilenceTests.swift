import KafkaClient
import Testing

@testable import Messaging

/// What the log says when nobody answers, and what certificates want.
struct BrokerSilenceTests {
    private let start = ContinuousClock.now

    /// Looks at a consumer that is answered, or not since a moment, so many seconds after the start.
    private func look(_ silence: inout BrokerSilence, _ second: Int, silentSince: Int?) -> BrokerSilence.News? {
        silence.look(
            ReadingState(
                silentSince: silentSince.map { start + .seconds($0) }, isMember: true, memberSince: start, partitions: 1
            ),
            now: start + .seconds(second))
    }

    @Test("All brokers gone is one line when it begins and one when it is over, however long it lasts")
    func once() {
        var silence = BrokerSilence()
        #expect(look(&silence, 0, silentSince: nil) == nil)
        #expect(look(&silence, 10, silentSince: 7) == .lost)
        for second in 11..<500 { #expect(look(&silence, second, silentSince: 7) == nil) }
        #expect(look(&silence, 500, silentSince: nil) == .back(seconds: 493))
        #expect(look(&silence, 501, silentSince: nil) == nil)
    }

    @Test("Brokers that come and go are one line a minute, and one that stay away after that are said")
    func flapping() {
        var silence = BrokerSilence()
        var news: [BrokerSilence.News] = []
        for second in 0..<60 {
            news += [look(&silence, second, silentSince: second % 2 == 0 ? second : nil)].compactMap(\.self)
        }
        #expect(news == [.lost, .back(seconds: 1)])
        #expect(look(&silence, 61, silentSince: 60) == .lost)
    }

    @Test("Whose certificate it is, what is wrong with it and what to do is said for each fault")
    func certificates() {
        let verify = "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed"
        let faults: [(Int32, String)] = [
            (10, "The broker's certificate has expired"), (9, "not valid yet"), (62, "is not that of the host"),
            (64, "is not that of the host"), (19, "KAFKA_SSL_CA_LOCATION is not the authority"), (23, "X509_V_ERR 23"),
        ]
        for (code, words) in faults {
            let advice = CertificateAdvice.sentence(for: verify, broker: BrokerCertificateProblem(code: code))
            #expect(advice?.contains(words) == true, "\(code): \(advice ?? "")")
        }
        let alerts = [
            ("sslv3 alert certificate expired", "has expired"), ("tlsv1 alert unknown ca", "another authority"),
            ("sslv3 alert certificate unknown", "another authority"),
            ("tlsv13 alert certificate required", "was given none"),
        ]
        for (alert, words) in alerts {
            let advice = CertificateAdvice.sentence(for: "error:0A000415:SSL routines::" + alert, broker: nil)
            #expect(advice?.contains(words) == true, "\(alert): \(advice ?? "")")
        }
        #expect(CertificateAdvice.sentence(for: "Connection refused", broker: .expired) == nil)
        #expect(BrokerCertificateProblem(code: 0) == nil)
    }
}
