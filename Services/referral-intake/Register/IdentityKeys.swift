import Contracts
import Foundation
import Safeguarding

/// What a child, and the place where a child lives, are recognised by: texts that mean the same for every agency.
enum IdentityKeys {
    /// The agency's own reference: enough by itself once the agency has introduced the child.
    static func reference(_ agency: AgencyCode, _ ref: String) -> String { "ref/\(agency)/\(ref.exactBytes)" }

    /// The NHS number, which has passed its check digit.
    static func nhs(_ number: NHSNumber) -> String { "nhs/\(number.text)" }

    /// Given name, family name, date of birth and postcode, exactly, apart from case and spaces. All four or nothing:
    /// two children with one name are two children.
    static func exact(_ child: ChildDescription) -> String? {
        guard let given = child.givenName, let family = child.familyName, let born = child.dateOfBirth,
            let postcode = child.postcode
        else { return nil }
        return "exact/"
            + [normalised(given), normalised(family), born.description, postcode.text].joined(separator: "/")
    }

    /// Where the child lives: the property's own number, else postcode and first line.
    static func address(_ child: ChildDescription) -> [String] {
        var keys: [String] = []
        // Zeros in front make it no other property.
        if let uprn = child.uprn { keys.append("uprn/" + uprn.drop { $0 == "0" }) }
        if let postcode = child.postcode, let line = child.addressLines.first {
            keys.append("address/\(postcode.text)/\(normalised(line))")
        }
        return keys
    }

    /// Lower case, single spaces, and one spelling for what Unicode takes for equivalent: a name is the same however it was typed.
    private static func normalised(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.lowercased().split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
    }
}
