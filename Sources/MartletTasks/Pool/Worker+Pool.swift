extension Worker {
    /// Whether this process is one of a pool: ``run()`` serves its worker then, and returns only when the process ends.
    ///
    /// A main of your own need not ask if the worker runs in a `ServiceGroup` or alone. One that opens ports, takes locks
    /// or starts other work besides leaves that to the first process:
    ///
    /// ```swift
    /// let services: [any Service] = Worker.isPoolChild ? [worker] : [server, worker]
    /// ```
    public static var isPoolChild: Bool { PoolChild.current != nil }
}
