import Glibc
import Policy
import Safeguarding

/// A partnership's policy. The first byte chooses: `p`, `a`, `c`, `h`, `l`, `n`, `r` or `j` puts the input in the
/// place of `policy.yaml`, `agencies.yaml`, `clocks.yaml`, `calendar.yaml`, `ladders/default.yaml`, `notices.yaml`,
/// `retention.yaml` or `bank-holidays.json` of the smallest one; anything else splits it into all eight, in that order, at lines
/// that hold `%%`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPolicy(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = inputBytes(data, size)
    guard let choice = bytes.first else { return 0 }
    let rest = bytes.dropFirst()
    let parts: [[UInt8]?] =
        if let chosen = "pachlnrj".utf8.enumerated().first(where: { $0.element == choice })?.offset {
            (0..<fileCount).map { $0 == chosen ? Array(rest) : nil }
        } else {
            split(rest)
        }
    for (file, part) in zip(folder.files, parts) { file.write(part ?? file.sample) }
    check()
    return 0
}

private let fileCount = 8

private func split(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
        if line.elementsEqual([0x25, 0x25]), parts.count < fileCount {
            parts.append([])
        } else {
            parts[parts.count - 1] += line + [0x0A]
        }
    }
    return parts + [[UInt8]](repeating: [], count: fileCount - parts.count)
}

/// It throws everything that is wrong, or gives a policy whose clocks can be set.
private func check() {
    do throws(PolicyError) {
        let policy = try Policy.load(directory: folder.path)
        promise(policy.agencies[policy.agencies.hub]?.kind == .hub, "a policy without its hub")
        promise(policy.ladder.stages.first?.number == 1, "a ladder without a first stage")
        for length in [policy.clocks.screeningDecision, policy.clocks.challengeWindow] {
            for day in [19_000, 20_000, 20_588, 21_000] as [Int64] {
                let start = Instant(microsecondsSinceEpoch: day * 86_400_000_000)
                promise(policy.due(length, from: start).due > start, "a clock falls due before it starts")
            }
        }
    } catch {
        promise(!error.problems.isEmpty, "a policy is refused and nothing is wrong")
        for problem in error.problems {
            promise(problem.line >= 1 && !problem.message.isEmpty, "a problem without a place or a message")
        }
    }
}

/// The folder that the policy is read from, filled with the sample.
private let folder = PolicyFolder()
