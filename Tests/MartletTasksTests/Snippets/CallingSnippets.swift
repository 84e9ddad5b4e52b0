import Foundation
import MartletCompression
import MartletTasks
import MartletTesting
import MartletYAML
import Testing

// The code of the article "Calling tasks": Scripts/checks/snippets.sh compares each region with the block of its name.

@Tasks("invoices")
struct InvoiceTasks {
    @Task(queue: "pdf")
    func render(invoice: Int) -> String { "invoice-\(invoice).pdf" }

    @Task func remind(client: Int) {}
    @Task func archive(file: String) {}
    @Task func alert(failed: String) {}
}

// snippet: forms-task
@Tasks("pictures")
struct PictureTasks {
    @Task(serializer: .msgpack, compression: .zstd)
    func thumbnail(of picture: Data) -> Int { picture.count }
}
// snippet.end

@Suite(.timeLimit(.minutes(1))) struct CallingSnippets {
    @Test func forms() async throws {
        let broker = MemoryBroker()
        let results = MemoryResultBackend()
        // snippet: forms
        var options = TaskClient.Options()
        options.content.register(YAMLSerializer())
        options.content.registerCompressors()
        options.serializer = .msgpack
        options.compression = .zlib
        let tasks = TaskClient(broker: broker, results: results, options: options)

        var workerOptions = WorkerOptions()
        workerOptions.acceptContent = [.json, .msgpack, .yaml]
        // snippet.end
        var registry = TaskRegistry()
        registry.register(PictureTasks())
        let worker = Worker(registry: registry, client: tasks, options: workerOptions)
        let running = Task { try await worker.run() }
        let result = try await tasks.enqueue(PictureTasks.thumbnail(of: Data(repeating: 7, count: 500)))
        #expect(try await result.value(timeout: .seconds(30)) == 500)
        worker.stop()
        try await running.value
    }

    @Test func options() async throws {
        let tasks = TaskBench(InvoiceTasks()).client
        // snippet: options
        try await tasks.enqueue(InvoiceTasks.remind(client: 7), countdown: .seconds(3600), priority: .high)
        try await tasks.enqueue(
            InvoiceTasks.remind(client: 8)
                .set(expires: .seconds(600), timeLimit: .seconds(5), shadow: "reminder of client 8")
                .stamp(["client": 8])
                .onError(InvoiceTasks.alert()))
        // snippet.end
    }

    @Test func bulk() async throws {
        let bench = TaskBench(InvoiceTasks())
        let tasks = bench.client
        // snippet: bulk
        let results = try await tasks.enqueue((1...1000).map { InvoiceTasks.remind(client: $0) })
        // snippet.end
        #expect(results.count == 1000)
        #expect(try await tasks.queue("celery").depth().ready == 1000)
    }

    @Test func mapping() async throws {
        let bench = TaskBench(InvoiceTasks())
        let tasks = bench.client
        // snippet: map
        let files = try await tasks.enqueue(map(1...100) { InvoiceTasks.render(invoice: $0) })
        let shares = try await tasks.enqueue(chunks(1...1000, of: 100) { InvoiceTasks.render(invoice: $0) })
        // snippet.end
        try await bench.runUntilIdle()
        #expect(try await files.value().last == "invoice-100.pdf")
        #expect(try await shares.value().map(\.count) == Array(repeating: 100, count: 10))
    }

    @Test func following() async throws {
        let bench = TaskBench(InvoiceTasks())
        let tasks = bench.client
        let result = try await tasks.enqueue(InvoiceTasks.render(invoice: 7))
        try await bench.runUntilIdle()
        var seen: [String] = []
        func show(_ state: TaskState, _ progress: TaskProgress?) { seen.append("\(state)") }
        // snippet: updates
        for try await update in result.updates() {
            show(update.state, update.progress)
        }
        // snippet.end
        #expect(seen == ["SUCCESS"])
        let files = try await tasks.enqueue(group((1...3).map { InvoiceTasks.render(invoice: $0) }))
        try await bench.runUntilIdle()
        var shown: [String] = []
        func show(_ index: Int, _ file: String) { shown.append("\(index) \(file)") }
        // snippet: members
        for try await file in files.inCompletionOrder() {
            show(file.index, try file.value)
        }
        // snippet.end
        #expect(shown.sorted() == ["0 invoice-1.pdf", "1 invoice-2.pdf", "2 invoice-3.pdf"])
    }

    @Test func graph() async throws {
        let bench = TaskBench(BookTasks())
        let result = try await bench.client.enqueue(BookTasks.page(invoice: 7).onSuccess(BookTasks.note()))
        try await bench.runUntilIdle()
        var seen: [String] = []
        func show(_ value: String) { seen.append(value) }
        var lines: [String] = []
        func print(_ text: String) { lines = text.split(separator: "\n").map(String.init) }
        // snippet: graph
        for try await task in result.collect() where task.children.isEmpty {
            show(try task.value(as: String.self))
        }
        print(try await result.graph().dot)
        // snippet.end
        #expect(seen == ["noted 7"])
        #expect(lines.first == "digraph {" && lines.count == 5)
    }

    @Test func handingOn() async throws {
        let bench = TaskBench(InvoiceTasks())
        let tasks = bench.client
        // snippet: references
        let result = try await tasks.enqueue(InvoiceTasks.render(invoice: 7))
        let stored = try JSONEncoder().encode(result.reference)

        let reference = try JSONDecoder().decode(ResultReference.self, from: stored)
        let later = tasks.result(at: reference, as: String.self)
        // snippet.end
        try await bench.runUntilIdle()
        #expect(try await later.value() == "invoice-7.pdf")
    }

    @Test func replacing() async throws {
        let bench = TaskBench(BookTasks())
        let result = try await bench.client.enqueue(BookTasks.book(year: 2025))
        try await bench.runUntilIdle()
        #expect(try await result.value() == "1 2 3")
    }

    @Test func retryOfADeadLetter() async throws {
        let tasks = TaskBench(InvoiceTasks()).client
        let id = "3f1c"
        let deploy = Date(timeIntervalSince1970: 0)
        // snippet: dead-letters
        try await tasks.deadLetters.retry(matching: DeadLetterFilter(task: "invoices.archive", since: deploy))
        try await tasks.deadLetters.retry(id, as: InvoiceTasks.archive(file: "invoice-7.pdf"))
        // snippet.end
    }
}

@Tasks("books")
struct BookTasks {
    // snippet: replace
    @Task func book(year: Int, context: TaskContext) async throws -> String {
        let invoices = try await invoices(of: year)
        return try context.replace(with: chord(invoices.map { BookTasks.page(invoice: $0) }, BookTasks.bind()))
    }
    // snippet.end

    @Task func page(invoice: Int) -> String { "\(invoice)" }
    @Task func note(page: String) -> String { "noted \(page)" }
    @Task func bind(pages: [String]) -> String { pages.joined(separator: " ") }

    private func invoices(of year: Int) async throws -> [Int] { [1, 2, 3] }
}
