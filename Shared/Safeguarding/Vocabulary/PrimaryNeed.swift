/// The main reason for a referral (N00101; domain.md section 3.5).
public enum PrimaryNeed: String, CaseIterable, Hashable, Sendable {
    /// Not stated.
    case notStated = "N0"
    /// Abuse or neglect.
    case abuseOrNeglect = "N1"
    /// The child's disability.
    case childsDisability = "N2"
    /// Parental disability or illness.
    case parentalDisabilityOrIllness = "N3"
    /// Family in acute stress.
    case familyInAcuteStress = "N4"
    /// Family dysfunction.
    case familyDysfunction = "N5"
    /// Socially unacceptable behaviour.
    case sociallyUnacceptableBehaviour = "N6"
    /// Low income.
    case lowIncome = "N7"
    /// Absent parenting.
    case absentParenting = "N8"
    /// Cases other than children in need.
    case otherThanInNeed = "N9"
}
