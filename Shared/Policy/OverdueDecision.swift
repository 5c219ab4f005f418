import Safeguarding

/// How a decision on a referral that stays overdue moves up the hub (rows T1 and B2): first its contact of stage 2, then a
/// stage each time that `every` passes.
public struct OverdueDecision: Sendable, Equatable {
    /// Between two stages.
    public let every: ClockLength
    /// The last stage of the hub that is told, 2 to 5.
    public let upToStage: Int
    /// Whether the business unit is told with the last stage.
    public let tellsBusinessUnit: Bool
}

extension OverdueDecision {
    init?(_ root: YAMLNode, _ file: inout PolicyFile) {
        guard let node = root["overdueDecision"] else {
            file.refuse(root, "missing-key", "Add the key 'overdueDecision'.")
            return nil
        }
        guard file.checkKeys(of: node, ["every", "upToStage", "businessUnit"]) else { return nil }
        let every = file.length(node, "every")
        let stage = file.number(node, "upToStage", in: 2...AgencyRegister.stages.upperBound)
        let told = file.flag(node, "businessUnit")
        guard let every, let stage, let told else { return nil }
        self.init(every: every, upToStage: stage, tellsBusinessUnit: told)
    }
}

extension PolicyFile {
    /// `true` or `false`.
    mutating func flag(_ node: YAMLNode, _ key: String) -> Bool? {
        guard let text = text(node, key) else { return nil }
        guard let flag = Bool(text) else {
            refuse(node[key], "wrong-type", "'\(key)' is true or false.")
            return nil
        }
        return flag
    }
}
