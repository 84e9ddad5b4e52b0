import ArgumentParser
import Foundation
import MartletApp
import StudioKit

/// `demo`: starts everything and tells the story of a month.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Start everything and tell the story of a year's invoices.",
        discussion: """
            Starts all services as processes of their own, imports a Toggl Track detailed report, bills it, kills the \
            worker in the middle, and checks that nothing was lost or done twice. Its data is in --data, which is emptied \
            first, or in the PostgreSQL database that DATABASE_URL names, of which it empties what an earlier demo has \
            made. Afterwards everything keeps serving until Ctrl-C; with --exit, or DEMO_EXIT=1, it ends.

            The environment variable CSV names the report where no argument does.
            """)

    @Argument(help: "The report, a CSV file. By default CSV, or the sample.")
    var report: String?

    @Option(help: "The folder of the demo's data.")
    var data = ".martlet/demo"

    @Flag(help: "End when the story is told.")
    var exit = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let path = report ?? environment["CSV"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.sample
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ValidationError("The report \(path) cannot be read. Give the path of a Toggl Track detailed report.")
        }
        let folder = try DemoFolder.emptied(data)
        try await DemoDatabase.empty(try await Studio.environment(overriding: ["MARTLET_DATA": folder]))
        let ends = exit || !(environment["DEMO_EXIT"] ?? "").isEmpty
        try await BackOffice.running(in: folder) { office in
            let stage = Stage()
            let story = Story(office: office, stage: stage, report: Array(bytes), path: path)
            try await story.tell()
            guard !ends else { return }
            stage.say("")
            stage.say(
                "Everything keeps serving at \(office.gateway); see the README for what to ask it. Ctrl-C stops it.")
            await office.waitUntilStopped()
        }
    }

    /// The report in the example's folder.
    private static var sample: String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sample/toggl-2025.csv")
            .standardizedFileURL.path
    }
}
