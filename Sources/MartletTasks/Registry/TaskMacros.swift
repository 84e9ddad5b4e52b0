/// Makes a set of tasks of a struct: its functions marked `@Task` run at the worker, and for each of them a static
/// function of the same name makes the signature to send.
///
/// ```swift
/// @Tasks("billing")
/// struct BillingTasks {
///     let database: Database
///
///     @Task(queue: "pdf", retry: .exponential(max: 5))
///     func renderPDF(invoice: Int, context: TaskContext) async throws -> URL { … }
/// }
///
/// registry.register(BillingTasks(database: database))          // at the worker
/// try await tasks.enqueue(BillingTasks.renderPDF(invoice: 7))  // anywhere
/// ```
///
/// The task of a function is named `billing.renderPDF` on the wire. A parameter with a label is sent by its name, one
/// without by its position; a parameter of type `TaskContext` is filled in by the worker. A second static function
/// without the first parameter makes a ``PartialSignature``, for steps of chains and bodies of chords.
///
/// - Parameter prefix: The part of the wire names before the dot.
@attached(member, names: arbitrary)
@attached(extension, conformances: TaskSet, names: named(taskDefinitions))
public macro Tasks(_ prefix: String) = #externalMacro(module: "MartletMacros", type: "TasksMacro")

/// Makes a function of a `@Tasks` struct a task. Everything is optional; see ``TaskOptions`` for the defaults.
///
/// - Parameters:
///   - name: Another name after the dot than the function's own.
///   - queue: The queue it is sent to.
///   - priority: How urgent it is.
///   - retry: When a failed run is tried again.
///   - expectedErrors: The errors that are a normal end of the task.
///   - timeLimit: The time a run may take.
///   - softTimeLimit: The time after which a run is cancelled.
///   - expires: The time after sending after which it is not run any more.
///   - delivery: What happens when a worker dies in the middle of it.
///   - rateLimit: How often each worker may start it.
///   - limits: How often and how many at once all workers together may run it, as a whole or by key.
///   - unique: When it is not sent because the same one is already there.
///   - ignoresResult: Whether its result is not stored.
///   - storesErrorsEvenIfIgnored: Whether its error is stored even if its result is not.
///   - tracksStarted: Whether the state `STARTED` is stored when it starts.
///   - resultExpires: How long its result is kept.
///   - trail: Whether its result names the tasks that it has sent.
///   - shadow: A name for display worked out of its arguments, such as `"invoice {invoice}"`.
///   - serializer: The format of its messages, such as `.msgpack`.
///   - compression: How the bodies of its messages are compressed, such as `.zstd`.
@attached(peer)
public macro Task(
    name: String? = nil,
    queue: String? = nil,
    priority: TaskPriority? = nil,
    retry: RetryPolicy = .none,
    expectedErrors: ErrorTypes = [],
    timeLimit: Duration? = nil,
    softTimeLimit: Duration? = nil,
    expires: Duration? = nil,
    delivery: Delivery = .atLeastOnce(),
    rateLimit: RateLimit? = nil,
    limits: [TaskLimit] = [],
    unique: Uniqueness? = nil,
    ignoresResult: Bool = false,
    storesErrorsEvenIfIgnored: Bool = false,
    tracksStarted: Bool = false,
    resultExpires: Duration? = nil,
    trail: Bool = true,
    shadow: String? = nil,
    serializer: SerializerName? = nil,
    compression: CompressionName? = nil
) = #externalMacro(module: "MartletMacros", type: "TaskMacro")
