import MartletTasks
import MartletTesting
import Testing

/// That the conformance suite notices a broker that breaks a promise.
@Suite struct ConformanceSuiteTests {
    @Test(arguments: UnfaithfulBroker.Fault.allCases)
    func suiteNoticesTheFault(_ fault: UnfaithfulBroker.Fault) async throws {
        let promise = promise(brokenBy: fault)
        await #expect {
            try await exerciseBroker(results: { broker, _ in broker.results }, { UnfaithfulBroker(fault, time: $0) })
        } throws: { error in
            "\(error)".contains(promise) && error is ConformanceFailure
        }
    }

    private func promise(brokenBy fault: UnfaithfulBroker.Fault) -> String {
        switch fault {
        case .ignoresPriority: "higher priority comes first"
        case .dropsRequeue: "a requeued message"
        case .forgetsLease: "messages come in order"
        case .ignoresEta: "a message waits for its eta"
        case .ignoresExtension: "a renewed lease holds"
        case .acceptsLostReceipts: "a lost lease cannot be renewed"
        case .purgesNothing: "purge"
        case .changesBytes: "bytes are delivered as they came"
        case .losesDeadLetters: "a dead letter tells reason and error"
        case .retriesAllDeadLetters: "retry says how many there were"
        case .forgetsRevocations: "known as revoked"
        case .ignoresPause: "a paused queue hands out nothing"
        case .ignoresLimits: "a concurrency limit of 1 lets one run"
        case .forgetsReservations: "each message over a rate limit"
        case .ignoresLocks: "a message whose lock is held is refused"
        case .forgetsCheckpoints: "a checkpoint comes with the next delivery"
        case .startsLateTogether: "messages that come later than their starts"
        case .tellsReceiptAsPublishing: "tells the same moment of publishing"
        case .losesWhatIsHandedOver: "what it is handed over to is there"
        case .keepsDeadLetters: "dead letters are not kept longer than a year"
        case .leavesOutWhatHasFailed: "though a failure of its task is stored"
        case .repeatsWhatHasSucceeded: "when a success of its task is stored"
        }
    }
}
