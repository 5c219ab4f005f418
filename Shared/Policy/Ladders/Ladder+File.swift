import Contracts
import Safeguarding

/// What a ladder says of agencies, which stand in another file: looked at when both are read.
struct LadderReference {
    let place: PolicyPlace
    let named: Named

    enum Named {
        case role(String)
        case arbiter(AgencyCode)
    }
}

extension Ladder {
    /// Stages of a ladder at the most.
    static let maximumStages = 10

    /// Reads every file of the folder `ladders`.
    static func loadAll(
        from directory: String, _ references: inout [LadderReference], _ problems: inout [PolicyProblem]
    )
        -> [String: Ladder]
    {
        var ladders: [String: Ladder] = [:]
        let files = PolicyFile.names(in: directory + "/ladders")
        if files.isEmpty {
            problems.append(
                PolicyProblem(
                    file: "ladders", line: 1, rule: "missing-file",
                    message: "There is no ladder in \(directory)/ladders. Add at least the one that policy.yaml names.")
            )
        }
        for name in files {
            guard let ladder = load(name, from: directory, &references, &problems) else { continue }
            ladders[ladder.name] = ladder
        }
        return ladders
    }

    private static func load(
        _ name: String, from directory: String, _ references: inout [LadderReference],
        _ problems: inout [PolicyProblem]
    ) -> Ladder? {
        var file = PolicyFile(name: "ladders/" + name)
        defer { problems += file.problems }
        guard let root = file.load(from: directory, keys: ["ladder", "title", "arbiter", "limits", "stages"]) else {
            return nil
        }
        let ladder = file.text(root, "ladder")
        let title = file.text(root, "title")
        if let ladder, ladder + ".yaml" != name {
            file.refuse(root["ladder"], "ladder-name", "Name the ladder as its file is named: \(name.dropLast(5)).")
        }
        let arbiter = file.arbiter(root)
        if let arbiter {
            references.append(LadderReference(place: file.place(root["arbiter"]), named: .arbiter(arbiter)))
        }
        let nodes = file.list(root, "stages")
        var stages: [Stage] = []
        for node in nodes {
            guard let stage = Stage(node, &file) else { continue }
            if stage.number != stages.count + 1 {
                // A matter that reached a gap would have nowhere to go.
                file.refuse(
                    node["stage"], "ladder-gap",
                    "Stages count from 1 without a gap: this one is \(stage.number), and \(stages.count + 1) is due.")
            }
            stages.append(stage)
            for (key, told) in [("alsoTold", stage.alsoTold), ("toldAtClosing", stage.toldAtClosing)] {
                for case .role(let role) in told {
                    references.append(LadderReference(place: file.place(node[key] ?? node), named: .role(role)))
                }
            }
        }
        let limits = file.limits(root, top: nodes.count)
        stages = file.closable(stages, nodes)
        guard let ladder, let title, file.problems.isEmpty else { return nil }
        guard !stages.isEmpty else {
            file.refuse(root["stages"], "ladder-empty", "A ladder has at least one stage.")
            return nil
        }
        return Ladder(name: ladder, title: title, stages: stages, limits: limits, arbiter: arbiter)
    }

    /// Refuses what a ladder says of agencies that are not there.
    static func check(
        _ references: [LadderReference], against agencies: AgencyRegister, _ problems: inout [PolicyProblem]
    ) {
        func refuse(_ place: PolicyPlace, _ rule: String, _ message: String) {
            problems.append(PolicyProblem(file: place.file, line: place.line, rule: rule, message: message))
        }
        for reference in references {
            switch reference.named {
            case .role(let role) where !agencies.hasContact(role: role):
                refuse(
                    reference.place, "told-role",
                    "No agency names a contact with the role '\(role)': nobody would be told. Add it to agencies.yaml.")
            case .arbiter(let code) where agencies[code] == nil:
                refuse(reference.place, "unknown-agency", "There is no agency '\(code)' in agencies.yaml.")
            case .arbiter(let code) where [.childrensSocialCare, .hub].contains(agencies[code]?.kind):
                refuse(
                    reference.place, "arbiter",
                    "An arbiter is above both sides, and '\(code)' decides: name the business unit or a scrutineer.")
            case .role, .arbiter: break
            }
        }
    }
}

extension AgencyRegister {
    /// Whether any agency names a contact with that role.
    func hasContact(role: String) -> Bool {
        agencies.values.contains { $0.contacts.contains { $0.role == role } }
    }
}

extension PolicyFile {
    fileprivate func place(_ node: YAMLNode?) -> PolicyPlace { PolicyPlace(file: name, line: node?.line ?? 1) }

    fileprivate mutating func arbiter(_ root: YAMLNode) -> AgencyCode? {
        guard root["arbiter"] != nil, let text = text(root, "arbiter") else { return nil }
        guard let code = AgencyCode(text) else {
            refuse(root["arbiter"], "agency-code", "A code is lower-case letters, digits and single hyphens.")
            return nil
        }
        return code
    }

    /// `limits: [{ stages: [1, 5], standard: …, urgent: … }]`
    fileprivate mutating func limits(_ root: YAMLNode, top: Int) -> [Ladder.Limit] {
        guard root["limits"] != nil else { return [] }
        var limits: [Ladder.Limit] = []
        for node in list(root, "limits") {
            guard checkKeys(of: node, ["stages", "standard", "urgent"]) else { continue }
            let bounds = texts(node, "stages").compactMap { Int($0) }
            let standard = length(node, "standard")
            let urgent = length(node, "urgent")
            guard bounds.count == 2, bounds[0] >= 1, bounds[0] < bounds[1], bounds[1] <= max(top, 1) else {
                refuse(
                    node["stages"] ?? node, "limit-stages",
                    "Give the first and the last of the stages that have the time together, as [1, 5]; the ladder has \(top)."
                )
                continue
            }
            if let standard, let urgent, standard.isShorter(than: urgent) {
                refuse(node["urgent"], "urgent-is-longer", "What is urgent gets no more time than the standard.")
            }
            let stages = bounds[0]...bounds[1]
            if limits.contains(where: { $0.stages.overlaps(stages) }) {
                refuse(node["stages"], "limit-overlap", "A stage shares its time with others once: two limits have it.")
            }
            guard let standard, let urgent else { continue }
            limits.append(Ladder.Limit(stages: stages, standard: standard, urgent: urgent))
        }
        return limits
    }

    /// The stages, if a matter that the sides never agree on can be ended, and only where it may be (R15).
    fileprivate mutating func closable(_ stages: [Stage], _ nodes: [YAMLNode]) -> [Stage] {
        guard problems.isEmpty, let last = stages.last, stages.count == nodes.count else { return stages }
        for (stage, node) in zip(stages, nodes).dropLast() where stage.closedBy.contains(.arbiter) {
            refuse(
                node["closedBy"], "closed-by",
                "An arbiter closes at the last stage alone (R15), and this is stage \(stage.number) of \(stages.count)."
            )
        }
        let node = nodes[nodes.count - 1]
        let top = last.atTop(closedBy: node["closedBy"] != nil)
        if !top.closedBy.contains(.arbiter) {
            refuse(
                node["closedBy"], "ladder-unfinished",
                "A matter on which the sides do not agree could never end: at the last stage the arbiter closes (R15).")
        }
        return stages.dropLast() + [top]
    }
}
