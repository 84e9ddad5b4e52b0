public import Foundation

extension Signature {
    /// The same call with other options; what is `nil` stays as it is (Celery's `Signature.set`).
    ///
    /// Of a chain, its first task takes `countdown` and `eta`, and every task the rest. A value that cannot be used is
    /// reported when the signature is sent.
    ///
    /// - Parameters:
    ///   - queue: The queue it is sent to.
    ///   - priority: How urgent it is.
    ///   - countdown: How long to wait before it runs.
    ///   - eta: The moment before which it does not run; goes before `countdown`.
    ///   - expires: How long after it was sent it is not to run any more.
    ///   - expiresAt: The moment after which it is not to run any more; goes before `expires`.
    ///   - timeLimit: The time a run may take (Celery's `time_limit`).
    ///   - softTimeLimit: The time after which a run is cancelled and may still clean up (`soft_time_limit`).
    ///   - ignoresResult: Whether its result is not stored (`ignore_result`).
    ///   - shadow: A name for display in logs and events, in the place of the task's.
    ///   - replyTo: The queue for replies, for workers that answer through one (`reply_to`).
    ///   - addsToParent: Whether the task that sends it names it as a child in its result (`add_to_parent`).
    ///   - serializer: The format of the message, such as `.msgpack`.
    ///   - compression: How the body of the message is compressed, such as `.zstd`.
    ///   - headers: Further headers.
    public func set(
        queue: String? = nil,
        priority: TaskPriority? = nil,
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        expiresAt: Date? = nil,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        ignoresResult: Bool? = nil,
        shadow: String? = nil,
        replyTo: String? = nil,
        addsToParent: Bool? = nil,
        serializer: SerializerName? = nil,
        compression: CompressionName? = nil,
        headers: [String: JSONValue] = [:]
    ) -> Signature {
        var copy = self
        copy.canvas.set(
            queue: queue, priority: priority, countdown: countdown, eta: eta, expires: expires, headers: headers)
        copy.canvas.changeCalls {
            $0.timeLimit.hard = timeLimit?.inSeconds ?? $0.timeLimit.hard
            $0.timeLimit.soft = softTimeLimit?.inSeconds ?? $0.timeLimit.soft
            $0.ignoresResult = ignoresResult ?? $0.ignoresResult
            $0.shadow = shadow ?? $0.shadow
            $0.replyTo = replyTo ?? $0.replyTo
            $0.expires = expiresAt ?? $0.expires
            $0.addsToParent = addsToParent ?? $0.addsToParent
            $0.serializer = serializer ?? $0.serializer
            $0.compression = compression ?? $0.compression
        }
        return copy
    }

    /// The same call with marks by which it is found and revoked, as ``TaskClient/revoke(stamp:value:terminate:)`` does.
    ///
    /// Every task in it carries them, and those linked to it; they travel with retries too (Celery's `Signature.stamp`).
    public func stamp(_ stamps: [String: JSONValue]) -> Signature {
        var copy = self
        copy.canvas.changeAllCalls { $0.stamps.merge(stamps) { $1 } }
        return copy
    }

    /// The same call, followed on success by another that gets its result (Celery's `link`).
    ///
    /// On a chain it follows the last step, on a group every member.
    public func onSuccess<Next>(_ next: PartialSignature<Output, Next>) -> Signature {
        linking(problem: next.problem) { $0.changeLastCalls { $0.link.append(next.canvas) } }
    }

    /// The same call, followed on success by another that does not get its result.
    public func onSuccess<Next>(_ next: Signature<Next>) -> Signature {
        linking(problem: next.problem) { $0.changeLastCalls { $0.link.append(next.canvas.immutable) } }
    }

    /// The same call, followed on failure by another that gets the id of the failed task (Celery's `link_error`).
    public func onError<Next>(_ next: PartialSignature<String, Next>) -> Signature {
        linking(problem: next.problem) { $0.changeCalls { $0.linkError.append(next.canvas) } }
    }

    /// The same call, followed on failure by another that gets nothing of it.
    public func onError<Next>(_ next: Signature<Next>) -> Signature {
        linking(problem: next.problem) { $0.changeCalls { $0.linkError.append(next.canvas.immutable) } }
    }

    private func linking(problem: TaskError?, _ change: (inout Canvas) -> Void) -> Signature {
        var copy = self
        change(&copy.canvas)
        copy.problem = copy.problem ?? problem
        return copy
    }
}

extension PartialSignature {
    /// The same call with other options; what is `nil` stays as it is (Celery's `Signature.set`).
    public func set(
        queue: String? = nil,
        priority: TaskPriority? = nil,
        countdown: Duration? = nil,
        expires: Duration? = nil,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        ignoresResult: Bool? = nil,
        shadow: String? = nil,
        serializer: SerializerName? = nil,
        compression: CompressionName? = nil,
        headers: [String: JSONValue] = [:]
    ) -> PartialSignature {
        let whole = Signature<Output>(canvas: canvas, problem: problem, decode: decode).set(
            queue: queue, priority: priority, countdown: countdown, expires: expires, timeLimit: timeLimit,
            softTimeLimit: softTimeLimit, ignoresResult: ignoresResult, shadow: shadow, serializer: serializer,
            compression: compression, headers: headers)
        return PartialSignature(canvas: whole.canvas, problem: problem, decode: decode)
    }

    /// The same call with marks by which it is found and revoked.
    public func stamp(_ stamps: [String: JSONValue]) -> PartialSignature {
        var copy = self
        copy.canvas.changeAllCalls { $0.stamps.merge(stamps) { $1 } }
        return copy
    }
}

extension Canvas {
    /// Sets when its first tasks run, and where, how urgent and until when all of them are sent.
    mutating func set(
        queue: String?, priority: TaskPriority?, countdown: Duration?, eta: Date?, expires: Duration?,
        headers: [String: JSONValue]
    ) {
        changeFirstCalls {
            $0.countdown = countdown?.inSeconds ?? $0.countdown
            $0.eta = eta ?? $0.eta
        }
        changeCalls {
            $0.queue = queue ?? $0.queue
            $0.priority = priority?.rawValue ?? $0.priority
            if let expires {
                $0.expiresAfter = expires.inSeconds
                $0.expires = nil
            }
            $0.headers.merge(headers) { $1 }
        }
    }
}
