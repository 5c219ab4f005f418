import JSON

extension JSONDocument {
    /// Every string, key or value, that no event may hold: with a control character, or past the limit of all texts. Line
    /// feeds and tabs, and what changes the direction of writing, are the fields' own matter.
    func refuseUnfitTexts(_ pointerRoot: String, _ reasons: inout RefusalReasons) {
        guard !marks.isDisjoint(with: [.controls, .tooLong]) else { return }
        let encoded = pointerRoot.isEmpty ? root["data_base64"]?.index : nil
        var walk = JSONPointerWalk(self, from: pointerRoot)
        for index in tokens.indices where !tokens[index].marks.isDisjoint(with: [.controls, .tooLong]) {
            guard !reasons.isFull else { return }
            let marks = tokens[index].marks
            let (pointer, isKey) = walk.place(of: index)
            if marks.contains(.controls) {
                if isKey {
                    reasons.add(
                        .controlCharacter, at: pointer,
                        "This key holds a control character, which the path shows as \\u and its number. Take it out.")
                } else {
                    reasons.add(.controls, at: pointer)
                }
            }
            if marks.contains(.tooLong), index != encoded {
                reasons.add(
                    .tooLong, at: pointer,
                    isKey
                        ? "A key that stands here is longer than the limit of a text, 20,000 characters."
                        : "This is longer than the limit of a text, 20,000 characters. Send less text, or several events."
                )
            }
        }
    }
}

extension JSONValue {
    /// This value as an event's data: an object, and not something that a client has wrapped around it.
    func eventData(_ reasons: inout RefusalReasons) -> JSONValue? {
        if kind == .string, isJSON(inAString: self) {
            reasons.add(
                .jsonInAString, at: pointer,
                "The data are a string that holds JSON. Send the object itself: your client serialises it twice.")
            return nil
        }
        if count == 2, present("payload") != nil, self["schema"] != nil {
            reasons.add(.connectEnvelope, at: pointer, Misfit.connectMessage)
            return nil
        }
        return object(&reasons)
    }
}

/// Whether a string holds an object or a list.
func isJSON(inAString value: JSONValue) -> Bool {
    guard let text = value.string, let first = text.utf8.first(where: { $0 > 0x20 }), first == 0x7B || first == 0x5B
    else { return false }
    return (try? JSONDocument(parsing: Array(text.utf8))) != nil
}
