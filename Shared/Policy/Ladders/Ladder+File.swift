import Safeguarding

extension Ladder {
    /// Stages of a ladder at the most: every agency names a contact for each of so many.
    static let maximumStages = AgencyRegister.stages.upperBound

    /// Reads every file of the folder `ladders`.
    static func loadAll(from directory: String, _ problems: inout [PolicyProblem]) -> [String: Ladder] {
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
            guard let ladder = load(name, from: directory, &problems) else { continue }
            ladders[ladder.name] = ladder
        }
        return ladders
    }

    private static func load(_ name: String, from directory: String, _ problems: inout [PolicyProblem]) -> Ladder? {
        var file = PolicyFile(name: "ladders/" + name)
        defer { problems += file.problems }
        guard let root = file.load(from: directory, keys: ["ladder", "title", "stages"]) else { return nil }
        let ladder = file.text(root, "ladder")
        let title = file.text(root, "title")
        if let ladder, ladder + ".yaml" != name {
            file.refuse(root["ladder"], "ladder-name", "Name the ladder as its file is named: \(name.dropLast(5)).")
        }
        var stages: [Stage] = []
        for node in file.list(root, "stages") {
            guard let stage = Stage(node, &file) else { continue }
            if stage.number != stages.count + 1 {
                // A matter that reached a gap would have nowhere to go.
                file.refuse(
                    node["stage"], "ladder-gap",
                    "Stages count from 1 without a gap: this one is \(stage.number), and \(stages.count + 1) is due.")
            }
            stages.append(stage)
        }
        guard let ladder, let title, file.problems.isEmpty else { return nil }
        guard !stages.isEmpty else {
            file.refuse(root["stages"], "ladder-empty", "A ladder has at least one stage.")
            return nil
        }
        return Ladder(name: ladder, title: title, stages: stages)
    }
}

extension Stage {
    fileprivate init?(_ node: YAMLNode, _ file: inout PolicyFile) {
        let keys = ["stage", "challenger", "decider", "standard", "urgent", "alsoTold"]
        guard file.checkKeys(of: node, keys) else { return nil }
        let number = file.number(node, "stage", in: 1...Ladder.maximumStages)
        let challenger = file.roleHolder(node, "challenger")
        let decider = file.roleHolder(node, "decider")
        let standard = file.length(node, "standard")
        let urgent = file.length(node, "urgent")
        var told: Set<AlsoTold> = []
        for element in node["alsoTold"] == nil ? [] : file.list(node, "alsoTold") {
            guard let one = element.text.flatMap(AlsoTold.init(rawValue:)) else {
                let all = AlsoTold.allCases.map(\.rawValue).joined(separator: ", ")
                file.refuse(element, "also-told", "Who else is told is one of: \(all).")
                continue
            }
            told.insert(one)
        }
        guard let number, let challenger, let decider, let standard, let urgent else { return nil }
        if standard.isShorter(than: urgent) {
            file.refuse(node["urgent"], "urgent-is-longer", "What is urgent gets no more time than the standard.")
        }
        self.init(
            number: number, challenger: challenger, decider: decider, standard: standard, urgent: urgent,
            alsoTold: told)
    }
}

extension PolicyFile {
    /// A stage that nobody holds would let a matter rest there (row B3).
    fileprivate mutating func roleHolder(_ node: YAMLNode, _ key: String) -> String? {
        guard node[key] != nil else {
            refuse(node, "stage-without-role-holder", "Say who this stage is for: add the key '\(key)'.")
            return nil
        }
        return text(node, key)
    }
}
