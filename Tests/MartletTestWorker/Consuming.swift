import MartletTasks
import MartletTestStores

/// Acknowledges messages of the queue `q` one by one and notes their ids, until one whose id begins with `stop`.
func consume(_ place: StorePlace, noting effects: EffectLog) async throws {
    let broker = try place.broker()
    say("ready")
    while true {
        for received in try await broker.receive(from: ["q"], limit: 1, lease: .seconds(30)) {
            try await broker.settle([Settlement(received.receipt, .acknowledge)])
            if received.message.id.hasPrefix("stop") { return }
            effects.append(received.message.id)
        }
    }
}
