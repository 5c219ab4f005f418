import EscalationTrackerSpec
import MashScreenerSpec
import Messaging
import NotifierSpec
import ReferralIntakeSpec

/// Which services there are, for whoever needs all of them: the command lines and tests.
public enum ServiceRegistry {
    /// In the order in which they are started and their schemas are made.
    public static let all: [ServiceSpec] = [
        ReferralIntakeSpec.service, MashScreenerSpec.service, EscalationTrackerSpec.service, NotifierSpec.service,
    ]

    /// Their names, in the same order.
    public static let names = all.map(\.name)

    /// The kinds of deadlines that any of them sets.
    public static let deadlines = all.flatMap(\.deadlines)
}
