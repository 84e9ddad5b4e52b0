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
///   - priority: How urgent it is, from 0 to 9.
///   - retry: When a failed run is tried again.
///   - timeLimit: The time a run may take.
///   - softTimeLimit: The time after which a run is cancelled.
///   - delivery: What happens when a worker dies in the middle of it.
///   - ignoresResult: Whether its result is not stored.
@attached(peer)
public macro Task(
    name: String? = nil,
    queue: String? = nil,
    priority: Int? = nil,
    retry: RetryPolicy = .none,
    timeLimit: Duration? = nil,
    softTimeLimit: Duration? = nil,
    delivery: Delivery = .atLeastOnce(),
    ignoresResult: Bool = false
) = #externalMacro(module: "MartletMacros", type: "TaskMacro")
