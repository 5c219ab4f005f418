import Contracts
import DecisionRules
import Policy
import Safeguarding

// What notices about decisions say beside the words of whoever decided (N3).
extension DecisionNotices {
    /// Why what was in effect waits again.
    func heldAgain(_ reason: String?) -> String {
        let words =
            "This change was in effect and is held again: an agency that must have a say was not heard, or disputes the record that "
            + "let it take effect. The child is back at the level that it had left."
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
                words.append("It waits as well until the strategy discussion \(id), which it names, is on record.")
            case .anybodyOnRecord:
                words.append("It waits as well until the strategy discussion is on record at which the enquiry began.")
            case .reconvenedDiscussion, .objection, .view: break
            }
        }
        let absent = parts.reduce(into: Set()) {
            $0.formUnion(state.register.absent(from: $1, in: change, under: terms))
        }
        if change.lapses > 0, let standIn = terms.standIn(besides: change.agency) {
            let instead = policy.agencies.name(of: standIn)
            words += absent.sorted().map {
                "\(policy.agencies.name(of: $0)) no longer takes part; \(instead) is asked in its place."
            }
        }
        return words.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// That the children of a change which has ended are where they were and it never took effect, if that is so of all (N3).
    func stateAfterEnd(of children: Set<PersonID>, _ change: Change, version: Int) -> ChangeState? {
        let isWhereItWas = children.allSatisfy { person in
            let part = change.parts.last { $0.person == person && $0.version == version } ?? change.part(of: person)
            return part.map { $0.effectiveAt == nil && $0.from == state.register.children[person]?.level } ?? false
        }
        return isWhereItWas ? .unchanged : nil
    }

    func add(_ words: [String], to body: inout NoticeBody) {
        guard !words.isEmpty else { return }
        body.reason = NoticeText.joined(words + [body.reason])
    }

    /// Why a change has ended, in words (N3).
    func ending(_ state: ChangePart.State, of change: Change, because reason: String?) -> String {
        NoticeText.joined([change.words(of: state, policy.agencies), reason])
    }
}

extension Change {
    /// How a child's change ended, in words; `nil` while it has not.
    fileprivate func words(of state: ChangePart.State, _ agencies: AgencyRegister) -> String? {
        switch state {
        case .withdrawn(.takenBack):
            "\(agencies.name(of: agency)) has taken the change back with version \(version) of the decision."
        case .withdrawn(.leftOut): "Version \(version) of the decision leaves the child out."
        case .withdrawn(.discussion(let name)):
            "The strategy discussion \(name.id), recorded by \(agencies.name(of: name.agency)), decided that the enquiry goes on."
        case .withdrawn(.challenge(let challenger)):
            "The challenge by \(agencies.name(of: challenger)) ended with the decision changed."
        case .withdrawn(.undone): "The child is back at the level that it had left, or at a higher one."
        case .overtaken: "Another decision has changed the child's level in the meantime."
        case .held, .inEffect: nil
        }
    }
}

extension Change? {
    /// Why a challenge of these children's change is about nothing any more (R17).
    func endingWords(of children: Set<PersonID>, _ agencies: AgencyRegister) -> String {
        let parts = self?.parts.filter { children.contains($0.person) } ?? []
        let words = parts.compactMap { self?.words(of: $0.state, agencies) }
            .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return NoticeText.joined(["What was challenged no longer applies."] + words)
    }
}
