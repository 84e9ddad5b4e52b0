/// Makes the key by which an entry is known again when a file is imported a second time.
///
/// A detailed report has no column with an entry's id, so the key is made from what identifies the entry: mail address,
/// start, end, client, project, task and description. Tags, amount and the billable flag are left out, so exporting the
/// same time with another currency or rate adds nothing. The fields are joined with their lengths, so that no two
/// different lists of fields give the same bytes, and hashed with FNV-1a in 128 bits: the same in every process.
///
/// Rows that are identical in all of these are told apart by an ordinal: the first in the file has 0, the next 1, and so
/// on. The ordinal is part of the key, so a file with two identical rows gives two entries however often it is imported.
public struct TogglExternalKey: Sendable {
    private var seen: [UInt128: Int] = [:]

    /// Starts counting for a new file.
    public init() {}

    /// Makes the key of the next row of the file; its ``TogglRow/externalKey`` is not looked at.
    public mutating func key(for row: TogglRow) -> String {
        let identity = [
            row.email.lowercased(), row.start.description, row.end.description, row.client, row.project,
            row.task ?? "", row.description,
        ]
        let hash = FNV1a.hash(identity)
        let ordinal = seen[hash, default: 0]
        seen[hash] = ordinal + 1
        return FNV1a.hexadecimal(ordinal == 0 ? hash : FNV1a.hash(identity + [String(ordinal)]))
    }
}

/// The Fowler–Noll–Vo hash, variant 1a, in 128 bits: a name for data, not a protection against forgery.
enum FNV1a {
    private static let offset: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b

    /// Hashes a list of texts, each preceded by its length in bytes.
    static func hash(_ fields: [String]) -> UInt128 {
        var hash = offset
        for field in fields {
            for byte in "\(field.utf8.count):\(field)".utf8 { hash = (hash ^ UInt128(byte)) &* prime }
        }
        return hash
    }

    /// Writes a hash as 32 digits.
    static func hexadecimal(_ hash: UInt128) -> String {
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 32 - text.utf8.count) + text
    }
}
