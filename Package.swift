// swift-tools-version: 6.2
import CompilerPluginSupport
import Foundation
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
    ],
    targets: [
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
        .target(name: "MartletTasks", dependencies: ["MartletMacros", log, lifecycle]),
        .target(name: "MartletServices", dependencies: ["MartletTasks", "MartletMacros", log, lifecycle, hummingbird, configuration,
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
            .product(name: "HTTPTypes", package: "swift-http-types"),
            .product(name: "NIOCore", package: "swift-nio"),
        ]),
        .target(name: "MartletSQLite", dependencies: ["MartletORM", "MartletTasks", grdb, sqlite, log]),
        .target(name: "MartletTesting", dependencies: ["MartletORM", "MartletTasks", log]),
        .target(name: "MartletApp", dependencies: [
            "MartletServices", "MartletSQLite", "MartletORM", "MartletTasks", configuration, lifecycle, log, hummingbird,
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            .product(name: "NIOCore", package: "swift-nio"),
        ]),
        .executableTarget(name: "MartletTestWorker", dependencies: ["MartletSQLite", "MartletTasks", "MartletORM", log, lifecycle], path: "Tests/MartletTestWorker"),
        .testTarget(name: "MartletMacrosTests", dependencies: ["MartletMacros",
            .product(name: "SwiftSyntaxMacrosGenericTestSupport", package: "swift-syntax"),
            .product(name: "SwiftSyntaxMacroExpansion", package: "swift-syntax"),
            .product(name: "SwiftParser", package: "swift-syntax"),
            .product(name: "SwiftSyntaxBuilder", package: "swift-syntax"),
        ]),
        .testTarget(name: "MartletORMTests", dependencies: ["MartletORM", "MartletSQLite", "MartletTesting"]),
        .testTarget(name: "MartletTasksTests", dependencies: ["MartletTasks", "MartletTesting"]),
        .testTarget(name: "MartletSQLiteTests", dependencies: ["MartletSQLite", "MartletTesting", "MartletTestWorker"]),
        .testTarget(name: "MartletServicesTests", dependencies: ["MartletServices", "MartletTesting",
            .product(name: "HummingbirdTesting", package: "hummingbird")]),
        .testTarget(name: "MartletAppTests", dependencies: ["MartletApp", "MartletTesting"]),
        .testTarget(name: "IntegrationTests", dependencies: ["MartletSQLite", "MartletTasks", "MartletTesting", "MartletTestWorker"]),
    ],
    swiftLanguageModes: [.v6]
)

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
let declared = Set(package.targets.map(\.name))
package.targets = package.targets.filter { target in
    let folder = target.path ?? (target.type == .test ? "Tests/\(target.name)" : "Sources/\(target.name)")
    return FileManager.default.fileExists(atPath: "\(root)/\(folder)")
}
let absent = declared.subtracting(package.targets.map(\.name))
for target in package.targets {
    target.dependencies.removeAll { dependency in
        if case .byNameItem(let name, _) = dependency { absent.contains(name) } else { false }
    }
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
