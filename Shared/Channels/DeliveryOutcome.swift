/// How a transfer ended, as libcurl says it.
public struct TransferResult: Sendable, Equatable {
    /// What ended it, beside an answer.
    public enum Transport: Sendable, Equatable {
        /// The other side has answered to everything.
        case completed
        /// Nobody was reached, or the connection broke.
        case unreachable
        /// It took too long.
        case tooSlow
        /// TLS was not offered, or who answered is not who should.
        case insecure
        /// The server does not know our user and password.
        case loginRefused
        /// We were told to stop.
        case stopped
        /// We could not even begin.
        case notStarted
    }

    /// What ended it.
    public let transport: Transport
    /// The HTTP status, or the mail server's last reply code; 0 where nobody has answered.
    public let status: Int

    /// How a transfer ended.
    public init(_ transport: Transport, status: Int) {
        self.transport = transport
        self.status = status
    }
}

/// What is to be made of how a transfer ended: pure.
public enum DeliveryOutcome: Sendable, Equatable {
    /// The other side has it.
    case delivered
    /// It may succeed later, for the named reason.
    case later(Reason)
    /// It never will without somebody who changes something.
    case never(Reason)
    /// Our own mail server is not there, or not as it must be: that says nothing of the recipient, and every e-mail waits.
    case paused(Reason)
    /// It has not been tried: nothing is to be counted.
    case untried

    /// Why a delivery has not come about: a word for tables and metrics.
    public enum Reason: String, CaseIterable, Sendable {
        /// Nobody answers there.
        case unreachable
        /// There was no answer in time.
        case tooSlow = "too-slow"
        /// The way there is not kept secret as it must be.
        case insecure
        /// Our own user or password is wrong.
        case loginRefused = "login-refused"
        /// The other side asks to come later (SMTP 4xx; HTTP 408, 425, 429, 5xx).
        case askedToWait = "asked-to-wait"
        /// The other side does not take it (SMTP 5xx; HTTP 3xx and 4xx).
        case refused
        /// There is no longer anybody under that address (HTTP 410).
        case gone
        /// Nothing that we read in the answer.
        case notUnderstood = "not-understood"
        /// Every attempt has been made.
        case gaveUp = "gave-up"
        /// The secret that it is to be signed with cannot be read, or the contact is no longer one.
        case notPrepared = "not-prepared"
    }

    /// Of an e-mail. What goes wrong before the server has heard of the recipient is no fault of the recipient's: nothing is
    /// counted against the e-mail, however long it lasts.
    public static func ofMail(_ result: TransferResult) -> DeliveryOutcome {
        switch result.transport {
        case .completed: break
        case .unreachable where result.status != 0: break
        case .unreachable: return .paused(.unreachable)
        case .tooSlow: return result.status == 0 ? .paused(.tooSlow) : .later(.tooSlow)
        case .insecure: return .paused(.insecure)
        case .loginRefused: return .paused(.loginRefused)
        case .stopped, .notStarted: return .untried
        }
        switch result.status {
        case 200..<300: return result.transport == .completed ? .delivered : .later(.unreachable)
        case 400..<500: return .later(.askedToWait)
        case 500..<600: return .never(.refused)
        default: return .later(result.transport == .completed ? .notUnderstood : .unreachable)
        }
    }

    /// By the receiver's HTTP status: 2xx is delivered; 408, 425, 429 and 5xx are tried again, other 3xx and 4xx never.
    public static func ofWebhook(_ result: TransferResult) -> DeliveryOutcome {
        switch result.transport {
        case .completed: break
        case .unreachable: return .later(.unreachable)
        case .tooSlow: return .later(.tooSlow)
        case .insecure: return .later(.insecure)
        case .loginRefused: return .never(.refused)
        case .stopped, .notStarted: return .untried
        }
        switch result.status {
        case 200..<300: return .delivered
        case 408, 425, 429, 500..<600: return .later(.askedToWait)
        case 410: return .never(.gone)
        case 300..<500: return .never(.refused)
        default: return .later(.notUnderstood)
        }
    }
}

extension DeliveryOutcome.Reason {
    /// What somebody who answers for the service can do about it, as a sentence. For e-mail it is our own mail server that has
    /// to be looked at; for a webhook the receiver's.
    public func advice(isMail: Bool) -> String {
        switch self {
        case .unreachable:
            isMail
                ? "nobody answers at KEEPSIGHT_SMTP_URL; see whether the server runs and can be reached from here."
                : "nobody answers there; ask the agency whether its server runs."
        case .tooSlow:
            isMail
                ? "the server at KEEPSIGHT_SMTP_URL takes too long; see what it is busy with."
                : "there is no answer in time; ask the agency what its server is busy with."
        case .insecure:
            isMail
                ? "the server at KEEPSIGHT_SMTP_URL offers no TLS, or nobody vouches for its certificate; see "
                    + "KEEPSIGHT_SMTP_SECURITY and KEEPSIGHT_SMTP_CA_FILE."
                : "nobody vouches for the receiver's certificate; see KEEPSIGHT_WEBHOOK_CA_FILE, or ask the agency."
        case .loginRefused:
            "the server does not take our user and password; see KEEPSIGHT_SMTP_USER and KEEPSIGHT_SMTP_PASSWORD_FILE."
        case .askedToWait: "the other side asks to come later; nothing to do unless it lasts."
        case .refused: "the other side does not take it; ask the agency, and correct agencies.yaml if it is wrong."
        case .gone: "there is nobody under that address any more; ask the agency, and correct agencies.yaml."
        case .notUnderstood: "the answer was not one that we understand; ask who runs that server."
        case .gaveUp: "every attempt was made; ask the agency whether its server is there, then retry."
        case .notPrepared: "the policy has this contact no longer; tell the agency by other means."
        }
    }
}
