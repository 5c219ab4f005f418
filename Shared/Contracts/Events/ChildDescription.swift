import JSON
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

    static let record = Record(
        ChildDescription.init(ref:nhsNumber:upn:laChildID:name:dateOfBirth:expectedDateOfBirth:sex:address:),
        required("ref", \.ref, .line(100), "The sender's own reference, unique within the agency."),
        optional("nhsNumber", \.nhsNumber, .nhsNumber(), "The NHS number."),
        optional("upn", \.upn, .upn(), "The unique pupil number."),
        optional("laChildId", \.laChildID, .line(20), "The local authority's identifier."),
        optional("name", \.name, .object(Name.record), "The child's name."),
        optional("dateOfBirth", \.dateOfBirth, .birthDate(), "Date of birth."),
        optional("expectedDateOfBirth", \.expectedDateOfBirth, .date(), "When a child that is not born is expected."),
        optional("sex", \.sex, .word(), "Sex; `U` if it is not known."),
        optional("address", \.address, .object(Address.record), "Where the child lives."),
        named: "child", checks: [expected])

    /// A child that is not born is expected within a year.
    private static let expected = RecordCheck(
        "`expectedDateOfBirth` lies within a year of today, unless the child has a `dateOfBirth`"
    ) { value, reasons in
        var unread = RefusalReasons()
        guard let moments = reasons.moments, let expected = value.optionalDate("expectedDateOfBirth", &unread) else {
            return
        }
        let isBorn = value.optionalDate("dateOfBirth", &unread) != nil
        moments.check(expected: expected, isBorn: isBorn, at: value.pointer + "/expectedDateOfBirth", &reasons)
    }

    /// Reads what `write` wrote; `nil` if it cannot be read any more.
    public init?(reading value: JSONValue) {
        var reasons = RefusalReasons()
        guard let child = ChildDescription.record.read(value, &reasons) else { return nil }
        self = child
    }

    /// Whether it says nothing of the child but the reference.
    public var isReferenceAlone: Bool { self == ChildDescription(ref: ref) }

    /// Writes the description's members.
    public func write(to writer: inout JSONWriter) { ChildDescription.record.write(self, &writer) }
}

extension ChildDescription {
    fileprivate struct Name: Sendable {
        let given: String
        let family: String

        static let record = Record(
            Name.init,
            required("given", \.given, .line(100), "Given name."),
            required("family", \.family, .line(100), "Family name."))
    }

    fileprivate struct Address: Sendable {
        let uprn: String?
        let lines: [String]
        let postcode: Postcode?

        static let record = Record(
            Address.init,
            optional(
                "uprn", \.uprn, .digits(12, "A UPRN is 1 to 12 digits, not all of them 0."),
                "The property's unique reference number."),
            optional(
                "lines", \.lines, .list(.line(200), 0...10), or: [], "Lines of the address, house and street first."),
            optional("postcode", \.postcode, .postcode(), "Postcode."))
    }

    fileprivate init(
        ref: String, nhsNumber: NHSNumber?, upn: UniquePupilNumber?, laChildID: String?, name: Name?,
        dateOfBirth: CalendarDate?, expectedDateOfBirth: CalendarDate?, sex: Sex?, address: Address?
    ) {
        self.init(ref: ref)
        (self.nhsNumber, self.upn, self.laChildID) = (nhsNumber, upn, laChildID)
        (givenName, familyName) = (name?.given, name?.family)
        (self.dateOfBirth, self.expectedDateOfBirth, self.sex) = (dateOfBirth, expectedDateOfBirth, sex)
        (uprn, addressLines, postcode) = (address?.uprn, address?.lines ?? [], address?.postcode)
    }

    fileprivate var name: Name? {
        guard let givenName, let familyName else { return nil }
        return Name(given: givenName, family: familyName)
    }

    fileprivate var address: Address? {
        guard uprn != nil || postcode != nil || !addressLines.isEmpty else { return nil }
        return Address(uprn: uprn, lines: addressLines, postcode: postcode)
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

    static let record = Record(
        ChildReference.init(ref:),
        required("ref", \.ref, .line(100), "The sender's own reference of a child that it has introduced."),
        named: "childReference")
}

extension UniqueMember {
    /// One event names each child once.
    static let children = UniqueMember("ref", "The event names this child already.")
}

extension FieldRule where Value == [ChildDescription] {
    /// Children, described well enough to be recognised, or by a reference that is known; each stands once.
    public static func children() -> FieldRule {
        .list(.object(ChildDescription.record), 1...ChildDescription.maximumCount, unique: .children)
    }
}

extension FieldRule where Value == [ChildReference] {
    /// Children that the agency has introduced before; each stands once.
    public static func childReferences() -> FieldRule {
        .list(.object(ChildReference.record), 1...ChildDescription.maximumCount, unique: .children)
    }
}
