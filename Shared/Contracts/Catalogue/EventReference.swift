import JSON
import Safeguarding

/// The reference for agencies, `deploy/docs/events.md`: every type, field, unit and limit, who may publish it, who answers;
/// every refusal and notice with what to do; how to connect.
enum EventReference {
    static var text: String {
        let behind = [HouseholdLimits.reference, refusals, notices, ConnectionSamples.text]
        return ([opening, table] + EventCatalogue.all.map(section(of:)) + behind).joined(separator: "\n\n") + "\n"
    }

    private static let opening = """
        # Events: the reference for agencies

        Written from the declarations of the types by `keepsight events generate`. The schemas, a description of the topics in
        AsyncAPI 3 and an example of each type lie in `Shared/Contracts/Generated`; `keepsight events` prints them and checks an
        event before it is sent.

        An agency publishes [CloudEvents 1.0](https://cloudevents.io) on `agency.<code>.events` and reads
        `agency.<code>.notices`. Every event is answered there by a receipt: accepted, or refused with every reason and the
        place of each. What was accepted is in effect exactly once, however often it is sent again under its id.

        Write without transactions (`transactional.id`): a receipt answers each record by itself, and sending again is harmless.
        Behind a transaction that is open nothing of the agency's topic is read until it is committed, aborted, or given up by the
        broker (after its `transaction.timeout.ms`, for which the broker has a limit). Other agencies' topics go on.

        ## The envelope

        | Attribute | | Value |
        |---|---|---|
        | `specversion` | required | `1.0` |
        | `id` | required | the sender's own, at most 200 characters; `source` and `id` are the event's identity |
        | `source` | required | `/agencies/<code>`, the agency of the topic |
        | `type` | required | one of those below, with its version |
        | `time` | required | when it happened: RFC 3339 with an offset, from 2000-01-01 to five minutes ahead of our clock |
        | `datacontenttype` | optional | `application/json` |
        | `traceparent` | optional | W3C trace context, carried through |
        | `correlationid`, `causationid` | optional | come back on the receipt of the event, and go nowhere else |
        | `data` | required | the fields of the type |

        Limits: 256 KiB an event, 32 levels, 20,000 characters a text, 30 children an event; and what one agency can have open in one
        household ([below](#how-much-can-be-open)): \(HouseholdLimits.reasonBytes.grouped) bytes of reasons and rationales, among others. Texts are UTF-8 without control
        characters; long texts may have line feeds and tabs. `null` is the same as absent. Keys that a type does not have, and
        attributes that are not in the table above, are kept and ignored; the receipt lists them in `ignored`, at most 20, as JSON
        Pointers from the event's root, and so does `keepsight events validate` before the event is sent. A character that cannot
        stand in a path is shown there as `\\u` and its number.

        The same `source` and `id` again are the same event if the type, the time, the subject and the data say the same, however they
        are written. Extension attributes, as CloudEvents has them (a name of small letters and digits, and no list or object), are about
        one sending of an event and may differ; anything else that stands beside the data counts as the data do.

        A child is named by the agency's own `ref`, which is enough once the agency has introduced the child with
        `referral.made` or `involvement.opened`; an observation may describe a child as those do. Identifiers that an agency chooses are its own: no two agencies' are compared.
        """

    private static var table: String {
        let rows = EventCatalogue.all.map { event in
            let name = name(of: event)
            return "| [`\(name)`](#\(anchor(name))) | \(event.terms.publishers.words) | \(event.terms.summary) |"
        }
        return
            "## The types\n\nWho may publish what is policy; this is what a type has by default, and `keepsight events list` "
            + "shows what a partnership has made of it.\n\n"
            + "| Type (`keepsight.` …) | Published by | What it says |\n|---|---|---|\n" + rows.joined(separator: "\n")
    }

    private static func name(of event: any AgencyEvent.Type) -> String {
        String(event.type.text.dropFirst("keepsight.".count))
    }

    /// As GitHub makes the anchor of a heading.
    private static func anchor(_ name: String) -> String { name.replacing(".", with: "") }

    private static func section(of event: any AgencyEvent.Type) -> String {
        let shape = event.shape
        let terms = event.terms
        var lines = [
            "### \(name(of: event))", "",
            "\(terms.summary) Published by: \(terms.publishers.words). Answered by: \(terms.adjudicator.rawValue). "
                + "For rows \(terms.rows.joined(separator: ", ")) of the domain reference.",
            "",
        ]
        if event is any ObservationEvent.Type { lines += [observation, ""] }
        lines += ["| Field | | What it is |", "|---|---|---|"]
        lines += fields(shape.members, under: "")
        let beyond = event.checks
        if !beyond.isEmpty { lines += ["", "Between fields:", ""] + beyond.map { "- " + $0 } }
        lines += ["", "```json", EventExamples(of: event).valid.indented + "```"]
        return lines.joined(separator: "\n")
    }

    /// What is so of every observation.
    private static let observation =
        "An observation: it goes on the family's record, and the watch over progress (B6) counts from its moment. Nobody is "
        + "notified of it by itself. Behind intake only its kind, its moment, its children and your agency are known."

    private static func fields(_ terms: [FieldTerm], under place: String) -> [String] {
        terms.flatMap { term -> [String] in
            let key = place + term.key + (term.shape.isList ? "[]" : "")
            var words = term.meaning.isEmpty ? "" : term.meaning + " "
            words += term.shape.words.prefix(1).uppercased() + term.shape.words.dropFirst() + "."
            if !term.shape.beyondSchema.isEmpty, term.shape.members.isEmpty || term.shape.isList {
                words += " Also: " + term.shape.beyondSchema.joined(separator: "; ") + "."
            }
            if term.staysAtIntake { words += " Stays at intake." }
            let row = "| `\(key)` | \(term.isRequired ? "required" : "optional") | \(words) |"
            return [row] + fields(term.shape.members, under: key + ".")
        }
    }

    private static var refusals: String {
        func table(_ title: String, _ guides: [RefusalGuide]) -> String {
            "### \(title)\n\n| Code | What is wrong | What to do |\n|---|---|---|\n"
                + guides.map { "| `\($0.code)` | \($0.meaning) | \($0.advice) |" }.joined(separator: "\n")
        }
        return [
            """
            ## Refusals

            A `receipt.refused` has every reason: `path`, a JSON Pointer from the event's root; `code`, for programs; `message`,
            for people. A refused event has no effect at all and leaves its id free: mend it and send it again under the same id.
            """,
            table("Of the record", RefusalGuide.ofTheRecord), table("Of a field", RefusalGuide.ofAField),
            table("Of the matter", RefusalGuide.ofTheMatter),
        ].joined(separator: "\n\n")
    }

    private static var notices: String {
        "## Notices\n\n`notice.issued` has a `kind`; `canAnswer` lists what this receiver can do with this notice.\n\n"
            + "| Kind | What it tells | What the receiver can do |\n|---|---|---|\n"
            + NoticeGuide.all.map { "| `\($0.kind)` | \($0.meaning) | \($0.actions) |" }.joined(separator: "\n")
    }
}

extension AgencyEvent {
    /// What holds between the fields, in words.
    static var checks: [String] { record.checks.map(\.words) }
}
