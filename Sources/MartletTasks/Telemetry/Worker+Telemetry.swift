import Foundation
import Logging

extension Worker {
    /// Records how full the queues are, at once and then at each interval, as long as the worker works.
    func measureQueues(_ queues: [String]) async {
        guard let metrics, let interval = options.metricsInterval else { return }
        repeat {
            do {
                for queue in queues {
                    let depth = try await client.broker.depth(of: queue)
                    let age = depth.oldest.map { client.time.now.timeIntervalSince($0) } ?? 0
                    metrics.queue(queue).record(depth, oldestAge: age)
                }
            } catch {
                guard !Task.isCancelled else { return }
                logger.error("the queues could not be measured", metadata: ["error": "\(error)"])
            }
        } while (try? await client.time.sleep(for: interval)) != nil
    }

    /// Whether somebody wants to know how deliveries end.
    var tellsEnds: Bool { metrics != nil || !middleware.isEmpty }

    /// Notes that a run begins; `nil` when nobody takes the metrics.
    func beginMeasuring(_ job: Job) -> TaskMetrics? {
        guard tellsEnds else { return nil }
        job.run.begin(client.time)
        guard let task = metrics?.task(job.definition.name, in: job.message.queue) else { return nil }
        task.begin(after: job.received.attempt == 1 ? wait(of: job) : nil)
        return task
    }

    /// For how long it could have been run, if the broker says since when.
    private func wait(of job: Job) -> Duration? {
        guard let published = job.received.publishedAt else { return nil }
        let start = max(published, job.message.headers.eta ?? published)
        return .seconds(max(0, client.time.now.timeIntervalSince(start)))
    }

    /// Tells metrics and middleware of an end that broker and result backend know.
    func tell(_ outcome: Outcome, of received: ReceivedMessage, _ job: Job?) async {
        metrics?.task(job?.definition.name, in: received.message.queue)
            .end(outcome.kind, outcome.deadLetter, runTime: job?.run.runTime)
        guard !middleware.isEmpty else { return }
        await middleware.ended(EndedDelivery(outcome, of: received, job, content: content)) { layer, error in
            var metadata = logMetadata(of: received, job)
            metadata["middleware"] = "\(type(of: layer))"
            metadata["error"] = "\(error)"
            logger.error("a middleware failed after the end of a task", metadata: metadata)
        }
    }
}

extension TimeSource {
    /// Begins to measure; what is returned tells the time since, whatever becomes of the date.
    func stopwatch() -> @Sendable () -> Duration { clock.stopwatch() }
}

extension Clock {
    fileprivate func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
