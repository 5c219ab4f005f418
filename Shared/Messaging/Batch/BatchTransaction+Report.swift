import Contracts
import PostgresClient
import Safeguarding

extension BatchTransaction.Report {
    func merging(_ later: Self) -> Self {
        var sum = self
        sum.handled += later.handled
        sum.alreadyInEffect += later.alreadyInEffect
        sum.waiting += later.waiting
        sum.deadLetters += later.deadLetters
        sum.failures.merge(later.failures, uniquingKeysWith: +)
        sum.published += later.published
        sum.publishedByKind.merge(later.publishedByKind, uniquingKeysWith: +)
        sum.measurements += later.measurements
        sum.cost = cost + later.cost
        sum.microsecondsToFirstClock =
            [microsecondsToFirstClock, later.microsecondsToFirstClock].compactMap { $0 }.min()
        sum.nextOffsets.merge(later.nextOffsets) { max($0, $1) }
        sum.seen.merge(later.seen) { max($0, $1) }
        sum.findings += later.findings
        return sum
    }
}
