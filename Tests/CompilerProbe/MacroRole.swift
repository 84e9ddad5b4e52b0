/// In which of its roles a macro wrote an expansion; the raw value is the role's sign in a mangled name.
package enum MacroRole: String, Sendable {
    case accessors = "fMa"
    case extending = "fMe"
    case members = "fMm"
    case peers = "fMp"
}
