/// What PostgreSQL calls a type on the wire, as far as its values are read here.
enum WireType: Sendable, Hashable {
    case boolean, int2, int4, int8, oid, float4, float8, numeric
    /// Text, and everything whose binary form is its text, such as names, enumerations, JSON and XML.
    case text
    /// Binary JSON: text behind a version.
    case jsonb
    case bytea, uuid
    case date, time, timestamp, interval
    /// The elements' type travels with each array.
    case array
    /// No value, as functions without a result return it.
    case void
    /// Any other; reading it says what to do.
    case other(String)

    /// The type of PostgreSQL's own with that number; `nil` when it must be looked up.
    init?(_ oid: UInt32) {
        switch oid {
        case 16: self = .boolean
        case 17: self = .bytea
        case 20: self = .int8
        case 21: self = .int2
        case 23: self = .int4
        case 26: self = .oid
        case 18, 19, 25, 114, 142, 705, 1042, 1043: self = .text
        case 700: self = .float4
        case 701: self = .float8
        case 1082: self = .date
        case 1083: self = .time
        case 1114, 1184: self = .timestamp
        case 1186: self = .interval
        case 1700: self = .numeric
        case 2278: self = .void
        case 2950: self = .uuid
        case 3802: self = .jsonb
        case 199, 1000, 1001, 1002, 1003, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1028, 1115, 1182, 1183, 1185,
            1187, 1231, 2951, 3807:
            self = .array
        default: return nil
        }
    }

    /// The type of a row of `pg_type`, by the function that writes its binary form.
    init(name: String, sendFunction: String) {
        switch sendFunction {
        case "array_send": self = .array
        case "enum_send", "textsend", "varcharsend", "bpcharsend", "namesend", "charsend", "citextsend", "json_send",
            "xml_send", "unknownsend", "cstring_send":
            self = .text
        case "int4send": self = .int4
        case "oidsend", "regclasssend", "regprocsend", "regtypesend", "regnamespacesend", "regrolesend", "xidsend":
            self = .oid
        case "void_send": self = .void
        default: self = .other(name)
        }
    }
}
