import Foundation

/// MD5 (RFC 1321).
struct MD5: MessageHash {
    static var isLittleEndian: Bool { true }

    private(set) var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]
    var resultCount: Int { 4 }

    mutating func take(_ block: [UInt32]) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        for step in 0..<64 {
            let (mixed, index): (UInt32, Int) =
                switch step / 16 {
                case 0: ((b & c) | (~b & d), step)
                case 1: ((d & b) | (~d & c), (5 * step + 1) % 16)
                case 2: (b ^ c ^ d, (3 * step + 5) % 16)
                default: (c ^ (b | ~d), (7 * step) % 16)
                }
            let sum = a &+ mixed &+ Self.sines[step] &+ block[index]
            (a, d, c, b) = (d, c, b, b &+ sum.rotated(32 - Self.shifts[step / 16][step % 4]))
        }
        state = zip(state, [a, b, c, d]).map { $0 &+ $1 }
    }

    private static let shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]
    private static let sines = (1...64).map { UInt32(abs(sin(Double($0))) * 4_294_967_296) }
}
