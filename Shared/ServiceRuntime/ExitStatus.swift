/// How a process of ours ends, by the numbers of sysexits.
public enum ExitStatus: Int32, Sendable {
    /// All went well.
    case ok = 0
    /// What was asked for did not come about.
    case failed = 1
    /// What was asked for is done, and something behind it waits for somebody.
    case partly = 3
    /// The command line is wrong.
    case usage = 64
    /// Input is wrong.
    case data = 65
    /// A server that is needed cannot be reached.
    case unavailable = 69
    /// A fault of ours.
    case software = 70
    /// A setting or the policy is wrong.
    case configuration = 78
}
