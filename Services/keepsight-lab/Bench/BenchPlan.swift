/// What is to be measured.
struct BenchPlan: Sendable {
    /// Decisions that are not counted, before the others.
    let warmUp: Int
    let events: Int
    let households: Int
    /// Decisions under way at once at the most.
    let outstanding: Int
    let rate: Int
    let seconds: Int
    /// Clocks to arm, if they are to be measured.
    let deadlines: Int?
    /// Past events of one household, if that is to be measured.
    let history: Int?
    /// Agencies that are told of one change, if that is to be measured.
    let participants: Int?
    /// Open challenges whose clocks fall due at once, if they are to be measured.
    let escalations: Int?
}
