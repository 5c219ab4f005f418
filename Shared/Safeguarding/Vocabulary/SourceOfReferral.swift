/// Who refers, in the codes of the children in need census (N00152; domain.md section 3.5).
public enum SourceOfReferral: String, CaseIterable, Hashable, Sendable {
    /// Family member, relative or carer.
    case familyMember = "1A"
    /// An acquaintance, a neighbour or child minder included.
    case acquaintance = "1B"
    /// The child.
    case selfReferral = "1C"
    /// Any other individual: a stranger, a member of parliament.
    case otherIndividual = "1D"
    /// A school of any kind.
    case school = "2A"
    /// An education service that is no school.
    case educationService = "2B"
    /// GP.
    case generalPractitioner = "3A"
    /// A health visitor; other primary health is `3D`.
    case healthVisitor = "3B"
    /// A school nurse, not the school (`2A`).
    case schoolNurse = "3C"
    /// Other primary health service.
    case otherPrimaryHealth = "3D"
    /// Accident and emergency.
    case emergencyDepartment = "3E"
    /// Other health service.
    case otherHealth = "3F"
    /// The local authority's housing, or a housing association.
    case housing = "4"
    /// The same local authority's social care, for adults say.
    case localAuthoritySocialCare = "5A"
    /// Other local authority service.
    case localAuthorityInternal = "5B"
    /// Another local authority.
    case localAuthorityExternal = "5C"
    /// The same local authority's early help.
    case localAuthorityEarlyHelp = "5D"
    /// A police force.
    case police = "6"
    /// Courts, probation, immigration, CAFCASS, prison.
    case otherLegalAgency = "7"
    /// Children's centres, independent providers, voluntary organisations.
    case other = "8"
    /// Somebody who gave no name.
    case anonymous = "9"
    /// Nobody wrote down who it was.
    case unknown = "10"
}
