import ServiceRuntime

/// `keepsight bench`
enum BenchCommand {
    static let command = Command("bench", "Measure the full path.") { _ in
        throw CommandFailure(.software, "not yet")
    }
}
