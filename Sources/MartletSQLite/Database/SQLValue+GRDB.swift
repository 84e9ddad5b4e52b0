import Foundation
import GRDB
import MartletORM

extension SQLValue {
    /// The value as it is bound; the usual types without a detour over `DatabaseValue`.
    init(binding value: (any DatabaseValueConvertible)?) {
        switch value {
        case nil: self = .null
        case let number as Int64: self = .integer(number)
        case let number as Int: self = .integer(Int64(number))
        case let text as String: self = .text(text)
        case let data as Data: self = .blob([UInt8](data))
        case let value?:
            switch value.databaseValue.storage {
            case .null: self = .null
            case .int64(let number): self = .integer(number)
            case .double(let number): self = .real(number)
            case .string(let text): self = .text(text)
            case .blob(let data): self = .blob([UInt8](data))
            }
        }
    }
}
