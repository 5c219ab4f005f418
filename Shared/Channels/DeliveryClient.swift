import CCurl
import Dispatch

/// Carries e-mails and webhooks by libcurl, several beside each other, each on a thread of its own: its calls block.
public final class DeliveryClient: Sendable {
    /// One thing to be carried.
    public enum DeliveryRequest: Sendable {
        /// An e-mail, by this server, with this password if the server asks.
        case mail(Mail, MailServer, password: String?)
        /// A webhook with its headers; certificates of those who vouch for the receiver, if not the system's.
        case webhook(WebhookMessage, headers: [(name: String, value: String)], caFile: String? = nil)
    }

    /// Requests carried at once, at the most.
    public static let maximumRequests = 16

    private static let isPrepared = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let queue = DispatchQueue(label: "keepsight.deliveries")
    private let timeoutMilliseconds: Int

    /// A client that gives each request so long, and a mail server that hangs as long again for its goodbye.
    public init(timeoutMilliseconds: Int = 20_000) {
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// Carries the requests, and says how each ended, in their order. Returns early when the task is cancelled: those under way
    /// have then ended with `stopped`.
    public func carry(_ requests: [DeliveryRequest]) async -> [TransferResult] {
        let flag = StopFlag()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    continuation.resume(
                        returning: self.run(Array(requests.prefix(DeliveryClient.maximumRequests)), flag))
                }
            }
        } onCancel: {
            flag.raise()
        }
    }

    private func run(_ requests: [DeliveryRequest], _ flag: StopFlag) -> [TransferResult] {
        guard DeliveryClient.isPrepared else { return requests.map { _ in TransferResult(.notStarted, status: 0) } }
        let transfers = requests.map(transfer(for:))
        defer { for transfer in transfers { keepsight_transfer_free(transfer) } }
        var started = transfers.compactMap { $0 } as [UnsafeMutablePointer<keepsight_transfer>?]
        keepsight_transfers_run(&started, started.count, flag.pointer)
        return transfers.map { transfer in
            guard let transfer else { return TransferResult(.notStarted, status: 0) }
            return TransferResult(transport(transfer.pointee.result), status: transfer.pointee.status)
        }
    }

    private func transfer(for request: DeliveryRequest) -> UnsafeMutablePointer<keepsight_transfer>? {
        switch request {
        case .mail(let mail, let server, let password):
            let bytes = mail.bytes.map { CChar(bitPattern: $0) }
            return keepsight_mail_new(
                server.url, "<\(mail.from)>", "<\(mail.to)>", bytes, bytes.count, timeoutMilliseconds,
                server.security == .starttls ? 1 : 0, server.caFile, server.user, password)
        case .webhook(let message, let headers, let caFile):
            let bytes = message.body.map { CChar(bitPattern: $0) }
            guard
                let transfer = keepsight_post_new(
                    message.url, bytes, bytes.count, timeoutMilliseconds, caFile)
            else { return nil }
            for (name, value) in headers where keepsight_transfer_header(transfer, "\(name): \(value)") == 0 {
                keepsight_transfer_free(transfer)
                return nil
            }
            return transfer
        }
    }

    private func transport(_ code: CURLcode) -> TransferResult.Transport {
        switch code {
        case CURLE_OK: .completed
        case CURLE_ABORTED_BY_CALLBACK: .stopped
        case CURLE_OPERATION_TIMEDOUT: .tooSlow
        case CURLE_LOGIN_DENIED: .loginRefused
        case CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE:
            .insecure
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .notStarted
        default: .unreachable
        }
    }
}

/// A number that one thread sets and libcurl's loop looks at. Unchecked: both go through atomic instructions.
private final class StopFlag: @unchecked Sendable {
    let pointer = UnsafeMutablePointer<CInt>.allocate(capacity: 1)

    init() { pointer.initialize(to: 0) }

    deinit { pointer.deallocate() }

    func raise() { keepsight_flag_raise(pointer) }
}
