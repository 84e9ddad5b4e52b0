import Logging

extension Worker {
    /// Has broker and result backend drop what they have kept long enough, as Celery's `celery.backend_cleanup` does.
    ///
    /// One worker is enough, and many do no harm; each waits another part of the interval before it begins, so that they
    /// do not all come at once.
    func keepHouse() async {
        guard let interval = options.cleanUpInterval else { return }
        var random = client.options.random
        var pause = interval * Double.random(in: 0.1...1, using: &random)
        while (try? await client.time.sleep(for: pause)) != nil {
            pause = interval
            do {
                try await client.broker.cleanUp()
                try await client.results.cleanUp()
                logger.debug("cleaned up")
            } catch {
                logger.error("cleaning up failed", metadata: ["error": "\(error)"])
            }
        }
    }
}
