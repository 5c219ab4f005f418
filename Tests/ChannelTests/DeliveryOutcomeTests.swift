import Channels
import Testing

/// What an answer of a mail server or a receiver means for a delivery.
struct DeliveryOutcomeTests {
    @Test(
        "A mail server's answer: 2xx delivered, 4xx later, 5xx never; trouble before it counts against no e-mail",
        arguments: [
            (.completed, 250, .delivered), (.unreachable, 450, .later(.askedToWait)),
            (.unreachable, 550, .never(.refused)), (.completed, 554, .never(.refused)),
            (.unreachable, 0, .paused(.unreachable)), (.insecure, 220, .paused(.insecure)),
            (.loginRefused, 535, .paused(.loginRefused)), (.tooSlow, 354, .later(.tooSlow)),
            (.tooSlow, 0, .paused(.tooSlow)),
            (.unreachable, 354, .later(.unreachable)), (.unreachable, 250, .later(.unreachable)),
            (.stopped, 250, .untried), (.notStarted, 0, .untried),
        ] as [(TransferResult.Transport, Int, DeliveryOutcome)])
    func mail(_ transport: TransferResult.Transport, _ status: Int, _ expected: DeliveryOutcome) {
        #expect(DeliveryOutcome.ofMail(TransferResult(transport, status: status)) == expected)
    }

    @Test(
        "A receiver's answer: 2xx delivered; 5xx, 408, 425 and 429 later; 410 gone; other 3xx and 4xx never",
        arguments: [
            (.completed, 200, .delivered), (.completed, 204, .delivered), (.completed, 301, .never(.refused)),
            (.completed, 400, .never(.refused)), (.completed, 401, .never(.refused)),
            (.completed, 404, .never(.refused)),
            (.completed, 408, .later(.askedToWait)), (.completed, 410, .never(.gone)),
            (.completed, 425, .later(.askedToWait)), (.completed, 429, .later(.askedToWait)),
            (.completed, 500, .later(.askedToWait)), (.completed, 503, .later(.askedToWait)),
            (.completed, 0, .later(.notUnderstood)), (.unreachable, 0, .later(.unreachable)),
            (.tooSlow, 0, .later(.tooSlow)), (.insecure, 0, .later(.insecure)), (.stopped, 0, .untried),
        ] as [(TransferResult.Transport, Int, DeliveryOutcome)])
    func webhook(_ transport: TransferResult.Transport, _ status: Int, _ expected: DeliveryOutcome) {
        #expect(DeliveryOutcome.ofWebhook(TransferResult(transport, status: status)) == expected)
    }
}
