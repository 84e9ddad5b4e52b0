package import Logging

/// Says in the log once that an outbox cannot be emptied, and once that it can again.
///
/// A relay tries so often that a line for each failure would fill a disk while a server is away.
package struct RelayLog {
    private let logger: Logger
    /// Failures in a row.
    private var failures = 0

    /// Makes a log of nothing so far.
    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// Tells of the first failure in a row as an error; of the others only those who look for bugs are told.
    package mutating func failed(_ error: any Error) {
        failures += 1
        logger.log(
            level: failures == 1 ? .error : .debug, "the outbox could not be emptied, and is tried again",
            metadata: ["error": "\(error)", "failures": "\(failures)"])
    }

    /// Tells that it goes on, if it had failed.
    package mutating func worked() {
        guard failures > 0 else { return }
        logger.notice("the outbox is emptied again", metadata: ["failures": "\(failures)"])
        failures = 0
    }
}
