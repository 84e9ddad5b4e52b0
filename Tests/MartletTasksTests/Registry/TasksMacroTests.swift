import Foundation
import MartletTasks
import MartletTesting
import Testing

@Tasks("billing")
struct BillingTasks {
    let host: String

    @Task(queue: "pdf", priority: 4, retry: .fixed(max: 2, delay: .zero), timeLimit: .seconds(30))
    func renderPDF(invoice: Int, copies: Int = 1, context: TaskContext) async throws -> URL {
        guard let url = URL(string: "https://\(host)/\(invoice)/\(copies)/\(context.task)") else { throw Broken() }
        return url
    }

    @Task func total(_ amounts: [Int]) -> Int { amounts.reduce(0, +) }
    @Task func plus(_ number: Int, other: Int) -> Int { number + other }
    @Task(name: "log_it") func log(text: String?) {}
}

@Suite(.timeLimit(.minutes(1))) struct TasksMacroTests {
    let bench = Bench()

    private var registry: TaskRegistry {
        var registry = TaskRegistry()
        registry.register(BillingTasks(host: "example.org"))
        return registry
    }

    @Test func factoriesMakeTypedSignatures() async throws {
        let client = bench.client
        try await bench.run(registry) { worker in
            #expect(worker.queues == ["celery", "pdf"])
            let url: URL = try await client.enqueue(BillingTasks.renderPDF(invoice: 7)).value()
            #expect(url.absoluteString == "https://example.org/7/1/billing.renderPDF")
            let chained: Int = try await client.enqueue(
                BillingTasks.total([1, 2]) | BillingTasks.plus(other: 4) | BillingTasks.plus(other: 5)
            ).value()
            #expect(chained == 12)
            let summed = try await client.enqueue(
                chord((1...3).map { BillingTasks.plus($0, other: 1) }, BillingTasks.total())
            ).value()
            #expect(summed == 9)
            try await client.enqueue(BillingTasks.log(text: nil)).value()
        }
    }

    @Test func optionsTravelAndAreKnownToTheWorker() throws {
        let message = try #require(try bench.client.messages(for: BillingTasks.renderPDF(invoice: 7)).first)
        #expect(message.task == "billing.renderPDF")
        #expect(message.queue == "pdf")
        #expect(message.properties.priority == 4)
        #expect(message.headers.timeLimit.hard == 30)
        #expect(message.keywords == ["invoice": 7, "copies": 1])
        #expect(registry["billing.renderPDF"]?.options == BillingTasks.renderPDFOptions)
        #expect(registry["billing.log_it"] != nil)
    }

    @Test func pythonMayLeaveOutOrNameArguments() async throws {
        let client = bench.client
        try await bench.run(registry) { _ in
            let positional = try await client.send("billing.renderPDF", arguments: [3], queue: "pdf").value()
            #expect(positional == "https://example.org/3/1/billing.renderPDF")
            let named = try await client.send("billing.plus", arguments: [3], keywords: ["other": 4]).value()
            #expect(named == 7)
            let unlabelled = try await client.send("billing.total", keywords: ["amounts": [3]]).value()
            #expect(unlabelled == 3)
        }
    }
}
