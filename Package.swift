// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 mode, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A C library from Debian, seen by Swift through a module map and a shim header of ours.
func system(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, path: "Shared/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func shared(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []
)
    -> Target
{
    .target(
        name: name, dependencies: dependencies, path: "Shared/\(name)", exclude: exclude, resources: resources,
        swiftSettings: strict)
}

/// A service is a library of handlers, so that tests can run it in process, and a `main` of a few lines.
func service(
    _ module: String, executable: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
    resources: [Resource] = [], settings: [SwiftSetting] = strict
) -> [Target] {
    [
        .target(
            name: module, dependencies: dependencies, path: "Services/\(executable)",
            exclude: ["main"] + exclude, resources: resources, swiftSettings: settings),
        .executableTarget(
            name: executable, dependencies: [.target(name: module)], path: "Services/\(executable)/main",
            swiftSettings: strict),
    ]
}

/// One of the four services behind the agencies' topics: beside its handlers what it declares of itself, apart from them, so
/// that the command lines can have that without importing a service.
func messaging(
    _ module: String, executable: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
    resources: [Resource] = []
) -> [Target] {
    let spec = Target.target(
        name: module + "Spec", dependencies: ["Messaging", "Contracts", "ServiceRuntime"],
        path: "Services/\(executable)/Spec", swiftSettings: strict)
    return [spec]
        + service(
            module, executable: executable, dependencies + [.target(name: spec.name)], exclude: ["Spec"] + exclude,
            resources: resources)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

/// The optimiser of Swift 6.3.1 crashes while it splits the coroutines of commands (signal 11 in LLVM's coroutine splitting).
/// They wait for brokers and people, so the commands are built without it until a toolchain can; what they share, and all
/// services, are built with it.
let commandLine: [SwiftSetting] = [.unsafeFlags(["-Onone"], .when(configuration: .release))]

let engine: [Target.Dependency] = [
    "Messaging", "KafkaClient", "PostgresClient", "Contracts", "JSON", "Safeguarding", "Policy", "ServiceRuntime",
]

/// What the four services declare of themselves.
let specs: [Target.Dependency] = ["ReferralIntakeSpec", "MashScreenerSpec", "EscalationTrackerSpec", "NotifierSpec"]

let package = Package(
    name: "keepsight",
    targets: [
        system("CRdKafka", pkgConfig: "rdkafka", package: "librdkafka-dev"),
        system("CLibPQ", pkgConfig: "libpq", package: "libpq-dev"),
        system("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        system("CMicroHTTPD", pkgConfig: "libmicrohttpd", package: "libmicrohttpd-dev"),
        system("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
        .systemLibrary(name: "CGlibc", path: "Shared/CGlibc"),
        system("COpenSSL", pkgConfig: "libcrypto", package: "libssl-dev"),
        .target(
            name: "CUnpackLimit", path: "Shared/CUnpackLimit", cSettings: [.unsafeFlags(["-Wall", "-Werror"])],
            linkerSettings: [.linkedLibrary("z"), .linkedLibrary("dl")]),

        shared("JSON", exclude: ["README.md"]),
        shared("Safeguarding"),
        shared(
            "Contracts", ["JSON", "Safeguarding", "COpenSSL"],
            exclude: ["Generated", "README.md"]),
        shared("Policy", ["Contracts", "JSON", "Safeguarding", "CYAML"]),
        shared("KafkaClient", ["CRdKafka", "CGlibc", "CUnpackLimit"], exclude: ["README.md"]),
        shared("PostgresClient", ["CLibPQ", "CGlibc"]),
        shared("Channels", ["CCurl", "COpenSSL"]),
        shared("ServiceRuntime", ["JSON", "CMicroHTTPD", "CGlibc", "COpenSSL"]),
        shared(
            "Messaging", ["KafkaClient", "PostgresClient", "Contracts", "JSON", "Safeguarding", "ServiceRuntime"],
            exclude: ["README.md"], resources: [.embedInCode("SQL")]),

        shared("CommandRuntime", engine, exclude: ["README.md"]),

        .target(
            name: "DecisionRules", dependencies: ["Safeguarding"], path: "Services/escalation-tracker/Rules",
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "DecisionDocument", dependencies: ["DecisionRules", "Contracts", "Policy", "Safeguarding"],
            path: "Services/escalation-tracker/Document", exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "RuleExplorer", dependencies: ["DecisionRules", "Safeguarding"],
            path: "Services/keepsight-lab/Explore",
            swiftSettings: strict),
        tests("DecisionRulesTests", ["DecisionRules", "RuleExplorer", "Safeguarding"]),

        .target(
            name: "ServiceRegistry", dependencies: specs + ["Messaging", "Contracts", "Safeguarding"],
            path: "Services/registry",
            exclude: ["README.md"], swiftSettings: strict),

        tests("SafeguardingTests", ["Safeguarding"]),
        tests("JSONTests", ["JSON"]),
        tests("ContractTests", ["Contracts", "JSON", "Safeguarding", "SchemaSupport"]),
        tests("PolicyTests", ["Policy", "Contracts", "Safeguarding"]),
        tests("KafkaClientTests", ["KafkaClient", "TestSupport"]),
        tests("PostgresClientTests", ["PostgresClient", "TestSupport"]),
        tests("ServiceRuntimeTests", ["ServiceRuntime", "TestSupport"]),
        tests("MessagingTests", engine + ["CLibPQ", "ServiceRegistry", "TestSupport"] + specs),
        tests(
            "EscalationTrackerTests",
            [
                "EscalationTracker", "EscalationTrackerSpec", "Notifier", "KeepsightCommand", "CommandRuntime",
                "DecisionRules", "DecisionDocument", "RuleExplorer", "Contracts", "JSON", "Messaging", "Policy",
                "Safeguarding", "ServiceRuntime",
                "SchemaSupport", "TestSupport",
            ]),
        tests(
            "MashScreenerTests",
            ["MashScreener", "Contracts", "JSON", "Messaging", "Policy", "Safeguarding", "TestSupport"]),
        tests("ChannelTests", ["Channels", "TestSupport"]),
        tests("NotifierTests", engine + ["Channels", "Notifier", "NotifierSpec", "TestSupport"]),
        tests(
            "ReferralIntakeTests",
            engine + [
                "ReferralIntake", "EscalationTracker", "DecisionRules", "MashScreener", "Notifier", "TestSupport",
            ]),
        tests("CommandRuntimeTests", ["CommandRuntime", "Contracts", "JSON", "Safeguarding", "ServiceRuntime"]),
        tests(
            "KeepsightCommandTests",
            [
                "KeepsightCommand", "CommandRuntime", "Contracts", "DecisionRules", "JSON", "KafkaClient", "Messaging",
                "PostgresClient", "Policy", "Safeguarding", "ServiceRegistry", "ServiceRuntime", "TestSupport",
            ]),
        tests("KeepsightLabTests", ["KeepsightLab", "KeepsightCommand", "CommandRuntime", "JSON", "TestSupport"]),
        tests("IdentityTests", engine + ["KeepsightCommand", "CommandRuntime", "ServiceRegistry", "TestSupport"]),
        tests("WalkTests", engine + ["Channels", "TestSupport"]),
        tests("ChaosTests", engine + ["Channels", "TestSupport"]),
        tests(
            "CostTests",
            engine + ["ReferralIntake", "EscalationTracker", "Notifier", "ServiceRegistry", "TestSupport"]),
        tests(
            "ServiceRegistryTests",
            engine + [
                "ReferralIntake", "MashScreener", "EscalationTracker", "Notifier", "ServiceRegistry", "SchemaSupport",
                "TestSupport",
            ]
                + specs),
        .target(
            name: "SchemaSupport", dependencies: ["Contracts", "JSON"], path: "Tests/SchemaSupport",
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: engine + ["Channels", "CRdKafka", "ServiceRegistry"],
            path: "Tests/TestSupport",
            exclude: ["Receivers/receivers.py"], swiftSettings: strict),
    ]
        + messaging("ReferralIntake", executable: "referral-intake", engine, resources: [.embedInCode("SQL")])
        + messaging("MashScreener", executable: "mash-screener", engine)
        + messaging(
            "EscalationTracker", executable: "escalation-tracker", engine + ["DecisionRules", "DecisionDocument"],
            exclude: ["README.md", "Rules", "Document"],
            resources: [.embedInCode("SQL")])
        + messaging("Notifier", executable: "notifier", engine + ["Channels"], resources: [.embedInCode("SQL")])
        + service(
            "KeepsightCommand", executable: "keepsight",
            engine + ["CommandRuntime", "Channels", "ServiceRegistry", "DecisionRules", "DecisionDocument"] + specs,
            exclude: ["README.md"], resources: [.embedInCode("SQL")], settings: strict + commandLine)
        + service(
            "KeepsightLab", executable: "keepsight-lab",
            engine + ["CommandRuntime", "Channels", "ServiceRegistry", "RuleExplorer", "DecisionRules"] + specs,
            exclude: ["README.md", "Explore"], resources: [.embedInCode("SQL")], settings: strict + commandLine)
)
