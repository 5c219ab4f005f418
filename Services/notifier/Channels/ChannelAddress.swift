import Contracts
import Policy
import Safeguarding

/// How a contact is told that a notice is there, beside the agency's topic.
public enum Channel: String, CaseIterable, Sendable {
    /// An e-mail to a person.
    case email
    /// A signed POST to a system.
    case webhook
}

/// One channel of one contact of an agency.
public struct ChannelAddress: Sendable, Hashable {
    /// By what.
    public let channel: Channel
    /// Whose contact.
    public let agency: AgencyCode
    /// Which stage's contact.
    public let stage: Int
    /// What they are.
    public let role: String
    /// An e-mail address, or a URL.
    public let address: String

    /// Where a notice goes: to the contacts of the stages that it is addressed to, and if it is addressed to none, to those
    /// of stage 1. Recipients come from the register alone, never from what somebody wrote (domain.md section 10).
    static func all(for notice: NoticeIssued, at agency: Agency, by channels: Set<Channel>) -> [ChannelAddress] {
        let stages = notice.addressedTo.isEmpty ? [1] : notice.addressedTo.map(\.stage)
        var addresses: [ChannelAddress] = []
        for contact in agency.contacts where stages.contains(contact.stage) {
            let ways: [(Channel, String?)] = [(.email, contact.email?.text), (.webhook, contact.webhook?.url)]
            for case (let channel, let address?) in ways where channels.contains(channel) {
                guard !addresses.contains(where: { $0.channel == channel && $0.address == address }) else { continue }
                addresses.append(
                    ChannelAddress(
                        channel: channel, agency: agency.code, stage: contact.stage, role: contact.role,
                        address: address))
            }
        }
        return addresses
    }
}
