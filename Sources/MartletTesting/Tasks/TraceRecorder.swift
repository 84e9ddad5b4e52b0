import Foundation
import MartletTasks
import Synchronization

/// Writes a ``TaskTrace``; who does something is found by the executor it runs on.
final class TraceRecorder: Sendable {
    private struct State {
        var lines: [TaskTrace.Line] = []
        var names: [String: String] = [:]
    }

    private let state = Mutex(State())
    private let clock: VirtualClock

    init(clock: VirtualClock) { self.clock = clock }

    var trace: TaskTrace {
        let (lines, names) = state.withLock { ($0.lines, $0.names) }
        return TaskTrace(
            lines: lines.map { line in
                var line = line
                line.task = names[line.id]
                return line
            })
    }

    func note(_ event: TaskTrace.Event, _ id: String = "", _ detail: String = "", worker: Int? = nil) {
        let line = TaskTrace.Line(
            time: clock.now.offset, worker: worker ?? TaskBench.currentWorker, event: event, id: id, detail: detail)
        state.withLock { $0.lines.append(line) }
    }

    func name(_ id: String, _ task: String) { state.withLock { $0.names[id] = task } }

    /// Tells of each run of a task.
    func tracing(_ registry: TaskRegistry) -> TaskRegistry {
        registry.mapBodies { body in
            { arguments, context in
                self.name(context.id, context.task)
                self.note(.started, context.id, context.attempt > 1 ? "attempt \(context.attempt)" : "")
                do {
                    let value = try await body(arguments, context)
                    self.note(.returned, context.id)
                    return value
                } catch {
                    self.note(.threw, context.id, "\(type(of: error))")
                    throw error
                }
            }
        }
    }
}

// MARK: - What a broker and a result backend do

extension TraceRecorder {
    func published(_ messages: [WireMessage], _ holders: [String: String] = [:]) {
        for message in messages {
            if let holder = holders[message.id] {
                note(.duplicate, message.id, "of \(holder)")
            } else {
                note(.published, message.id, message.queue)
            }
        }
    }

    func received(_ messages: [ReceivedMessage]) {
        for message in messages {
            note(.received, message.message.id, message.attempt > 1 ? "attempt \(message.attempt)" : "")
        }
    }

    func settled(_ settlements: [Settlement]) {
        for settlement in settlements {
            let id = settlement.receipt.id
            switch settlement.disposition {
            case .acknowledge: note(.acknowledged, id)
            case .requeue: note(.requeued, id)
            case .redeliver: note(.redelivered, id)
            case .defer(let moment): note(.deferred, id, "\(moment.timeIntervalSince(clock.date)) s")
            case .replace(let message):
                note(.replaced, id, message.eta.map { "\($0.timeIntervalSince(clock.date)) s" } ?? "")
            case .handOver(let messages):
                note(.acknowledged, id)
                published(messages)
            case .deadLetter(let reason, _): note(.deadLettered, id, reason.rawValue)
            }
        }
    }

    func limited(_ id: String, _ decision: LimitDecision) {
        switch decision {
        case .granted: break
        case .deferred(let moment): note(.limited, id, "\(moment.timeIntervalSince(clock.date)) s")
        case .waiting(let key): note(.limited, id, key)
        }
    }

    func revoked(_ revocations: [Revocation]) {
        for revocation in revocations {
            switch revocation.target {
            case .task(let id): note(.revoked, id, revocation.terminates ? "terminate" : "")
            case .stamp(let name, let value): note(.revoked, "", "\(name)=\(value)")
            }
        }
    }

    func stored(_ results: [TaskResult]) {
        for result in results {
            if let name = result.name { self.name(result.taskID, name) }
            note(.stored, result.taskID, result.state.rawValue)
        }
    }
}
