// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

// What the targets are, and which way the arrows between them point: docs/architecture.md.

var settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]
if Context.environment["CI"] != nil {
    settings.append(.treatAllWarnings(as: .error))
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let context: Target.Dependency = .product(name: "ServiceContextModule", package: "swift-service-context")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let inMemoryLogging: Target.Dependency = .product(name: "InMemoryLogging", package: "swift-log")
let inMemoryTracing: Target.Dependency = .product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let metricsTestKit: Target.Dependency = .product(name: "MetricsTestKit", package: "swift-metrics")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")

let martlet: [Target] = [
    .macro(
        name: "MartletMacros",
        dependencies: [
            .product(name: "SwiftCompilerPlugin", package: "swift-syntax"),
            .product(name: "SwiftDiagnostics", package: "swift-syntax"),
            .product(name: "SwiftSyntaxBuilder", package: "swift-syntax"),
            .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
        ]
    ),
    .target(name: "MartletORM", dependencies: ["MartletMacros", log]),
    .target(name: "MartletTasks", dependencies: ["MartletMacros", context, lifecycle, log, metrics, tracing]),
    .target(
        name: "MartletServices",
        dependencies: [
            "MartletMacros", "MartletTasks", asyncHTTPClient, context, httpTypes, hummingbird, lifecycle, log, nioCore,
            nioHTTP1,
        ]
    ),
    .target(name: "MartletStores", dependencies: ["MartletORM", "MartletTasks", lifecycle, log]),
    .target(
        name: "MartletSQLite",
        dependencies: ["MartletORM", "MartletStores", "MartletTasks", grdb, lifecycle, log, sqlite]
    ),
    .systemLibrary(
        name: "CLibPQ",
        pkgConfig: "libpq",
        providers: [.apt(["libpq-dev"]), .brew(["libpq"])]
    ),
    .target(
        name: "MartletPostgres",
        dependencies: ["CLibPQ", "MartletORM", "MartletStores", "MartletTasks", lifecycle, log]
    ),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"]), .brew(["bzip2"])]),
    .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"]), .brew(["xz"])]),
    .systemLibrary(
        name: "CBrotli", pkgConfig: "libbrotlienc", providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .target(
        name: "MartletCompression",
        dependencies: ["CBZip2", "CBrotli", "CLZMA", "CZlib", "CZstd", "MartletTasks"]
    ),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .target(name: "MartletYAML", dependencies: ["CYAML", "MartletTasks"]),
    .systemLibrary(
        name: "CLibCrypto",
        pkgConfig: "libcrypto",
        providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
    ),
    .target(name: "MartletSigning", dependencies: ["CLibCrypto", "MartletTasks"]),
    .target(name: "MartletTesting", dependencies: ["MartletORM", "MartletTasks", log]),
    .target(
        name: "MartletApp",
        dependencies: [
            "MartletORM", "MartletServices", "MartletSQLite", "MartletStores", "MartletTasks", argumentParser,
            asyncHTTPClient, configuration, context, lifecycle, log, metrics, nioCore, nioHTTP1, nioPosix, unixSignals,
        ]
    ),
]

let martletTests: [Target] = [
    .executableTarget(
        name: "MartletTestWorker",
        dependencies: [
            "MartletORM", "MartletStores", "MartletTasks", "MartletTestStores", inMemoryTracing, lifecycle, log,
            tracing,
            unixSignals,
        ],
        path: "Tests/MartletTestWorker"
    ),
    .target(
        name: "MartletTestStores",
        dependencies: ["MartletORM", "MartletPostgres", "MartletSQLite", "MartletTasks", lifecycle, log],
        path: "Tests/MartletTestStores"
    ),
    .target(name: "CompilerProbe", path: "Tests/CompilerProbe"),
    // Not on MartletMacros: a target that links a plug-in has all modules of the test bundle built for the host as well.
    .testTarget(
        name: "MartletMacrosTests",
        dependencies: ["CompilerProbe", "MartletORM", "MartletServices", "MartletTasks"]
    ),
    .testTarget(
        name: "MartletORMTests",
        dependencies: ["CompilerProbe", "MartletORM", "MartletPostgres", "MartletSQLite", "MartletTesting", log]
    ),
    .testTarget(
        name: "MartletTasksTests",
        dependencies: [
            "MartletCompression", "MartletTasks", "MartletTesting", "MartletYAML", context, inMemoryLogging,
            inMemoryTracing, lifecycle, log, metrics, metricsTestKit, tracing,
        ]
    ),
    .testTarget(
        name: "MartletCompressionTests",
        dependencies: [
            "MartletCompression", "MartletORM", "MartletSQLite", "MartletTasks", "MartletTesting", "MartletYAML",
        ]
    ),
    .testTarget(name: "MartletYAMLTests", dependencies: ["MartletTasks", "MartletTesting", "MartletYAML"]),
    .testTarget(
        name: "MartletSQLiteTests",
        dependencies: [
            "MartletORM", "MartletSQLite", "MartletTasks", "MartletTestWorker", "MartletTesting", grdb, inMemoryTracing,
        ]),
    .testTarget(
        name: "MartletPostgresTests",
        dependencies: [
            "CLibPQ", "MartletORM", "MartletPostgres", "MartletSQLite", "MartletTasks", "MartletTesting", log,
        ]
    ),
    .testTarget(
        name: "MartletSigningTests",
        dependencies: ["MartletSigning", "MartletTasks", "MartletTesting"],
        resources: [.copy("Fixtures")]
    ),
    .testTarget(
        name: "MartletServicesTests",
        dependencies: [
            "MartletServices", "MartletTasks", "MartletTesting", asyncHTTPClient, context, httpTypes, hummingbird,
            lifecycle, log, nioCore, nioHTTP1,
        ]
    ),
    .testTarget(
        name: "MartletAppTests",
        dependencies: [
            "MartletApp", "MartletORM", "MartletPostgres", "MartletSQLite", "MartletServices", "MartletStores",
            "MartletTasks", "MartletTestApp", "MartletTesting", argumentParser, asyncHTTPClient, configuration, context,
            log, metricsTestKit, nioCore, nioHTTP1,
        ]
    ),
    .executableTarget(
        name: "MartletTestApp",
        dependencies: ["MartletApp", "MartletORM", "MartletPostgres", "MartletServices", "MartletTasks", log],
        path: "Tests/MartletTestApp"
    ),
    .testTarget(
        name: "IntegrationTests",
        dependencies: [
            "MartletORM", "MartletPostgres", "MartletSQLite", "MartletTasks", "MartletTestStores", "MartletTestWorker",
            "MartletTesting", inMemoryTracing,
        ]
    ),
]

/// The smallest application, which the README shows.
let helloTargets: [Target] = [
    .executableTarget(
        name: "Hello",
        dependencies: ["MartletApp", "MartletORM", "MartletServices", "MartletSQLite", "MartletTasks"],
        path: "Examples/Hello"
    )
]

/// A target of the example, whose sources are in `Examples/Studio`.
func studio(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Examples/Studio/Sources/\(name)")
}

/// A test target of the example.
func studioTests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Examples/Studio/Tests/\(name)")
}

/// What every service of the example is built on.
let studioService: [Target.Dependency] = [
    "MartletApp", "MartletORM", "MartletServices", "MartletStores", "MartletTasks", configuration,
]

/// What the tests of a service run it on.
let studioDatabases: [Target.Dependency] = ["MartletSQLite", "MartletTesting", "StudioTestKit"]

let studioTargets: [Target] = [
    .systemLibrary(
        name: "CHaru",
        path: "Examples/Studio/Sources/CHaru",
        providers: [.apt(["libhpdf-dev"]), .brew(["libharu"])]
    ),
    studio("StudioKit", ["CHaru"]),
    studio("AccountsContract", ["MartletServices", "MartletTasks"]),
    studio("ProjectsContract", ["MartletServices", "MartletTasks"]),
    studio("BillingContract", ["MartletServices", "MartletTasks", "ProjectsContract"]),
    studio("NotifyContract", ["MartletServices", "MartletTasks"]),
    studio("AccountsService", ["AccountsContract", "StudioKit"] + studioService),
    studio("ProjectsService", ["AccountsContract", "ProjectsContract", "StudioKit"] + studioService),
    studio("BillingService", ["BillingContract", "NotifyContract", "ProjectsContract", "StudioKit"] + studioService),
    studio("NotifyService", ["NotifyContract", "StudioKit"] + studioService),
    .executableTarget(
        name: "Studio",
        dependencies: [
            "AccountsService", "BillingService", "MartletApp", "MartletORM", "MartletPostgres", "MartletServices",
            "MartletTasks",
            "NotifyService", "ProjectsService", "StudioKit", argumentParser, configuration, unixSignals,
        ],
        path: "Examples/Studio/Sources/Studio"
    ),
    .target(
        name: "StudioTestKit",
        dependencies: ["MartletORM", "MartletPostgres", "MartletSQLite", "MartletTesting"],
        path: "Examples/Studio/Tests/StudioTestKit"
    ),
    studioTests("StudioKitTests", ["StudioKit"]),
    studioTests("AccountsServiceTests", ["AccountsContract", "AccountsService"] + studioDatabases + studioService),
    studioTests(
        "ProjectsServiceTests",
        ["AccountsContract", "ProjectsContract", "ProjectsService", "StudioKit"] + studioDatabases + studioService),
    studioTests(
        "BillingServiceTests",
        ["BillingContract", "BillingService", "ProjectsContract", "StudioKit"] + studioDatabases + studioService),
    studioTests(
        "NotifyServiceTests", ["NotifyContract", "NotifyService", "StudioKit"] + studioDatabases + studioService),
    studioTests("StudioTests", ["MartletORM", "MartletPostgres", "MartletTesting", "Studio"]),
]

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "MartletORM", targets: ["MartletORM"]),
        .library(name: "MartletTasks", targets: ["MartletTasks"]),
        .library(name: "MartletServices", targets: ["MartletServices"]),
        .library(name: "MartletStores", targets: ["MartletStores"]),
        .library(name: "MartletSQLite", targets: ["MartletSQLite"]),
        .library(name: "MartletPostgres", targets: ["MartletPostgres"]),
        .library(name: "MartletCompression", targets: ["MartletCompression"]),
        .library(name: "MartletYAML", targets: ["MartletYAML"]),
        .library(name: "MartletSigning", targets: ["MartletSigning"]),
        .library(name: "MartletTesting", targets: ["MartletTesting"]),
        .library(name: "MartletApp", targets: ["MartletApp"]),
        .executable(name: "studio", targets: ["Studio"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-service-context", from: "1.5.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
    ],
    targets: martlet + martletTests + helloTargets + studioTargets,
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
