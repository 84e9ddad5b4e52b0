import Logging

extension Worker {
    /// Cancels what runs and is revoked, until the worker has stopped.
    ///
    /// What has not started is found by ``Admission``.
    func followRevocations() async {
        guard let broker = client.broker as? any RevokingBroker else { return }
        var version = 0
        while !Task.isCancelled {
            do {
                let news = try await broker.revocations(after: version)
                version = news.version
                let ids = held.interrupt(by: news.revocations)
                if !ids.isEmpty { logger.info("revoked tasks cancelled", metadata: ["task_ids": "\(ids)"]) }
            } catch is CancellationError {
                return
            } catch {
                logger.error("revocations could not be read", metadata: ["error": "\(error)"])
                try? await client.time.sleep(for: .seconds(1))
            }
        }
    }
}
