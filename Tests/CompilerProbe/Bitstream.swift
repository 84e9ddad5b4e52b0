/// A reader of LLVM's bitstream format, as far as the compiler's diagnostics use it.
///
/// The format: <https://llvm.org/docs/BitCodeFormat.html>.
struct Bitstream {
    struct Record {
        let code: Int
        let operands: [Int]
        let text: String
    }

    struct Block {
        let id: Int
        var records: [Record] = []
        var blocks: [Block] = []
    }

    struct Malformed: Error {
        let bit: Int
    }

    /// How an operand is written: an abbreviation is a list of these, the record's code first.
    private enum Encoding {
        case literal(Int)
        case fixed(Int)
        case variable(Int)
        case blob
    }

    private let bytes: [UInt8]
    /// The next bit to read.
    private var position = 32
    /// The abbreviations that the information block gives to blocks of a kind.
    private var shared: [Int: [[Encoding]]] = [:]

    /// The blocks of a file, whose first four bytes name its kind.
    static func read(_ bytes: [UInt8]) throws -> [Block] {
        var reader = Bitstream(bytes: bytes)
        var file = Block(id: -1)
        while reader.position < bytes.count * 8 {
            guard try reader.bits(2) == 1 else { throw Malformed(bit: reader.position) }
            try file.blocks.append(reader.block())
        }
        return file.blocks
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func block() throws -> Block {
        var block = Block(id: try variable(8))
        let width = try variable(4)
        align()
        _ = try bits(32)
        var abbreviations = shared[block.id] ?? []
        var described: Int?
        while true {
            switch try bits(width) {
            case 0:
                align()
                return block
            case 1: try block.blocks.append(self.block())
            case 2:
                let abbreviation = try abbreviation()
                if let described {
                    shared[described, default: []].append(abbreviation)
                } else {
                    abbreviations.append(abbreviation)
                }
            case 3:
                let record = try plainRecord()
                // In the information block this says which blocks the next abbreviations are for.
                if block.id == 0, record.code == 1 { described = record.operands.first }
                block.records.append(record)
            case let number:
                guard abbreviations.indices.contains(number - 4) else { throw Malformed(bit: position) }
                try block.records.append(record(abbreviations[number - 4]))
            }
        }
    }

    private mutating func abbreviation() throws -> [Encoding] {
        var encodings: [Encoding] = []
        for _ in 0..<(try variable(5)) {
            if try bits(1) == 1 {
                encodings.append(.literal(try variable(8)))
                continue
            }
            switch try bits(3) {
            case 1: encodings.append(.fixed(try variable(5)))
            case 2: encodings.append(.variable(try variable(5)))
            case 5: encodings.append(.blob)
            default: throw Malformed(bit: position)
            }
        }
        return encodings
    }

    private mutating func plainRecord() throws -> Record {
        let code = try variable(6)
        var operands: [Int] = []
        for _ in 0..<(try variable(6)) { operands.append(try variable(6)) }
        return Record(code: code, operands: operands, text: "")
    }

    private mutating func record(_ abbreviation: [Encoding]) throws -> Record {
        var values: [Int] = []
        var text = ""
        for encoding in abbreviation {
            switch encoding {
            case .literal(let value): values.append(value)
            case .fixed(let width): values.append(try bits(width))
            case .variable(let width): values.append(try variable(width))
            case .blob: text = try blob()
            }
        }
        guard let code = values.first else { throw Malformed(bit: position) }
        return Record(code: code, operands: Array(values.dropFirst()), text: text)
    }

    private mutating func blob() throws -> String {
        let count = try variable(6)
        align()
        let start = position / 8
        guard start + count <= bytes.count else { throw Malformed(bit: position) }
        position += count * 8
        align()
        return String(decoding: bytes[start..<(start + count)], as: UTF8.self)
    }

    private mutating func bits(_ width: Int) throws -> Int {
        guard position + width <= bytes.count * 8 else { throw Malformed(bit: position) }
        var value = 0
        for bit in 0..<width {
            let place = position + bit
            value |= Int(bytes[place / 8] >> (place % 8) & 1) << bit
        }
        position += width
        return value
    }

    /// A number in groups of bits, the highest of each says whether another group follows.
    private mutating func variable(_ width: Int) throws -> Int {
        var value = 0
        var shift = 0
        while true {
            let group = try bits(width)
            value |= (group & (1 << (width - 1) - 1)) << shift
            shift += width - 1
            if group >> (width - 1) == 0 || shift > 57 { return value }
        }
    }

    /// Goes on to the next multiple of 32 bits.
    private mutating func align() {
        position = (position + 31) / 32 * 32
    }
}
