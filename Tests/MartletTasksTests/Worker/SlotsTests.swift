import Testing

@testable import MartletTasks

@Suite struct SlotsTests {
    private func fetched(_ count: Int) -> [Fetched] {
        (0..<count).map { number in
            let message = TaskMessage(task: "t", id: "\(number)").wire
            return Fetched(
                received: ReceivedMessage(
                    message: message, attempt: 1, receipt: Receipt(id: message.id, token: "")),
                interruption: Signal())
        }
    }

    @Test func fetchesAheadWhenHalfOfItIsUsed() async {
        let slots = Slots(1, prefetch: 4)
        #expect(slots.take(fetched(5)).count == 1)
        #expect(slots.next() != nil)
        #expect(!slots.wantsMore, "one message at a time would be a claim for each task")
        #expect(slots.next() != nil)
        #expect(slots.wantsMore)
        #expect(await slots.waitForRoom() == 2)
    }

    @Test func freePlaceIsFilledAtOnce() async {
        let slots = Slots(3, prefetch: 4)
        #expect(slots.take(fetched(2)).count == 2)
        #expect(await slots.waitForRoom() == 5)
        let without = Slots(2)
        #expect(without.take(fetched(2)).count == 2)
        #expect(!without.wantsMore)
        #expect(without.next() == nil)
        #expect(await without.waitForRoom() == 1)
    }

    @Test func whatIsReportedIsInHandWithoutAPlace() async {
        let slots = Slots(1)
        #expect(slots.take(fetched(1)).count == 1)
        #expect(slots.next(isReporting: true) == nil)
        #expect(slots.use.busy == 0 && !slots.wantsMore)
        slots.reported(1)
        #expect(await slots.waitForRoom() == 1)
        let ahead = Slots(1, prefetch: 2)
        #expect(ahead.take(fetched(3)).count == 1)
        #expect(ahead.next(isReporting: true) != nil)
        #expect(!ahead.wantsMore)
        ahead.reported(1)
        #expect(await ahead.waitForRoom() == 1)
    }
}
