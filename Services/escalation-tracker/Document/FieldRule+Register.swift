import Contracts
import DecisionRules
import Safeguarding

// What only the register's part of a document has.

extension FieldRule where Value == OwnName {
    /// An agency's name of a decision or discussion, `csc/D-1`.
    package static func ownName() -> FieldRule {
        .identifier(
            300, pattern: "^" + OwnName.pattern, "agency's code, a slash, and the agency's identifier",
            limitInSchema: true, refusal: "Give an agency's code, a slash, and the agency's identifier.",
            parse: { OwnName(text: $0) }, text: \.text)
    }
}

extension OwnName {
    /// The members of an object that names what an agency calls its own.
    package static let record = Record(
        { OwnName($0, of: $1) },
        required("id", \.id, .line(), "As the agency has it."),
        required("agency", \.agency, .agency(), "Whose it is."))

    /// How its text begins.
    fileprivate static let pattern = "(?=[a-z0-9-]{2,40}/)[a-z](?:-?[a-z0-9])+/"
}

extension FieldRule where Value == Int {
    /// A version of a decision: 1, 2, … in order.
    package static func decisionVersion() -> FieldRule { .integer(1...1_000_000) }

    /// So many, from 0.
    package static func count() -> FieldRule { .integer(0...1_000_000_000) }
}

extension FieldRule where Value == ChangePart.State {
    /// The state of one child's change: one word, and behind a colon what it was by.
    static func changeState() -> FieldRule {
        .identifier(
            320,
            pattern: "^(?:(?:held|in-effect|overtaken|taken-back|left-out|undone|"
                + "challenge:(?=[a-z0-9-]{2,40}$)[a-z](?:-?[a-z0-9])+)$|discussion:\(OwnName.pattern))",
            "state, and behind a colon what it was by", limitInSchema: true, refusal: "Give a state of a change.",
            parse: { ChangePart.State(text: $0) }, text: \.text)
    }
}

extension ChangePart.State {
    fileprivate init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts.first, parts.dropFirst().first) {
        case ("held", nil): self = .held
        case ("in-effect", nil): self = .inEffect
        case ("overtaken", nil): self = .overtaken
        case ("taken-back", nil): self = .withdrawn(.takenBack)
        case ("left-out", nil): self = .withdrawn(.leftOut)
        case ("undone", nil): self = .withdrawn(.undone)
        case ("discussion", let name?):
            guard let name = OwnName(text: name) else { return nil }
            self = .withdrawn(.discussion(name))
        case ("challenge", let code?):
            guard let agency = AgencyCode(code) else { return nil }
            self = .withdrawn(.challenge(by: agency))
        default: return nil
        }
    }

    fileprivate var text: String {
        switch self {
        case .held: "held"
        case .inEffect: "in-effect"
        case .overtaken: "overtaken"
        case .withdrawn(.takenBack): "taken-back"
        case .withdrawn(.leftOut): "left-out"
        case .withdrawn(.undone): "undone"
        case .withdrawn(.discussion(let name)): "discussion:" + name.text
        case .withdrawn(.challenge(let agency)): "challenge:" + agency.text
        }
    }
}
