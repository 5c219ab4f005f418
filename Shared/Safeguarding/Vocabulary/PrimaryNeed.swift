/// The main reason for a referral (N00101; domain.md section 3.5).
public enum PrimaryNeed: String, CaseIterable, Hashable, Sendable {
    /// Nobody has recorded one.
    case notStated = "N0"
    /// The child is abused or neglected, or at risk of it.
    case abuseOrNeglect = "N1"
    /// The child's disability.
    case childsDisability = "N2"
    /// A parent's capacity is impaired by disability, illness or addiction.
    case parentalDisabilityOrIllness = "N3"
    /// A temporary crisis diminishes the family's parenting.
    case familyInAcuteStress = "N4"
    /// The family's parenting is chronically inadequate.
    case familyDysfunction = "N5"
    /// The child's behaviour harms the community.
    case sociallyUnacceptableBehaviour = "N6"
    /// The family lives on less than the state's standard entitlements.
    case lowIncome = "N7"
    /// The child has no parents who are there to provide for them.
    case absentParenting = "N8"
    /// Cases other than children in need.
    case otherThanInNeed = "N9"
}
