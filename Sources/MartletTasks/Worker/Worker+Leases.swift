import Logging
import Synchronization

extension Worker {
    /// Renews the leases of all that it holds, at a third of the lease.
    func renewLeases() async {
        while (try? await client.time.sleep(for: options.lease / 3)) != nil {
            let receipts = held.map(\.receipt)
            guard !receipts.isEmpty else { continue }
            watched.withLock { $0.renewing.begin() }
            defer { watched.withLock { $0.renewing.end() } }
            do {
                let lost = try await client.broker.extendLease(of: receipts, by: options.lease)
                watched.withLock { $0.health.lastLeaseRenewal = client.time.now }
                let stillRunning = running.withLock { running in lost.filter { running[$0] != nil } }
                for receipt in stillRunning {
                    logger.debug("lease lost", metadata: ["task_id": "\(receipt.id)"])
                }
            } catch {
                logger.error("leases could not be renewed", metadata: ["error": "\(error)"])
            }
        }
    }
}
