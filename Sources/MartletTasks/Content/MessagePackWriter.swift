import Foundation

/// Writes values as MessagePack, each in its shortest form.
struct MessagePackWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    mutating func write(_ value: JSONValue) throws(TaskError) {
        switch value {
        case .null: bytes.append(0xC0)
        case .bool(let value): bytes.append(value ? 0xC3 : 0xC2)
        case .integer(let value): write(value)
        case .double(let value):
            bytes.append(0xCB)
            append(value.bitPattern)
        case .string(let value): try write(value)
        case .array(let elements):
            try head(elements.count, fixed: 0x90, fixedLimit: 16, nil, 0xDC, 0xDD, "an array")
            for element in elements { try write(element) }
        case .object(let members):
            if let data = TaggedValue.bytes(of: value) { return try write(data) }
            try head(members.count, fixed: 0x80, fixedLimit: 16, nil, 0xDE, 0xDF, "an object")
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                try write(name)
                try write(value)
            }
        }
    }

    private mutating func write(_ value: Int) {
        switch value {
        case 0..<0x80: bytes.append(UInt8(value))
        case -32..<0: bytes.append(UInt8(bitPattern: Int8(value)))
        case 0x80...0xFF: bytes += [0xCC, UInt8(value)]
        case 0x100...0xFFFF: append(0xCD, UInt16(value))
        case 0x10000...0xFFFF_FFFF: append(0xCE, UInt32(value))
        case 0x1_0000_0000...: append(0xCF, UInt64(value))
        case -0x80 ..< -32: append(0xD0, Int8(value))
        case -0x8000 ..< -0x80: append(0xD1, Int16(value))
        case -0x8000_0000 ..< -0x8000: append(0xD2, Int32(value))
        default: append(0xD3, Int64(value))
        }
    }

    private mutating func write(_ text: String) throws(TaskError) {
        try head(text.utf8.count, fixed: 0xA0, fixedLimit: 32, 0xD9, 0xDA, 0xDB, "a text")
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func write(_ data: Data) throws(TaskError) {
        try head(data.count, fixed: nil, fixedLimit: 0, 0xC4, 0xC5, 0xC6, "data")
        bytes.append(contentsOf: data)
    }

    /// The kind of what follows and how many bytes or elements it has, in the shortest of the forms there are.
    private mutating func head(
        _ count: Int, fixed: UInt8?, fixedLimit: Int, _ short: UInt8?, _ middle: UInt8, _ long: UInt8, _ what: String
    ) throws(TaskError) {
        if let fixed, count < fixedLimit {
            bytes.append(fixed | UInt8(count))
        } else if let short, count <= 0xFF {
            append(short, UInt8(count))
        } else if count <= 0xFFFF {
            append(middle, UInt16(count))
        } else if let count = UInt32(exactly: count) {
            append(long, count)
        } else {
            throw TaskError(
                .encodingFailed,
                "MessagePack cannot have \(what) of \(count); send a reference to the data instead")
        }
    }

    private mutating func append(_ kind: UInt8, _ value: some FixedWidthInteger) {
        bytes.append(kind)
        append(value)
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
