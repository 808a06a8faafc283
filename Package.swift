// swift-tools-version: 6.2
// The map of renkei: one target a room, imports point down only (docs/architecture.md).

import PackageDescription

/// One settings list for every target, so that no room is built to a lower standard.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// The tests run whole nights: where a night's time goes is optimised in their build too, with every assertion kept.
let optimised: [SwiftSetting] = [
    .unsafeFlags(
        ["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode", "-assert-config", "Debug"],
        .when(configuration: .debug))
]

/// A room and what it may import; nothing outside this list resolves.
func room(
    _ name: String, imports: [String] = [], resources: [Resource] = [], exclude: [String] = [],
    isHot: Bool = false
) -> Target {
    .target(
        name: name, dependencies: imports.map { .init(stringLiteral: $0) }, exclude: exclude,
        resources: resources, swiftSettings: isHot ? settings + optimised : settings)
}

func tests(of name: String, also: [String] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ([name, "Domain", "TestSupport"] + also).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }.map { .init(stringLiteral: $0) },
        resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "renkei",
    dependencies: [],
    targets: [
        // layer 0
        room("Domain", isHot: true),
        // layer 1
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        room("Extracts", imports: ["Domain"], isHot: true),
        room("JapaneseText", imports: ["Domain"], exclude: ["NOTICE.md"], isHot: true),
        room("Linkage", imports: ["Domain"], isHot: true),
        room("Policy", imports: ["Domain"], isHot: true),
        room("Flagging", imports: ["Domain"], isHot: true),
        room("Programmes", imports: ["Domain"], isHot: true),
        room("Audit", imports: ["Domain", "CSodium"], isHot: true),
        room("HTTP"),
        // layer 2
        room(
            "Mapping", imports: ["Domain", "Extracts", "JapaneseText"],
            resources: [.embedInCode("mapping.schema.json")], isHot: true),
        room("Identity", imports: ["Domain", "Linkage"], isHot: true),
        room("Tables", imports: ["Domain", "Extracts", "Linkage"], isHot: true),
        room(
            "SampleCity", imports: ["Domain", "Extracts"], exclude: ["Names/NOTICE.md"], isHot: true),
        room("Pages", imports: ["Domain", "Programmes"]),
        room(
            "Store",
            imports: ["Domain", "JapaneseText", "Policy", "Programmes", "Audit", "CSQLite", "CSodium"],
            isHot: true),
        // layer 3
        room(
            "Nightly",
            imports: [
                "Domain", "Extracts", "JapaneseText", "Mapping", "Linkage", "Identity", "Policy", "Flagging",
                "Programmes", "Audit", "Store", "Pages",
            ]),
        room(
            "AdminAPI",
            imports: [
                "Domain", "Extracts", "JapaneseText", "Policy", "Programmes", "Audit", "Store", "HTTP",
                "Pages",
            ]),
        // layer 4
        .executableTarget(
            name: "renkei",
            dependencies: [
                "Domain", "JapaneseText", "Mapping", "Linkage", "Policy", "Flagging", "Programmes", "Audit",
                "Store", "SampleCity", "Nightly",
                "AdminAPI", "HTTP", "Pages", "Tables",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "renkei-bench",
            dependencies: [
                "Domain", "Extracts", "JapaneseText", "Linkage", "Policy", "Flagging", "Programmes", "Audit",
                "Store", "CSQLite",
                "Nightly", "SampleCity",
            ],
            swiftSettings: settings),
        // tests
        .target(
            name: "TestSupport", dependencies: ["Domain"], path: "Tests/TestSupport", swiftSettings: settings),
        tests(of: "Domain"),
        tests(of: "Extracts", resources: [.copy("Regressions")]),
        tests(of: "JapaneseText"),
        tests(of: "Mapping", also: ["Extracts", "JapaneseText", "Policy", "SampleCity"]),
        tests(of: "Linkage"),
        tests(of: "Identity", also: ["Linkage"]),
        tests(of: "Tables", also: ["Extracts", "Linkage"]),
        tests(of: "Policy"),
        tests(of: "Flagging", also: ["Policy"], resources: [.copy("reasons.txt")]),
        tests(of: "Programmes", also: ["Policy"], resources: [.copy("report.txt")]),
        tests(of: "Audit"),
        tests(of: "Store", also: ["JapaneseText", "Policy", "Programmes", "Audit", "CSodium"]),
        tests(of: "SampleCity", also: ["Extracts"]),
        tests(of: "Pages", also: ["Programmes"], resources: [.copy("Golden")]),
        tests(of: "HTTP"),
        tests(of: "AdminAPI", also: ["Policy", "Programmes", "Audit", "Store", "HTTP", "Pages"]),
        tests(
            of: "Nightly", also: ["Store", "SampleCity", "Policy", "Programmes", "Linkage", "Identity"]),
        .testTarget(
            name: "EndToEndTests", dependencies: ["Domain", "TestSupport", "renkei"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
