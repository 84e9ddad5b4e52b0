import Foundation
import Logging
import Synchronization

// A worker that has lost the lease of a message may not be the only one that runs the task. So the run is cancelled, and
// whatever became of it is not told: the message belongs to another worker, and its result too. A lease is lost when the
// broker says so, or when the broker could not be reached for as long as the lease lasted (Celery's
// `worker_cancel_long_running_tasks_on_connection_loss`, which is for the whole connection, and off by default).

extension Worker {
    /// Renews the leases of all that it holds, at a third of the lease, and cancels what it has lost.
    func renewLeases() async {
        while (try? await client.time.sleep(for: options.lease / 3)) != nil {
            let receipts = held.leased
            guard !receipts.isEmpty else { continue }
            watched.withLock { $0.renewing.begin() }
            defer { watched.withLock { $0.renewing.end() } }
            let asked = client.time.now
            do {
                let lost = try await client.broker.extendLease(of: receipts, by: options.lease)
                watched.withLock { $0.health.lastLeaseRenewal = client.time.now }
                held.renew(receipts, until: asked.addingTimeInterval(options.lease.inSeconds), lost: lost)
            } catch {
                logger.error("leases could not be renewed", metadata: ["error": "\(error)"])
                held.loseExpired(at: client.time.now)
            }
        }
    }
}
