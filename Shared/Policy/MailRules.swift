import Safeguarding

/// When the e-mails go that can wait, so that a contact gets one for everything that came meanwhile (contract N2).
public struct MailRules: Sendable, Equatable {
    /// How long what a contact is to hear of is gathered before it goes, in minutes; 0 is not at all.
    public let gatherMinutes: Int
    /// When the business unit's digest goes on each working day, in minutes after midnight in London.
    public let digestMinute: Int
}

extension MailRules {
    /// Longer than that is no longer a notice.
    static let gatherRange = 0...240
    /// A digest goes when somebody is there to read it.
    static let digestRange = (6 * 60)...(20 * 60)
}

extension Policy {
    /// When the next digest goes: at its time on this day, if that is a working day and the time is not over, else on the next.
    public func nextDigest(after now: Instant) -> Instant {
        let today = LondonTime.date(at: now)
        let day = calendar.workingDay(from: today).day
        let digest = digest(on: day)
        return digest > now ? digest : self.digest(on: calendar.day(1, after: day).day)
    }

    private func digest(on day: CalendarDate) -> Instant {
        // Whole hours and then minutes: no clock goes on or back at a time at which a digest can go.
        LondonTime.instant(day, hour: notices.mail.digestMinute / 60)
            .adding(seconds: Int64(notices.mail.digestMinute % 60) * 60)
    }

    /// When what was gathered from that moment on goes.
    public func endOfGathering(from now: Instant) -> Instant {
        now.adding(seconds: Int64(notices.mail.gatherMinutes) * 60)
    }
}

extension PolicyFile {
    /// `mail: { gatherMinutes: 10, digestAt: "08:30" }`
    mutating func mail(_ root: YAMLNode) -> MailRules? {
        guard let node = root["mail"] else {
            refuse(root, "missing-key", "Add the key 'mail': { gatherMinutes: 10, digestAt: \"08:30\" }.")
            return nil
        }
        guard checkKeys(of: node, ["gatherMinutes", "digestAt"]) else { return nil }
        let gather = number(node, "gatherMinutes", in: MailRules.gatherRange)
        let digest = digest(node)
        guard let gather, let digest else { return nil }
        return MailRules(gatherMinutes: gather, digestMinute: digest)
    }

    private mutating func digest(_ node: YAMLNode) -> Int? {
        guard let text = text(node, "digestAt") else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isWritten = parts.count == 2 && parts.allSatisfy { $0.utf8.count == 2 && $0.utf8.allSatisfy(\.isDigit) }
        guard isWritten, let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60,
            MailRules.digestRange.contains(hour * 60 + minute)
        else {
            refuse(
                node["digestAt"], "digest-time",
                "Write the time at which the digest goes on working days as \"08:30\": hours and minutes in London, from 06:00 to "
                    + "20:00.")
            return nil
        }
        return hour * 60 + minute
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
