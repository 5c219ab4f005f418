import Safeguarding

/// A child as an agency describes it (contract.md section 3). `ref` alone is enough once the agency has introduced it.
public struct ChildDescription: Sendable, Hashable {
    /// Children that one event may name.
    public static let maximumCount = 30

    /// The sender's own reference, unique within the agency.
    public var ref: String
    /// The NHS number, which passes its check digit.
    public var nhsNumber: NHSNumber?
    /// The unique pupil number, whose check letter fits.
    public var upn: UniquePupilNumber?
    /// The local authority's identifier; at most 20 characters.
    public var laChildID: String?
    /// Given name.
    public var givenName: String?
    /// Family name.
    public var familyName: String?
    /// Date of birth.
    public var dateOfBirth: CalendarDate?
    /// When the child is expected, while it is not born.
    public var expectedDateOfBirth: CalendarDate?
    /// Sex.
    public var sex: Sex?
    /// The property's unique reference number.
    public var uprn: String?
    /// Lines of the address, the first of them house and street.
    public var addressLines: [String]
    /// Postcode.
    public var postcode: Postcode?

    /// A child known by reference alone.
    public init(ref: String) {
        self.ref = ref
        addressLines = []
    }

    init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let ref = value.requiredString("ref", maximumCharacters: 100, &reasons)
        self.init(ref: ref ?? "")
        readIdentifiers(of: value, &reasons)
        if let name = value.optionalObject("name", &reasons) {
            givenName = name.requiredString("given", maximumCharacters: 100, &reasons)
            familyName = name.requiredString("family", maximumCharacters: 100, &reasons)
        }
        dateOfBirth = value.optionalPastDate("dateOfBirth", from: MomentLimits.earliestBirth, &reasons)
        expectedDateOfBirth = value.optionalDate("expectedDateOfBirth", &reasons)
        if let expectedDateOfBirth {
            reasons.moments?.check(
                expected: expectedDateOfBirth, isBorn: dateOfBirth != nil,
                at: value.pointer + "/expectedDateOfBirth", &reasons)
        }
        sex = value.optionalEnum("sex", &reasons)
        if let address = value.optionalObject("address", &reasons) { readAddress(address, &reasons) }
        guard reasons.all.count == before else { return nil }
    }

    private mutating func readIdentifiers(of value: JSONValue, _ reasons: inout RefusalReasons) {
        if let text = value.optionalString("nhsNumber", maximumCharacters: 20, &reasons) {
            nhsNumber = NHSNumber(text)
            if nhsNumber == nil {
                reasons.add(
                    .invalidIdentifier, at: value.pointer + "/nhsNumber",
                    "This is not an NHS number: ten digits, of which the last is a check digit.")
            }
        }
        if let text = value.optionalString("upn", maximumCharacters: 20, &reasons) {
            upn = UniquePupilNumber(text)
            if upn == nil {
                reasons.add(
                    .invalidIdentifier, at: value.pointer + "/upn",
                    "This is not a unique pupil number: a check letter, eleven digits, and a digit or letter.")
            }
        }
        laChildID = value.optionalString("laChildId", maximumCharacters: 20, &reasons)
    }

    private mutating func readAddress(_ address: JSONValue, _ reasons: inout RefusalReasons) {
        if let text = address.optionalString("uprn", maximumCharacters: 12, &reasons) {
            if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                uprn = text
            } else {
                reasons.add(.invalidIdentifier, at: address.pointer + "/uprn", "A UPRN is 1 to 12 digits.")
            }
        }
        for line in address.optionalArray("lines", count: 0...10, &reasons) {
            if let text = line.text(200, &reasons) { addressLines.append(text) }
        }
        if let text = address.optionalString("postcode", maximumCharacters: 10, &reasons) {
            postcode = Postcode(text)
            if postcode == nil {
                reasons.add(.invalidIdentifier, at: address.pointer + "/postcode", "This is not a UK postcode.")
            }
        }
    }

    /// Writes the description's members.
    public func write(to writer: inout JSONWriter) {
        writer.field("ref", ref)
        writer.field("nhsNumber", nhsNumber?.text)
        writer.field("upn", upn?.text)
        writer.field("laChildId", laChildID)
        if let givenName, let familyName {
            writer.object("name") {
                $0.field("given", givenName)
                $0.field("family", familyName)
            }
        }
        writer.field("dateOfBirth", dateOfBirth?.description)
        writer.field("expectedDateOfBirth", expectedDateOfBirth?.description)
        writer.field("sex", sex?.rawValue)
        guard uprn != nil || postcode != nil || !addressLines.isEmpty else { return }
        writer.object("address") {
            $0.field("uprn", uprn)
            if !addressLines.isEmpty { $0.array("lines", addressLines) { $0.string($1) } }
            $0.field("postcode", postcode?.text)
        }
    }
}

/// A child that the agency has introduced before.
public struct ChildReference: Sendable, Hashable {
    /// The sender's own reference.
    public let ref: String

    /// A child by reference.
    public init(ref: String) {
        self.ref = ref
    }
}

extension JSONValue {
    func requiredChildren(_ reasons: inout RefusalReasons) -> [ChildDescription]? {
        guard let entries = requiredArray("children", count: 1...ChildDescription.maximumCount, &reasons) else {
            return nil
        }
        let children = entries.compactMap { entry in
            entry.object(&reasons).flatMap { ChildDescription(reading: $0, &reasons) }
        }
        refuseRepeatedReferences(entries, &reasons)
        return children.count == entries.count ? children : nil
    }

    func requiredChildReferences(_ reasons: inout RefusalReasons) -> [ChildReference]? {
        guard let entries = requiredArray("children", count: 1...ChildDescription.maximumCount, &reasons) else {
            return nil
        }
        let children = entries.compactMap { entry -> ChildReference? in
            guard let object = entry.object(&reasons) else { return nil }
            return object.requiredString("ref", maximumCharacters: 100, &reasons).map(ChildReference.init(ref:))
        }
        refuseRepeatedReferences(entries, &reasons)
        return children.count == entries.count ? children : nil
    }

    /// One event names each child once.
    func refuseRepeatedReferences(_ entries: [JSONValue], _ reasons: inout RefusalReasons) {
        var seen: Set<String> = []
        for entry in entries {
            guard let ref = entry["ref"]?.string, !seen.insert(ref).inserted else { continue }
            reasons.add(.duplicateEntry, at: entry.pointer + "/ref", "The event names this child already.")
        }
    }
}
