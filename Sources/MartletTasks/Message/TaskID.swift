import Foundation

/// Makes the ids of tasks: UUIDs of version 7 (RFC 9562), which begin with the time.
///
/// Ids that are made one after another lie side by side in the index of a broker's table, so that a batch of messages
/// changes a few of its pages; with random ids it changes one for each message. To Celery an id is any text.
enum TaskID {
    /// The id of a task that comes about by another one; the same whenever it comes about.
    static func derived(from id: String, _ name: String) -> String {
        guard id.utf8.count > 128 else { return "\(id)-\(name)" }
        let hash = id.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(id.prefix(64))-\(String(hash, radix: 16))-\(name)"
    }

    static func make(at now: Date, from random: RandomSource) -> String {
        make(at: now, random: (random.next(), random.next()))
    }

    static func make(at now: Date, random: (UInt64, UInt64)) -> String {
        let milliseconds = UInt64(max(0, now.timeIntervalSince1970 * 1000)) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | random.0 & 0x0FFF
        let low = 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF
        return String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            for (index, word) in [high, low].enumerated() {
                for digit in 0..<16 {
                    if [8, 12].contains(digit) && index == 0 || [0, 4].contains(digit) && index == 1 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * digit)) & 0xF
                    text[place] = value < 10 ? 0x30 + value : 0x57 + value
                    place += 1
                }
            }
            return place
        }
    }
}
