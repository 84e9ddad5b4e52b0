// A contract's background members are tasks, so whoever writes or uses a contract needs both modules: one import is
// enough. What `@Service` writes names them too, and the compiler does not count that as a use of an import.
@_exported public import MartletTasks
