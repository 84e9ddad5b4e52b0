import SwiftCompilerPlugin
import SwiftSyntaxMacros

/// Lists the macros the compiler may load from this plug-in.
@main
struct MartletPlugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [
        ModelMacro.self,
        ForeignKeyMacro.self,
        HasOneMacro.self,
        HasManyMacro.self,
        ManyToManyMacro.self,
        ColumnMacro.self,
        RowNameMacro.self,
        TasksMacro.self,
        TaskMacro.self,
        EndpointMacro.self,
        ServiceMacro.self,
    ]
}
