import Foundation
import MartletTasks
import MartletTesting
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

@Suite(.timeLimit(.minutes(1))) struct CallingSnippets {
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
