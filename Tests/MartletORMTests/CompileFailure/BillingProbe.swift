import CompilerProbe
import Foundation

/// Type-checks a piece of source together with the models of these tests.
enum BillingProbe {
    /// What the compiler says of the source, whose file is `Probe.swift` and begins with a line of import.
    static func compile(_ source: String, options: [String] = []) async throws -> Compilation {
        try await CompilerProbe().compile(
            [SourceFile("Probe.swift", "import MartletORM\n\(source)\n"), SourceFile("Billing.swift", models())],
            options: options)
    }

    /// The models alone, without the database that fills them, so that only MartletORM is imported.
    private static func models() throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        var text = try String(contentsOf: tests.appendingPathComponent("Models/Billing.swift"), encoding: .utf8)
        if let end = text.range(of: "enum Billing {") { text = String(text[..<end.lowerBound]) }
        return text
    }
}
