import Foundation
import Testing

/// Runs the demo as its reader does: real processes, a real SIGKILL, and the checks the demo makes itself.
@Suite struct DemoTests {
    @Test func tellsItsStoryWithTheSample() async throws {
        let demo = try await Demo.run(["--exit"])

        #expect(demo.code == 0, "\(demo.output)")
        #expect(demo.output.contains("5000 entries imported, 0 known, 0 rows refused."))
        #expect(demo.output.contains("0 entries imported, 5000 known"))
        #expect(demo.output.contains("kill -9: the worker dies in the middle"))
        #expect(demo.output.contains("144 PDFs, one for each invoice"))
        #expect(!demo.output.contains("NOT SO"))
    }

    @Test func reportsEveryDefectAndBillsTheGoodRows() async throws {
        let sample = Demo.sample("toggl-defects.csv")
        let demo = try await Demo.run([sample, "--exit"])

        #expect(demo.code == 0, "\(demo.output)")
        #expect(demo.output.contains("4 entries imported, 0 known, 35 rows refused."))
        #expect(demo.output.components(separatedBy: "\n").count { $0.hasPrefix("     line ") } == 35)
        #expect(!demo.output.contains("NOT SO"))
    }

    @Test func saysWhatIsWrongWithAFileThatIsNoReport() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("Name;Hours\nAda;3\n".utf8).write(to: file)
        let demo = try await Demo.run([file.path, "--exit"])

        #expect(demo.code != 0)
        #expect(demo.output.contains("is not that of a Toggl Track detailed report"))
        #expect(demo.output.contains("Name;Hours"))
    }

    @Test func emptiesNoFolderThatIsNotItsOwn() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: folder.appending(path: "thesis.txt"))
        let demo = try await Demo.run(["--exit"], data: folder)

        #expect(demo.code != 0)
        #expect(demo.output.contains("holds something else"))
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "thesis.txt").path))
    }
}
