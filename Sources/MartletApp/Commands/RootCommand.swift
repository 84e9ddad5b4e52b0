import ArgumentParser
import MartletStores

/// The executable itself: the list of its commands.
struct RootCommand<App: MartletApplication>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: App.name, abstract: App.abstract,
            discussion: """
                Services: \(App.services.map { $0.name }.joined(separator: ", ")). Settings are environment variables, or \
                members of martlet.json (or of the file that MARTLET_CONFIG names): MARTLET_DATA, the folder of all data \
                (data); \
                \(App.stores.isEmpty ? "" : databases)<NAME>_PORT, <NAME>_HOST and <NAME>_URL of a service, of GATEWAY and of WORKER; LOG_LEVEL; \
                LOG_FORMAT (human, logfmt, json); MARTLET_ENVIRONMENT (development, production; a debug build is \
                development); MARTLET_N_PLUS_ONE, from how many similar statements of one line on a warning is logged, or \
                off (5 in development, off in production).

                \(ApplicationExit.help)
                """,
            subcommands: [
                UpCommand<App>.self, ServeCommand<App>.self, GatewayCommand<App>.self, WorkCommand<App>.self,
                MigrateCommand<App>.self,
            ] + App.commands)
    }

    private static var databases: String {
        let examples = App.stores.map { $0.example }.joined(separator: ", ")
        return
            "DATABASE_URL (\(examples)), instead of SQLite files in that folder, and <NAME>_DATABASE_URL, of one service "
            + "alone; "
    }
}

extension MartletApplication {
    /// The modules of the given names; all when there are none.
    static func modules(named names: [String]) throws -> [any ServiceModule.Type] {
        if names.isEmpty { return services }
        return try names.map { name in
            guard let module = services.first(where: { $0.name == name }) else {
                let known = services.map { $0.name }.joined(separator: ", ")
                throw ValidationError("There is no service '\(name)'. The services are: \(known).")
            }
            return module
        }
    }
}
