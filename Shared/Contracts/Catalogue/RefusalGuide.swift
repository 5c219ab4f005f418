/// What a sender does about each reason for which an event is refused. A test finds every code in the sources and misses
/// none here.
struct RefusalGuide: Sendable {
    /// The code.
    let code: String
    /// What is wrong.
    let meaning: String
    /// What to do.
    let advice: String

    private init(_ code: String, _ meaning: String, _ advice: String) {
        self.code = code
        self.meaning = meaning
        self.advice = advice
    }

    private static let again = "Mend it and send it again; the id is still free."

    /// What keeps a record from being read at all.
    static let ofTheRecord: [RefusalGuide] = [
        RefusalGuide("empty-record", "The record has no value.", "Send the event as the record's value."),
        RefusalGuide("byte-order-mark", "The value begins with a byte order mark.", "Write UTF-8 without one."),
        RefusalGuide("not-utf-8", "A text or the whole value is in another encoding.", "Write UTF-8."),
        RefusalGuide(
            "schema-registry-prefix", "A schema registry's serializer wrote before the value.",
            "Use a plain string or byte serializer."),
        RefusalGuide(
            "compressed-value", "The value was compressed by the client's own code.",
            "Leave compression to the Kafka client."),
        RefusalGuide("event-batch", "The record holds a list.", "Send one event a record."),
        RefusalGuide(
            "json-in-a-string", "JSON stands in a JSON string.", "Serialise once; the client does it a second time."),
        RefusalGuide(
            "http-headers", "Attributes stand in headers as over HTTP.", "Name them `ce_id`, `ce_source` and so on."),
        RefusalGuide(
            "connect-envelope", "Kafka Connect wrapped the value in `schema` and `payload`.",
            "Set `value.converter.schemas.enable=false`."),
        RefusalGuide("invalid-json", "The bytes are not a JSON document.", "Check what the client writes."),
        RefusalGuide("not-a-cloudevent", "The document is no CloudEvent 1.0.", "Write the attributes below."),
        RefusalGuide(
            "unreadable-record",
            "The record cannot be read, its batch cannot be unpacked, or that is more than 4 MiB when gzip, lz4 or zstd is unpacked. What snappy "
                + "unpacks to is bounded by the topic's `max.message.bytes` alone: 22.4 MB.",
            "Send it again with another codec, or in smaller batches."),
        RefusalGuide(
            "oversize", "The event is larger than 256 KiB, its key and headers included, or has more than 256 headers.",
            "Send less text, or several events."),
        RefusalGuide("too-deep", "The document is nested deeper than 32 levels.", "Leave out what is nested."),
        RefusalGuide("invalid-base64", "`data_base64` is not base64.", "Encode it by RFC 4648, or send `data`."),
        RefusalGuide(
            "not-storable", "The database cannot hold the event as it is.", "Tell the business unit; the id is free."),
    ]

    /// What is wrong with a field.
    static let ofAField: [RefusalGuide] = [
        RefusalGuide("missing-field", "The field must be there.", again),
        RefusalGuide("wrong-type", "The field has another JSON type.", again),
        RefusalGuide("empty-value", "The text says nothing.", "Say something, or leave an optional field out."),
        RefusalGuide(
            "control-character", "A control character, or a line feed or tab where one line is asked for.",
            "Take it out."),
        RefusalGuide(
            "bidirectional-override", "A character that changes the direction of writing.", "Take it out."),
        RefusalGuide("too-long", "The text is longer than its limit.", again),
        RefusalGuide("too-many", "The list is longer than its limit.", "Send several events."),
        RefusalGuide("too-few", "The list is shorter than it must be.", again),
        RefusalGuide("out-of-range", "A number, a moment or a date is outside of its range.", again),
        RefusalGuide("not-allowed", "The value is not one of those that are allowed here.", again),
        RefusalGuide("invalid-date", "Not a date `YYYY-MM-DD` that exists.", again),
        RefusalGuide("invalid-instant", "Not an RFC 3339 time with an offset.", again),
        RefusalGuide(
            "invalid-identifier", "The identifier fails its form or its check digit.",
            "Check the number at its source; identifiers of ours come back as they were given."),
        RefusalGuide(
            "future-time", "What has happened lies more than five minutes ahead.", "Check the clock and the offset."),
        RefusalGuide(
            "duplicate-entry", "The same thing is named twice, an attribute's header too.", again),
        RefusalGuide("rationale-missing", "A child has no rationale of its own.", "Say why for each child."),
    ]

    /// What keeps an event that can be read from having an effect.
    static let ofTheMatter: [RefusalGuide] = [
        RefusalGuide(
            "unknown-type", "Agencies publish no such type.", "Check the name and the version; the nearest are named."),
        RefusalGuide(
            "source-not-topic-agency", "The source is not the topic's agency.",
            "Publish on your own topic, as yourself."),
        RefusalGuide("unknown-agency", "No agency of the partnership has this code.", "Look at the policy's list."),
        RefusalGuide("not-authorised", "Your agency does not publish this type.", "Ask who does; see the table below."),
        RefusalGuide(
            "duplicate-id-different-content", "The id was accepted before and said something else.",
            "Give the new event an id of its own."),
        RefusalGuide(
            "still-being-judged",
            "The event is being judged, and 21 of its records wait for the ruling already. This record gets no other answer.",
            "Wait for the receipts of the others, or send it again after them, under the same id."),
        RefusalGuide(
            "refused-before", "The event was refused before, for reasons that cannot be read any more.",
            "Send it again under a new id."),
        RefusalGuide(
            "discarded-by-operator",
            "A service could not handle the event, and an operator has taken it out, whatever was said of it before.",
            "Ask the operators what was wrong with it; then send it again, under the same id or another."),
        RefusalGuide(
            "unknown-subject", "Nothing is known under this identifier, or the agency has not introduced the child.",
            "Introduce the child with `involvement.opened` or `referral.made`, or check the identifier."),
        RefusalGuide(
            "identifier-taken", "The agency has used this identifier before, in an event that was accepted.",
            "Nothing, if it is the same once more; what is new needs an identifier of its own."),
        RefusalGuide(
            "identity-conflict", "Two identifiers of one child point at two children.",
            "Check them at their source; ask the hub if both are right."),
        RefusalGuide(
            "several-households", "This can be about one household only.", "Send one event for each household."),
        RefusalGuide(
            "stale-decision", "`from` is not the child's recorded level, which the message names.",
            "Decide from the recorded level, with a new version."),
        RefusalGuide("stale-version", "The version does not follow the recorded one.", "Count up by one."),
        RefusalGuide(
            "superseded", "A later version has taken the place of what the notice tells.", "Answer the later notice."),
        RefusalGuide(
            "decision-not-made",
            "There was no decision that the view could be joined to in the time for which a view waits.",
            "Check the identifier; give the view again when your agency is asked for it."),
        RefusalGuide(
            "too-many-waiting",
            "As many views of the agency wait for the decision, or challenges for what they are about, as may.",
            "Wait until one of them has its receipt."),
        RefusalGuide(
            "too-many-open",
            "The agency has as much open in this household as one may, or texts of that are too long together: see *How much can be "
                + "open*.",
            "Close something first; shorten the texts."),
        RefusalGuide(
            "too-many-referrals", "The agency has as many undecided referrals of this household as one may.",
            "Ring the hub; send it again when one is decided."),
        RefusalGuide(
            "too-many-challenges", "The agency has opened as many challenges in this household as one may.",
            "Have one closed, and send it again."),
        RefusalGuide(
            "authoriser-not-manager", "This needs an authoriser of manager grade.",
            "Name a manager; the grades are in the agency's policy."),
        RefusalGuide(
            "authoriser-not-attested", "The authoriser of an urgent change is no manager whom the agency has attested.",
            "Publish `contacts.attested` with that person at stage 2 or higher, or decide without urgency."),
        RefusalGuide(
            "quorum-missing", "Somebody who must be at a strategy discussion was not, and it does not say why.",
            "Say in `quorumException` why it was held without."),
        RefusalGuide(
            "change-ended", "The change that this is about was withdrawn or overtaken.",
            "Nothing is left to say something to; a later decision has notices of its own."),
        RefusalGuide(
            "on-record", "This is on record already, and would change nothing.", "Nothing; it stands."),
        RefusalGuide(
            "said-itself", "The agency has said itself what its view is, and nobody else's record replaces that.",
            "Ask the agency to publish another view, if it has changed its mind."),
        RefusalGuide("contact-missing", "A stage of an escalation has no contact.", "Name somebody for each stage."),
        RefusalGuide(
            "item-claimed", "Somebody else has the item.",
            "Ask them to release it, or release it in their place; then claim it."),
        RefusalGuide(
            "already-acknowledged", "The notice was acknowledged before.", "Nothing; it stands as it was said first."),
        RefusalGuide("escalation-closed", "The escalation has ended.", "Challenge again, if there is reason to."),
        RefusalGuide(
            "wrong-stage", "The matter stands at another stage, which the message names.", "Answer at that stage."),
        RefusalGuide("not-your-turn", "It is the other side's turn.", "Wait for its answer or its deadline."),
    ]

    /// Every code.
    static var all: [RefusalGuide] { ofTheRecord + ofAField + ofTheMatter }
}
