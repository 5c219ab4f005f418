/// What services say to each other and to agencies, but for the facts (`FactBody.types`).
public enum ServiceEvents {
    /// Every type.
    public static let all: [any EventPayload.Type] = [
        ReceiptAccepted.self, ReceiptRefused.self, NoticeIssued.self, ThresholdChange.self, ReferralOutcome.self,
        NoticeDue.self, RatingLowered.self, VerdictGiven.self, ScreeningItemUpdated.self,
    ]
}
