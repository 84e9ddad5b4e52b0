import SwiftCompilerPlugin
import SwiftSyntaxMacros

/// Lists the macros the compiler may load from this plug-in.
@main
struct MartletPlugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [
        EndpointMacro.self,
        ServiceMacro.self,
        ModelMacro.self, ForeignKeyMacro.self, HasManyMacro.self, ManyToManyMacro.self, ColumnMacro.self,
    ]
}
