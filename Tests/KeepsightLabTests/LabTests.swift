import CommandRuntime
import Foundation
import TestSupport
import Testing

@testable import KeepsightCommand
@testable import KeepsightLab

/// What production ships cannot measure or break a deployment.
struct LabTests {
    private func file(_ path: String) throws -> String {
        try String(contentsOfFile: TestEnvironment.project + "/" + path, encoding: .utf8)
    }

    @Test("keepsight has none of keepsight-lab's commands")
    func commands() {
        func names(_ program: CommandProgram) -> Set<String> { Set(program.commands.map(\.name)) }
        #expect(names(KeepsightLab.program).isSuperset(of: ["bench", "chaos"]))
        #expect(names(KeepsightLab.program).intersection(names(KeepsightCommand.program)) == ["completion"])
    }

    @Test("The image and the compose file do not ship keepsight-lab")
    func image() throws {
        for path in ["deploy/Dockerfile", "deploy/compose.yaml"] {
            #expect(!(try file(path)).contains("keepsight-lab"), "\(path)")
        }
    }

    @Test("Neither of the two imports the other, or a service")
    func imports() throws {
        let modules = ["KeepsightCommand", "KeepsightLab"]
        let services = ["ReferralIntake", "MashScreener", "EscalationTracker", "Notifier"]
        for (folder, own) in zip(["keepsight", "keepsight-lab"], modules) {
            let root = TestEnvironment.project + "/Services/" + folder
            let paths = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }
            for path in paths where !path.hasPrefix("main/") {
                let text = try String(contentsOfFile: root + "/" + path, encoding: .utf8)
                for module in modules + services where module != own {
                    #expect(!text.contains("import \(module)\n"), "\(folder)/\(path)")
                }
            }
        }
    }
}
