import Contracts
import JSON
import Safeguarding

// The questions as a part of the household's document.
extension QuestionBook {
    init?(document: JSONValue?) {
        self.init()
        guard let document else { return }
        let elements = document["questions"]?.elements ?? []
        let questions = elements.compactMap(Question.init(document:))
        guard questions.count == elements.count else { return nil }
        self.init(questions)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.array("questions", questions) { $1.write(to: &$0) }
        writer.endObject()
    }
}

extension Question {
    fileprivate init?(document: JSONValue) {
        var reasons = RefusalReasons()
        let people = (document["children"]?.elements ?? []).compactMap { $0.string.flatMap { PersonID($0) } }
        guard let id = document["id"]?.string.flatMap({ InformationRequestID($0) }),
            let notice = document["notice"]?.string.flatMap({ NoticeID($0) }),
            let subject = document["subject"].flatMap(Escalation.Subject.init(document:)),
            let asker = document.requiredAgency("asker", &reasons),
            let role = document["askerRole"]?.string, let text = document["text"]?.string,
            let decider = document.requiredAgency("decider", &reasons),
            let askedAt = document.requiredInstant("askedAt", &reasons),
            let stage = document.requiredInteger("stage", in: 1...9, &reasons),
            let lapses = document.requiredInteger("lapses", in: 0...1_000_000, &reasons)
        else { return nil }
        let answeredAt = document.optionalInstant("answeredAt", &reasons)
        guard reasons.isEmpty else { return nil }
        self.init(
            id: id, notice: notice, subject: subject, children: Set(people), asker: asker, askerRole: role,
            decider: decider, text: text, askedAt: askedAt, stage: stage, lapses: lapses, answeredAt: answeredAt)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", id.text)
        writer.field("notice", notice.text)
        writer.object("subject") { subject.write(to: &$0) }
        writer.array("children", children.sorted()) { $0.string($1.text) }
        writer.field("asker", asker.text)
        writer.field("askerRole", askerRole)
        writer.field("decider", decider.text)
        writer.field("text", text)
        writer.field("askedAt", askedAt.rfc3339)
        writer.field("stage", stage)
        writer.field("lapses", lapses)
        writer.field("answeredAt", answeredAt?.rfc3339)
        writer.endObject()
    }
}
