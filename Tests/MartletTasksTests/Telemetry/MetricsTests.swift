import MartletTasks
import MartletTesting
import MetricsTestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
    private let metrics = TestMetrics()

    private func bench(faults: [Fault] = [], interval: Duration? = .seconds(15)) -> TaskBench {
        var registry = TaskRegistry()
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        registry.register("nap") { (context: TaskContext, seconds: Int) in
            try await context.client.time.sleep(for: .seconds(seconds))
        }
        registry.register("flaky", options: TaskOptions(retry: .fixed(max: 1, delay: .seconds(60)))) {
            () throws -> Int in throw Broken()
        }
        return TaskBench(
            registry, options: WorkerOptions(pool: .concurrent(1), metrics: metrics, metricsInterval: interval),
            clientOptions: TaskClient.Options(publishRetry: .none, metrics: metrics), faults: faults)
    }

    private func labels(_ task: String, _ more: (String, String)...) -> [(String, String)] {
        [("task", task), ("queue", "celery")] + more
    }

    @Test func runTimeWaitAndEndAreMeasured() async throws {
        let bench = bench()
        try await bench.client.send("nap", arguments: [4])
        try await bench.client.send("nap", arguments: [1])
        try await bench.runUntilIdle()
        let inFlight = try metrics.expectMeter("martlet_task_in_flight", labels("nap"))
        #expect(inFlight.values == [1])
        try await bench.advance(by: .seconds(5))
        let run = try metrics.expectTimer("martlet_task_run_duration", labels("nap"))
        #expect(run.values == [4_000_000_000, 1_000_000_000])
        let wait = try metrics.expectTimer("martlet_task_wait_duration", labels("nap"))
        #expect(wait.values == [0, 4_000_000_000], "the second one waits for the place of the first")
        #expect(inFlight.values == [1, 0, 1, 0])
        let ended = try metrics.expectCounter("martlet_task_ended", labels("nap", ("outcome", "succeeded")))
        #expect(ended.totalValue == 2)
    }

    @Test func waitOfALaterTaskCountsFromItsETA() async throws {
        let bench = bench()
        try await bench.client.send("nap", arguments: [0], countdown: .seconds(60))
        try await bench.advance(by: .seconds(60))
        #expect(try metrics.expectTimer("martlet_task_wait_duration", labels("nap")).values == [0])
    }

    @Test func retriesFailuresAndDeadLettersAreCounted() async throws {
        let bench = bench()
        try await bench.client.send("flaky")
        try await bench.advance(by: .seconds(60))
        for outcome in ["retried", "failed"] {
            let ended = try metrics.expectCounter("martlet_task_ended", labels("flaky", ("outcome", outcome)))
            #expect(ended.totalValue == 1, "\(outcome)")
        }
        let dead = try metrics.expectCounter(
            "martlet_task_dead_letters", labels("flaky", ("reason", "retries-exhausted")))
        #expect(dead.totalValue == 1)
    }

    @Test func namesOfMessagesMakeNoLabels() async throws {
        let bench = bench()
        for number in 1...20 { try await bench.client.send("tasks.unknown\(number)") }
        try await bench.runUntilIdle()
        let ended = metrics.counters(label: "martlet_task_ended")
        #expect(ended.count == 1)
        #expect(ended.first?.totalValue == 20)
        #expect(ended.first?.dimensions.first { $0.0 == "task" }?.1 == "(unknown)")
    }

    @Test func handlersAreMadeOnce() async throws {
        let bench = bench()
        for _ in 1...10 { try await bench.client.enqueue(Fixture.add(1, 1)) }
        try await bench.runUntilIdle()
        // A second counter of the same labels would be another one in this factory, which counts what it makes.
        #expect(metrics.counters(label: "martlet_task_ended").map(\.totalValue) == [10])
        #expect(metrics.timers(label: "martlet_task_run_duration").map(\.values.count) == [10])
        #expect(metrics.counters(label: "martlet_task_published").map(\.totalValue) == [10])
    }

    @Test func publishedAndRefusedMessagesAreCounted() async throws {
        let bench = bench(faults: [.fail(.publish, on: 2)])
        try await bench.client.enqueue(Fixture.add(1, 1))
        await #expect(throws: TaskError.self) { try await bench.client.enqueue(Fixture.add(1, 1)) }
        for outcome in ["published", "failed"] {
            let counter = try metrics.expectCounter(
                "martlet_task_published", labels("tasks.add", ("outcome", outcome)))
            #expect(counter.totalValue == 1, "\(outcome)")
        }
    }

    @Test func uniqueTaskThatIsThereIsADuplicate() async throws {
        let bench = bench()
        let call = Signature<Int>(task: "tasks.add", arguments: [1, 1], options: TaskOptions(unique: .untilDone()))
        try await bench.client.enqueue(call)
        try await bench.client.enqueue(call)
        let counter = try metrics.expectCounter(
            "martlet_task_published", labels("tasks.add", ("outcome", "duplicate")))
        #expect(counter.totalValue == 1)
    }

    @Test func queuesAreMeasuredAtEachInterval() async throws {
        let bench = bench()
        try await bench.runUntilIdle()
        let ready = try metrics.expectGauge("martlet_queue_depth", [("queue", "celery"), ("state", "ready")])
        let delayed = try metrics.expectGauge("martlet_queue_depth", [("queue", "celery"), ("state", "delayed")])
        let leased = try metrics.expectGauge("martlet_queue_depth", [("queue", "celery"), ("state", "leased")])
        let age = try metrics.expectGauge("martlet_queue_oldest_age_seconds", [("queue", "celery")])
        #expect(ready.values == [0] && age.values == [0], "at once when the worker starts")
        try await bench.client.send("nap", arguments: [3600])
        try await bench.client.send("nap", arguments: [0])
        try await bench.client.send("nap", arguments: [0])
        try await bench.client.send("nap", arguments: [0], countdown: .seconds(7200))
        try await bench.advance(by: .seconds(30))
        #expect(ready.values == [0, 2, 2])
        #expect(delayed.values == [0, 1, 1])
        #expect(leased.values == [0, 1, 1])
        #expect(age.values == [0, 15, 30])
    }

    @Test func measuringGoesOnAfterAnErrorOfTheBroker() async throws {
        let bench = bench(faults: [.fail(.depth, on: 1)])
        try await bench.runUntilIdle()
        #expect(metrics.recorders(label: "martlet_queue_depth").isEmpty)
        try await bench.advance(by: .seconds(15))
        let ready = try metrics.expectGauge("martlet_queue_depth", [("queue", "celery"), ("state", "ready")])
        #expect(ready.values == [0])
    }

    @Test func queuesAreNotMeasuredWithoutInterval() async throws {
        let bench = bench(interval: nil)
        try await bench.advance(by: .seconds(60))
        #expect(metrics.recorders.isEmpty)
    }

    @Test func intervalOfZeroIsRefused() {
        let options = WorkerOptions(metrics: metrics, metricsInterval: .zero)
        let worker = Worker(registry: TaskRegistry(), client: Fixture.client(), options: options)
        #expect { try worker.validate() } throws: { "\($0)".contains("metrics interval of 0.0 seconds") }
    }
}
