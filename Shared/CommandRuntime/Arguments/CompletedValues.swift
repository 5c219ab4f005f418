/// Which words a shell offers for a value.
public enum CompletedValues: Sendable {
    /// These.
    case words([String])
    /// What `PROGRAM completion --values NAME` prints, a word a line: what only the deployment knows.
    case listed(String)
    /// Names of files.
    case files
}
