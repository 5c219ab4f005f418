import Contracts
import KafkaClient
import Safeguarding

/// What the agencies' topics hold in the end, against what they must hold: pure.
struct ChaosVerdict: Sendable {
    /// One notice of a decision, as it stands on an agency's topic.
    struct Notice: Sendable {
        let agency: String
        let noticeID: String
        let kind: String
        let decisionID: String
        /// For a reminder: what it reminds of.
        let about: String?
    }

    private(set) var lost = 0
    private(set) var doubled = 0
    /// The same notice, under the same identifier, on its topic again after a fail-over: its receivers know it by that.
    private(set) var repeats = 0
    /// Whether the database has forgotten commits, so that notices may be repeated.
    var mayRepeat = false
    private(set) var reordered = 0
    private(set) var refused = 0
    private(set) var faults: [String] = []

    /// Whether everything is as it must be.
    var isGood: Bool { lost == 0 && doubled == 0 && reordered == 0 && refused == 0 && faults.isEmpty }

    /// Notices that tell of a decision: of a level that was lowered, or raised.
    private static let told = [NoticeKind.thresholdChanged, .thresholdRaised].map(\.rawValue)

    mutating func require(_ isMet: Bool, _ sentence: @autoclosure () -> String) {
        if !isMet { faults.append(sentence()) }
    }

    /// Each decision has told each agency once, in the order in which its household's decisions were published.
    mutating func judge(_ notices: [Notice], _ said: ChaosLoad.Said, agencies: [String]) {
        for agency in agencies {
            let own = notices.filter { $0.agency == agency && ChaosVerdict.told.contains($0.kind) }
            var places: [String: (place: Int, noticeID: String)] = [:]
            for (place, notice) in own.enumerated() {
                if let first = places[notice.decisionID] {
                    countAgain(isSame: first.noticeID == notice.noticeID)
                } else {
                    places[notice.decisionID] = (place, notice.noticeID)
                }
            }
            for decisions in said.decisions.values {
                var last = -1
                for decision in decisions {
                    guard let place = places[decision]?.place else {
                        lost += 1
                        continue
                    }
                    if place < last { reordered += 1 }
                    last = max(last, place)
                }
            }
        }
    }

    /// Whatever else was said was said once.
    mutating func judgeRepetitions(_ notices: [Notice]) {
        var seen: Set<String> = []
        let told = ChaosVerdict.told + [NoticeKind.acknowledgementOverdue.rawValue]
        for notice in notices where !told.contains(notice.kind) {
            if !seen.insert(notice.noticeID).inserted { countAgain(isSame: true) }
        }
    }

    private mutating func countAgain(isSame: Bool) {
        if isSame, mayRepeat { repeats += 1 } else { doubled += 1 }
    }

    /// Each notice whose clocks have run out was followed by every reminder of its ladder, each once; others by none.
    mutating func judgeReminders(_ notices: [Notice], due: Set<String>, each count: Int) {
        var reminders: [String: Set<String>] = [:]
        for notice in notices {
            guard let about = notice.about else { continue }
            if !reminders[about, default: []].insert(notice.noticeID).inserted { countAgain(isSame: true) }
        }
        lost += due.reduce(0) { $0 + max(0, count - (reminders[$1]?.count ?? 0)) }
        doubled += due.reduce(0) { $0 + max(0, (reminders[$1]?.count ?? 0) - count) }
        let early = reminders.keys.count { !due.contains($0) }
        require(early == 0, "\(early) clocks fired before they were due")
    }

    /// One receipt for each publication, and no refusal but those of records that are no events.
    mutating func judgeReceipts(accepted: [String: Int], refused count: Int, _ said: ChaosLoad.Said) {
        for decision in said.decisions.values.joined() {
            if accepted[decision] == nil { lost += 1 }
        }
        let wanted = said.poison + said.spoilt
        // A refusal that was on its way when the database forgot it is given again.
        refused = mayRepeat ? 0 : max(0, count - wanted)
        require(count >= wanted, "\(wanted - count) records that are no events were not refused")
    }
}
