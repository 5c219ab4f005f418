import Safeguarding

extension Stage {
    private static let keys = [
        "stage", "challenger", "decider", "standard", "urgent", "contact", "words", "meeting", "enteredBy", "closedBy",
        "alsoTold", "toldAtClosing",
    ]

    init?(_ node: YAMLNode, _ file: inout PolicyFile) {
        guard file.checkKeys(of: node, Stage.keys) else { return nil }
        let number = file.number(node, "stage", in: 1...Ladder.maximumStages)
        let challenger = file.roleHolder(node, "challenger")
        let decider = file.roleHolder(node, "decider")
        let standard = file.clock(node, "standard")
        let urgent = file.clock(node, "urgent")
        if let standard, let urgent {
            for side in LadderSide.allCases where standard[side].isShorter(than: urgent[side]) {
                file.refuse(
                    node["urgent"], "urgent-is-longer",
                    "What is urgent gets no more time than the standard (\(side.rawValue)).")
            }
        }
        let contact = node["contact"] == nil ? nil : file.number(node, "contact", in: AgencyRegister.stages)
        let words = node["words"] == nil ? nil : file.text(node, "words")
        let meeting = file.meeting(node)
        let entered: [Entry] = file.words(node, "enteredBy", rule: "entered-by")
        if node["enteredBy"] != nil, number == 1 {
            file.refuse(node["enteredBy"], "entered-by", "Stage 1 is entered by whoever was told and challenges (R14).")
        }
        let closed: [Closer] = file.words(node, "closedBy", rule: "closed-by")
        let told = file.told(node, "alsoTold")
        let atClosing = file.told(node, "toldAtClosing")
        guard let number, let challenger, let decider, let standard, let urgent else { return nil }
        self.init(
            number: number, challenger: challenger, decider: decider, standard: standard, urgent: urgent,
            contact: contact, words: words, meeting: meeting,
            enteredBy: entered.isEmpty ? [.challenger] : Set(entered),
            closedBy: closed.isEmpty ? [.challenger] : Set(closed), alsoTold: told, toldAtClosing: atClosing)
    }

    /// The same at the ladder's top, where the arbiter closes as well unless the file says who closes.
    func atTop(closedBy named: Bool) -> Stage {
        guard !named else { return self }
        return Stage(
            number: number, challenger: challenger, decider: decider, standard: standard, urgent: urgent,
            contact: contact, words: words, meeting: meeting, enteredBy: enteredBy,
            closedBy: closedBy.union([.arbiter]), alsoTold: alsoTold, toldAtClosing: toldAtClosing)
    }
}

extension Stage.AlsoTold {
    /// The groups, by their words in a ladder's file.
    static let groups: [(word: String, group: Stage.AlsoTold)] = [
        ("line-managers", .lineManagers), ("business-unit", .businessUnit), ("directors", .directors),
        ("all-parties", .allParties),
    ]
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

    /// One length for both sides, or one for each: `{ challenger: { hours: 4 }, decider: { workingDays: 1 } }`
    fileprivate mutating func clock(_ node: YAMLNode, _ key: String) -> Stage.Clock? {
        guard let value = node[key], value["challenger"] != nil || value["decider"] != nil else {
            return length(node, key).map { Stage.Clock(challenger: $0, decider: $0) }
        }
        guard checkKeys(of: value, LadderSide.allCases.map(\.rawValue)) else { return nil }
        guard let challenger = length(value, "challenger"), let decider = length(value, "decider") else { return nil }
        return Stage.Clock(challenger: challenger, decider: decider)
    }

    fileprivate mutating func meeting(_ node: YAMLNode) -> Stage.Meeting? {
        guard let value = node["meeting"], checkKeys(of: value, ["chair"]) else { return nil }
        guard value["chair"] != nil else {
            refuse(value, "meeting-without-chair", "Say who leads the meeting: add the key 'chair'.")
            return nil
        }
        return text(value, "chair").map(Stage.Meeting.init(chair:))
    }

    fileprivate mutating func words<Word: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, _ key: String, rule: String
    ) -> [Word] where Word.RawValue == String {
        guard let value = node[key] else { return [] }
        let elements = list(node, key)
        if value.elements?.isEmpty == true { refuse(value, rule, "'\(key)' names somebody, or is left out.") }
        return elements.compactMap { element in
            guard let word = element.text.flatMap(Word.init(rawValue:)) else {
                let all = Word.allCases.map(\.rawValue).joined(separator: ", ")
                let hint = rule == "closed-by" ? " The side that decided closes nothing (R15)." : ""
                refuse(element, rule, "'\(key)' is of: \(all).\(hint)")
                return nil
            }
            return word
        }
    }

    fileprivate mutating func told(_ node: YAMLNode, _ key: String) -> Set<Stage.AlsoTold> {
        guard node[key] != nil else { return [] }
        var told: Set<Stage.AlsoTold> = []
        for element in list(node, key) {
            if element["role"] != nil {
                guard checkKeys(of: element, ["role"]), let role = text(element, "role") else { continue }
                told.insert(.role(role))
                continue
            }
            guard let found = Stage.AlsoTold.groups.first(where: { $0.word == element.text }) else {
                let all = Stage.AlsoTold.groups.map(\.word).joined(separator: ", ")
                refuse(element, "also-told", "Who else is told is one of: \(all); or a role: { role: NAME }.")
                continue
            }
            told.insert(found.group)
        }
        return told
    }
}
