/// Who refers, in the codes of the children in need census (N00152; domain.md section 3.5).
public enum SourceOfReferral: String, CaseIterable, Hashable, Sendable {
    /// Family member, relative or carer.
    case familyMember = "1A"
    /// Acquaintance.
    case acquaintance = "1B"
    /// The child.
    case selfReferral = "1C"
    /// Other individual.
    case otherIndividual = "1D"
    /// School.
    case school = "2A"
    /// Education service.
    case educationService = "2B"
    /// GP.
    case generalPractitioner = "3A"
    /// Health visitor.
    case healthVisitor = "3B"
    /// School nurse.
    case schoolNurse = "3C"
    /// Other primary health service.
    case otherPrimaryHealth = "3D"
    /// Emergency department.
    case emergencyDepartment = "3E"
    /// Other health service.
    case otherHealth = "3F"
    /// Housing.
    case housing = "4"
    /// Local authority social care.
    case localAuthoritySocialCare = "5A"
    /// Other local authority service.
    case localAuthorityInternal = "5B"
    /// Another local authority.
    case localAuthorityExternal = "5C"
    /// Local authority early help.
    case localAuthorityEarlyHelp = "5D"
    /// Police.
    case police = "6"
    /// Other legal agency.
    case otherLegalAgency = "7"
    /// Other.
    case other = "8"
    /// Anonymous.
    case anonymous = "9"
    /// Unknown.
    case unknown = "10"
}
