import Foundation
import Logging

/// Last step: tells broker and result backend how a delivery ended.
struct Reporting: Sendable {
    let broker: any Broker
    let results: any ResultBackend
    let time: TimeSource
    let followUps: FollowUps
    /// What the bodies of messages may be.
    let content: ContentRegistry
    /// Whether results tell arguments, worker and queue too.
    var extendsResults = false
    /// The worker's name, for those.
    var node = NodeName.default
    /// How long errors are kept of tasks that say nothing.
    var failureExpires: Duration?
    /// How storing a result is tried again.
    var resultRetry = RetryPolicy.none
    /// The client whose telemetry and middleware what follows is published through.
    let client: TaskClient
    /// The broker, when results are in the same store.
    var transactional: (any TransactionalBroker)?
    /// The broker, when it takes reports without making anybody wait, too.
    var collecting: (any CollectingBroker)?

    /// Reports an outcome; returns what it counts as, and what has become of it.
    ///
    /// When the broker and the backend share a store everything is one transaction. Otherwise the order is: result,
    /// follow-ups, end of delivery; a crash in between leads to a redelivery that finds the result and goes on from it.
    func report(_ outcome: Outcome, of received: ReceivedMessage, _ job: Job?) async throws -> (WorkerReport, Outcome) {
        let report: Report?
        var outcome = outcome
        do {
            report = try await make(outcome, of: received, job)
        } catch let error as TaskError where Self.lies(inMessage: error) {
            outcome = .failed(TaskFailure(error), .undecodable)
            report = unsendable(TaskFailure(error), .undecodable, of: received)
        } catch let error as Refusal {
            outcome = .failed(error.failure, .failed)
            report = unsendable(error.failure, .failed, of: received)
        }
        guard var report else { return (WorkerReport(), outcome) }
        limitLife(ofFailuresIn: &report)
        try await commit(report)
        return (report.counts, outcome)
    }

    /// A middleware does not let through what follows a task.
    private struct Refusal: Error {
        let failure: TaskFailure
    }

    /// Whether what follows a task cannot be done however often it is tried.
    private static func lies(inMessage error: TaskError) -> Bool {
        [.malformedMessage, .invalidArgument, .unsupported].contains(error.code)
    }

    private func limitLife(ofFailuresIn report: inout Report) {
        guard let failureExpires else { return }
        let moment = time.now.addingTimeInterval(failureExpires.inSeconds)
        for index in report.results.indices where report.results[index].expires == nil {
            let state = report.results[index].state
            if state.isFinal, state != .success { report.results[index].expires = moment }
        }
    }

    /// What the message wants to be done after the task cannot be done, now or later: a dead letter.
    private func unsendable(
        _ failure: TaskFailure, _ reason: DeadLetter.Reason, of received: ReceivedMessage
    ) -> Report {
        var report = Report(
            settlement: Settlement(received.receipt, .deadLetter(reason: reason, error: failure.description)))
        report.counts.failed = 1
        report.counts.deadLettered = 1
        let id = (try? received.message.readHeaders())?.id ?? received.message.id
        report.results = [TaskResult(taskID: id, state: .failure, value: failure.json, doneAt: time.now)]
        return report
    }

    /// What an outcome changes; `nil` when the delivery is not the worker's any more.
    private func make(_ outcome: Outcome, of received: ReceivedMessage, _ job: Job?) async throws -> Report? {
        if let job, let report = plainReport(outcome, of: job) { return report }
        var report = Report(settlement: Settlement(received.receipt, .acknowledge))
        if received.attempt > 1 { report.counts.recovered = 1 }
        switch outcome {
        case .succeeded(let value):
            report.counts.done = 1
            if let job { try await addSuccess(value, of: job, to: &report) }
        case .alreadySucceeded(let result):
            if let job {
                let followUp = try await followUps.success(of: job.message, result, isRepeated: true)
                try await add(followUp, after: job.message, job, to: &report)
            }
        case .failed(let failure, let reason):
            report.counts.failed = 1
            // The broker has forgotten a message that was acknowledged early.
            report.counts.deadLettered = job?.acknowledgesEarly == true ? 0 : 1
            report.settlement.disposition = .deadLetter(reason: reason, error: failure.description)
            try await addFailure(failure, .failure, of: received, job, to: &report)
        case .failedAsExpected(let failure):
            report.counts.failed = 1
            try await addFailure(failure, .failure, of: received, job, to: &report)
        case .rejected(let reason, requeue: false):
            report.counts.deadLettered = 1
            report.settlement.disposition = .deadLetter(reason: .rejected, error: reason)
            try await addFailure(.rejected(reason), .rejected, of: received, job, to: &report)
        case .expired:
            report.counts.expired = 1
            try await addFailure(.revoked("expired"), .revoked, of: received, job, to: &report)
        case .revoked(let hadStarted):
            let failure = TaskFailure.revoked(hadStarted ? "terminated" : "revoked")
            try await addFailure(failure, .revoked, of: received, job, to: &report)
        case .retrying(let failure, let moment):
            report.counts.retried = 1
            if let job { addRetry(failure, at: moment, of: job, to: &report) }
        case .snoozed(let moment):
            if let job { addSnooze(until: moment, of: job, to: &report) }
        case .replaced(let canvas):
            if let job { try await addReplacement(canvas, of: job, to: &report) }
        case .deferred(let moment):
            report.counts = WorkerReport()
            report.settlement.disposition = .defer(until: moment)
        case .handedBack, .rejected(_, requeue: true):
            report.counts = WorkerReport()
            report.settlement.disposition = .requeue
        case .lost:
            report.settlement.disposition = .redeliver
        case .ignored:
            if let job { try await addIgnored(job, to: &report) }
        case .limited, .leaseLost: return nil
        }
        return report
    }

    /// What the success of a task that nothing follows changes, which is known at once; `nil` for all other ends.
    func plainReport(_ outcome: Outcome, of job: Job) -> Report? {
        guard case .succeeded(let value) = outcome, job.message.embed.isEmpty else { return nil }
        var report = Report(settlement: Settlement(job.received.receipt, .acknowledge))
        report.counts.done = 1
        if job.received.attempt > 1 { report.counts.recovered = 1 }
        if !job.ignoresResult { report.results = [result(.success, value, of: job.message, job)] }
        return report
    }

    private func addSuccess(_ value: JSONValue, of job: Job, to report: inout Report) async throws {
        var result = result(.success, value, of: job.message, job)
        let followUp = try await followUps.success(of: job.message, result, isRepeated: job.isRepeated)
        if job.definition.options.trail { result.children += followUp.messages.map(\.id) }
        if !job.ignoresResult { report.results.append(result) }
        try await add(followUp, after: job.message, job, to: &report)
    }

    private func addIgnored(_ job: Job, to report: inout Report) async throws {
        let followUp = try await followUps.ignored(job.message, isRepeated: job.isRepeated)
        try await add(followUp, after: job.message, job, to: &report)
    }

    /// Adds what follows, through what comes with publishing.
    private func add(
        _ followUp: FollowUp, after message: TaskMessage, _ job: Job?, to report: inout Report
    ) async throws {
        report.results += followUp.results
        guard !followUp.messages.isEmpty, let publishing = Publishing(client) else {
            report.messages += try encoded(followUp.messages)
            return
        }
        var wires: [WireMessage] = []
        do {
            let trace = job?.run.trace ?? TraceHeaders(of: message)
            _ = try await publishing.publish(followUp.messages, after: trace) { messages in
                wires = try encoded(messages)
                return [:]
            }
        } catch {
            if error is CancellationError, Task.isCancelled { throw error }
            throw error as? Refusal ?? Refusal(failure: TaskFailure(error))
        }
        report.messages += wires
    }

    /// What follows, each in the form it asks for; a message that cannot be written is as good as refused.
    private func encoded(_ messages: [TaskMessage]) throws(Refusal) -> [WireMessage] {
        var wires: [WireMessage] = []
        for message in messages {
            do throws(TaskError) { wires.append(try message.encoded(with: client.options.content)) } catch {
                throw Refusal(failure: TaskFailure(error))
            }
        }
        return wires
    }

    private func addFailure(
        _ failure: TaskFailure, _ state: TaskState, of received: ReceivedMessage, _ job: Job?, to report: inout Report
    ) async throws {
        guard let message = job?.message ?? (try? TaskMessage(wire: received.message, content: content)) else {
            report.results.append(
                TaskResult(taskID: received.message.id, state: state, value: failure.json, doneAt: time.now))
            return
        }
        let isStored = job.map { !$0.ignoresResult || $0.definition.options.storesErrorsEvenIfIgnored } ?? true
        if isStored { report.results.append(result(state, failure.json, of: message, job)) }
        let following: TaskState = state == .revoked ? .revoked : .failure
        let followUp = try await followUps.failure(
            of: message, failure, state: following, isRepeated: job?.isRepeated ?? (received.attempt > 1))
        try await add(followUp, after: message, job, to: &report)
    }

    /// Sends the message again with its body as it came: in its form, and signed if it was.
    private func addRetry(_ failure: TaskFailure, at moment: Date, of job: Job, to report: inout Report) {
        var message = job.message
        message.headers.failedRuns.append(
            FailedRun(date: time.now, error: failure.description, retries: message.headers.retries))
        message.headers.retries += 1
        message.headers.eta = moment
        if !job.ignoresResult {
            let meta = TaskResult.waiting(failure, until: moment)
            report.results.append(result(.retry, meta, of: message, job))
        }
        let wire = message.wire(body: job.received.message.body)
        if job.acknowledgesEarly {
            report.messages.append(wire)
        } else {
            report.settlement.disposition = .replace(wire)
        }
    }

    /// The message stays as it is; one that was acknowledged early is published again.
    private func addSnooze(until moment: Date, of job: Job, to report: inout Report) {
        if !job.ignoresResult {
            let meta = TaskResult.waiting(nil, until: moment)
            report.results.append(result(.pending, meta, of: job.message, job))
        }
        if job.acknowledgesEarly {
            var message = job.message
            message.headers.eta = moment
            report.messages.append(message.wire(body: job.received.message.body))
        } else {
            report.settlement.disposition = .defer(until: moment)
        }
    }

    /// The message is exchanged for others; one that was acknowledged early is gone already.
    private func addReplacement(_ canvas: Canvas, of job: Job, to report: inout Report) async throws {
        let followUp = try followUps.replacement(of: job.message, by: canvas, isRepeated: job.isRepeated)
        try await add(followUp, after: job.message, job, to: &report)
        guard !job.acknowledgesEarly else { return }
        let messages = report.messages
        report.messages = []
        let isOne = messages.count == 1 && messages[0].id == job.received.message.id
        report.settlement.disposition = isOne ? .replace(messages[0]) : .handOver(to: messages)
    }

    private func result(
        _ state: TaskState, _ value: JSONValue, of message: TaskMessage, _ job: Job?
    ) -> TaskResult {
        var result = TaskResult(message: message, state: state, value: value)
        if state.isFinal { result.doneAt = time.now }
        if let job, job.definition.options.trail { result.children = job.run.children }
        result.expires = (job?.definition.options.resultExpires).map { time.now.addingTimeInterval($0.inSeconds) }
        guard extendsResults else { return result }
        result.arguments = message.arguments
        result.keywords = message.keywords
        result.queue = message.queue
        result.worker = node.description
        return result
    }

    private func commit(_ report: Report) async throws {
        if let transactional { return try await transactional.commit(report) }
        if !report.results.isEmpty { try await store(report.results) }
        if !report.messages.isEmpty { try await broker.publish(report.messages) }
        try await broker.settle([report.settlement])
        if let broker = broker as? any StatisticsBroker { try await broker.add(report.counts) }
    }

    /// Stores results, as often as the options say; the lease is renewed meanwhile.
    private func store(_ stored: [TaskResult]) async throws {
        var generator = client.options.random
        var retries = 0
        while true {
            do {
                return try await results.store(stored)
            } catch {
                guard !Task.isCancelled, resultRetry.covers(error),
                    let delay = resultRetry.delay(afterRetries: retries, using: &generator)
                else { throw error }
                retries += 1
                try await time.sleep(for: delay)
            }
        }
    }
}
