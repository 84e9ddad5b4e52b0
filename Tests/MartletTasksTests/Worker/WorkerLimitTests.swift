import Foundation
import MartletTasks
import MartletTesting
import Testing

/// Rate limits of a worker, limits over all workers, and what is checked before a worker starts.
@Suite(.timeLimit(.minutes(1))) struct WorkerLimitTests {
    let clock = VirtualClock()

    private func sync(_ options: TaskOptions) -> TaskRegistry {
        var registry = TaskRegistry()
        registry.register("sync", options: options, parameters: ["client", "dry"]) { (client: Int, dry: Bool?) in client
        }
        return registry
    }

    @Test func rateLimitSpacesTheStartsOfOneWorker() async throws {
        let bench = Bench(time: clock.time)
        try await bench.run(sync(TaskOptions(rateLimit: "6/m"))) { (_: Worker) async throws -> Void in
            var results: [AsyncResult<JSONValue>] = []
            for number in 1...3 {
                results.append(try await bench.client.send("sync", arguments: [.integer(number)]))
            }
            #expect(try await results[0].value() == 1)
            while try await bench.broker.depth(of: "celery").delayed < 2 { await Task.yield() }
            clock.advance(by: .seconds(9))
            #expect(try await results[1].state() == .pending)
            clock.advance(by: .seconds(1))
            #expect(try await results[1].value() == 2)
            #expect(try await results[2].state() == .pending)
            clock.advance(by: .seconds(10))
            #expect(try await results[2].value() == 3)
        }
    }

    @Test func workerHasADefaultRateLimitAndMayKeepNone() async throws {
        for (isDisabled, options) in [(false, TaskOptions()), (true, TaskOptions(rateLimit: "6/m"))] {
            let bench = Bench(time: clock.time)
            var workerOptions = WorkerOptions()
            workerOptions.defaultRateLimit = "12/m"
            workerOptions.disablesRateLimits = isDisabled
            try await bench.run(sync(options), options: workerOptions) { (_: Worker) async throws -> Void in
                let first = try await bench.client.send("sync", arguments: [1])
                let second = try await bench.client.send("sync", arguments: [2])
                #expect(try await first.value() == 1)
                if !isDisabled {
                    while try await bench.broker.depth(of: "celery").delayed == 0 { await Task.yield() }
                    clock.advance(by: .seconds(5))
                }
                #expect(try await second.value() == 2)
            }
        }
        var wrong = WorkerOptions()
        wrong.defaultRateLimit = "often"
        let worker = Worker(registry: sync(TaskOptions()), client: Bench().client, options: wrong)
        #expect { try worker.validate() } throws: { "\($0)".contains("'often' is no rate limit") }
    }

    @Test func limitsAreKeyedByTheValuesOfArguments() async throws {
        var broker: ScriptedBroker?
        let bench = Bench(time: clock.time) { base in
            let scripted = ScriptedBroker(base)
            broker = scripted
            return scripted
        }
        let scripted = try #require(broker)
        scripted.answer(.waiting(key: "sync:client=7"))
        let limits: [TaskLimit] = [.concurrency(2, per: "client"), .rate("10/s", per: "dry", "client", name: "api")]
        let report = try await bench.run(sync(TaskOptions(limits: limits))) { (worker: Worker) async throws -> Worker in
            #expect(try await bench.client.send("sync", keywords: ["client": 7]).value() == 7)
            return worker
        }.report
        #expect(report.done == 1)
        #expect(scripted.asked.count == 2)
        #expect(scripted.asked.first?.map(\.key) == ["sync:client=7", "api:dry=null,client=7"])
    }

    @Test func wrongOptionsAreToldBeforeTheWorkerStarts() async throws {
        let bench = Bench(wrap: { ScriptedBroker($0) })
        let wrong: [(TaskOptions, String)] = [
            (TaskOptions(limits: [.concurrency(1, per: "tenant")]), "task 'sync' is limited by 'tenant'"),
            (TaskOptions(limits: [.concurrency(0)]), "a concurrency limit of 0"),
            (TaskOptions(delivery: .atMostOnce, limits: [.concurrency(1)]), "use .atLeastOnce"),
            (TaskOptions(rateLimit: "often"), "'often' is no rate limit"),
            (TaskOptions(unique: .untilDone(by: "tenant")), "task 'sync' is unique by 'tenant'"),
            (TaskOptions(timeLimit: .seconds(1), softTimeLimit: .seconds(2)), "never acts"),
        ]
        for (options, words) in wrong {
            let worker = Worker(registry: sync(options), client: bench.client)
            await #expect { try await worker.run() } throws: { "\($0)".contains(words) }
        }
    }

    @Test func brokerThatCannotKeepLimitsIsToldBeforeTheWorkerStarts() throws {
        struct Plain: Broker {
            func publish(_ messages: [WireMessage]) async throws {}
            func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] { [] }
            func settle(_ settlements: [Settlement]) async throws {}
            func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] { [] }
            func depth(of queue: String) async throws -> QueueDepth { QueueDepth() }
            func purge(_ queue: String) async throws -> Int { 0 }
        }
        for options in [TaskOptions(limits: [.concurrency(1)]), TaskOptions(unique: .untilDone())] {
            #expect { try sync(options).validate(on: Plain()) } throws: {
                "\($0)".contains("task 'sync'") && "\($0)".contains("Plain")
            }
        }
    }

    @Test func rateLimitHoldsWhenTheWorkerWasBusy() async throws {
        var registry = TaskRegistry()
        registry.register("limited", options: TaskOptions(rateLimit: "1/m")) {}
        registry.register("nap") { (context: TaskContext) in
            try await context.client.time.sleep(for: .seconds(200))
        }
        let bench = TaskBench(registry, options: WorkerOptions(pool: .concurrent(1)))
        for task in ["limited", "limited", "limited", "nap"] { try await bench.client.send(task) }
        try await bench.advance(by: .seconds(400))
        let starts = bench.trace.lines.filter { $0.event == .started && $0.task == "limited" }.map(\.time)
        // The starts at 60 s and 120 s have passed when the nap is over.
        #expect(starts == [.zero, .seconds(200), .seconds(260)])
    }
}
