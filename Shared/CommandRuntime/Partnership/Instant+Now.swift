import FoundationEssentials
import Safeguarding

extension Instant {
    /// By this machine's clock.
    public static var now: Instant {
        Instant(microsecondsSinceEpoch: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
    }
}
