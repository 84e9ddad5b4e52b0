import Foundation
import MartletSigning
import MartletTasks
import MartletTesting
import Testing

// The code of the article "Signing messages": Scripts/checks/snippets.sh compares each region with the block of its name.

@Suite(.timeLimit(.minutes(1))) struct SigningSnippets {
    /// The article's commands make what its code reads.
    @Test func commandsAndCodeFitTogether() async throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.path
        try run(command("pair"), in: folder)

        let (broker, results) = (MemoryBroker(), MemoryResultBackend())
        var registry = TaskRegistry()
        registry.register(SignedTasks())
        // snippet: setup
        var options = TaskClient.Options()
        options.content.register(
            try AuthSerializer(
                key: "\(folder)/worker.key",
                certificate: "\(folder)/worker.crt",
                certStore: "\(folder)/certs/*.crt"))
        options.serializer = .auth  // task_serializer
        let client = TaskClient(broker: broker, results: results, options: options)

        var workerOptions = WorkerOptions()
        workerOptions.acceptContent = [.auth]  // accept_content
        let worker = Worker(registry: registry, client: client, options: workerOptions)
        // snippet.end
        let running = Task { try await worker.run() }
        #expect(try await client.enqueue(SignedTasks.add(a: 2, b: 3) | SignedTasks.add(b: 1)).value() == 6)
        running.cancel()
        _ = await running.result
    }

    /// The block of commands below `<!-- commands: NAME -->` in the article.
    private func command(_ name: String) throws -> String {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let article = try String(
            contentsOf: root.appending(path: "Sources/MartletSigning/Documentation.docc/SigningMessages.md"),
            encoding: .utf8)
        let start = try #require(article.firstRange(of: "<!-- commands: \(name) -->\n```sh\n")).upperBound
        let end = try #require(article[start...].firstRange(of: "\n```")).lowerBound
        return String(article[start..<end])
    }

    /// By the C library: `Process.run()` is not safe beside others that start programs.
    private func run(_ script: String, in folder: String) throws {
        let shell = try #require(popen("exec 2>/dev/null; cd '\(folder)' && set -e\n\(script)", "r"))
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), shell) != nil {}
        try #require(pclose(shell) == 0)
    }
}
