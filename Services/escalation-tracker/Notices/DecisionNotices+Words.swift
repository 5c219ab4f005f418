import Contracts
import DecisionRules
import Safeguarding

// What notices about decisions say beside the words of whoever decided (N3).
extension DecisionNotices {
    /// Why what was in effect waits again.
    func heldAgain(_ reason: String?) -> String {
        let words =
            "This change was in effect and is held again: somebody who must have a say was not heard, or disputes the record that "
            + "let it go. The child is at the level that it had left."
        return NoticeText.joined([words, reason])
    }

    /// What holds a change beside somebody's view or objection, and in whose place somebody is asked, in words (N3).
    func words(of change: Change, _ children: Set<PersonID>) -> [String] {
        let parts = change.parts.filter { children.contains($0.person) && $0.isOpen }
        var words: [String] = []
        for wait in parts.flatMap({ state.register.waits(of: $0, in: change, under: terms) }) {
            switch wait {
            case .urgentChange:
                words.append("It waits as well until an urgent change that went before is settled by its discussion.")
            case .namedDiscussion(let id):
                words.append("It waits as well until the discussion \(id), which it names, is on record.")
            case .anybodyOnRecord:
                words.append("It waits as well until the discussion is on record at which the enquiry began.")
            case .reconvenedDiscussion, .objection, .view: break
            }
        }
        let absent = parts.reduce(into: Set()) {
            $0.formUnion(state.register.absent(from: $1, in: change, under: terms))
        }
        if change.lapses > 0, let standIn = terms.standIn(besides: change.agency) {
            words += absent.sorted().map { "\($0) takes part no longer; \(standIn) is asked in its place." }
        }
        return words.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func add(_ words: [String], to body: inout NoticeBody) {
        guard !words.isEmpty else { return }
        body.reason = NoticeText.joined(words + [body.reason])
    }

    /// Why a change has ended, in words (N3).
    func ending(_ state: ChangePart.State, of change: Change, because reason: String?) -> String {
        NoticeText.joined([change.words(of: state), reason])
    }
}

extension Change {
    /// How a child's change ended, in words; `nil` while it has not.
    fileprivate func words(of state: ChangePart.State) -> String? {
        switch state {
        case .withdrawn(.takenBack): "\(agency) has taken the change back with version \(version)."
        case .withdrawn(.leftOut): "Version \(version) of the decision leaves the child out."
        case .withdrawn(.discussion(let name)):
            "The strategy discussion \(name.id) that \(name.agency) recorded decided that the enquiry goes on."
        case .withdrawn(.challenge(let challenger)): "The challenge of \(challenger) ended with the decision changed."
        case .withdrawn(.undone): "The child is at the level again that it had left, or at a higher one."
        case .overtaken: "The child's recorded level has changed otherwise meanwhile."
        case .held, .inEffect: nil
        }
    }
}

extension Change? {
    /// Why a challenge of these children's change is about nothing any more (R17).
    func endingWords(of children: Set<PersonID>) -> String {
        let parts = self?.parts.filter { children.contains($0.person) } ?? []
        let words = parts.compactMap { self?.words(of: $0.state) }
            .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return NoticeText.joined(["What was challenged is no more."] + words)
    }
}
