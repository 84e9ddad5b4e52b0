// swift-tools-version: 6.2
import PackageDescription

// Measures Martlet beside its peers; `make bench` runs it, docs/benchmarks.md says what the numbers mean.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

/// Less for the loader to do and to keep in memory when the program starts; docs/benchmarks.md says what it is worth.
let smallProcess =
    ["-use-ld=lld"]
    + [
        "-O2", "-z", "pack-relative-relocs", "--no-export-dynamic", "--icf=safe",
        // The C++ library in the program, of which Swift needs a little. Swift names the shared one first.
        "--remap-inputs=*/libstdc++.so=/dev/null", "-l:libstdc++.a",
    ].flatMap { ["-Xlinker", $0] }

let package = Package(
    name: "martlet-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "martlet", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "TaskBenchmarks",
            dependencies: [
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MartletORM", package: "martlet"),
                .product(name: "MartletSQLite", package: "martlet"),
                .product(name: "MartletTasks", package: "martlet"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings,
            linkerSettings: [.unsafeFlags(smallProcess, .when(platforms: [.linux]))]
        ),
        .target(name: "CAllocations"),
        .executableTarget(
            name: "ORMBenchmarks",
            dependencies: [
                "CAllocations",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "MartletORM", package: "martlet"),
                .product(name: "MartletPostgres", package: "martlet"),
                .product(name: "MartletSQLite", package: "martlet"),
                .product(name: "MartletTesting", package: "martlet"),
                "CPostgres",
            ],
            swiftSettings: settings
        ),
        .systemLibrary(
            name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    ],
    swiftLanguageModes: [.v6]
)
