public import MartletServices

/// What other services may ask of *projects*: who the clients are and what time was worked for them.
@Service("projects", errors: [ProjectsProblem.self])
public protocol Projects: Sendable {
    /// Lists the clients, by name.
    @GET("/clients")
    func clients() async throws -> [ClientView]

    /// Lists the projects with their client and parent, by client and name.
    @GET("/projects")
    func projects(client: Int?) async throws -> [ProjectView]

    /// Lists projects with their tags and who leads them, by client and name: `limit` (50, at most 500) after the first
    /// `offset`.
    @GET("/project-page")
    func projectPage(limit: Int?, offset: Int?) async throws -> [ProjectDetail]

    /// Gives the projects as a tree: wholes, their parts and the parts of these, by name.
    @GET("/project-tree")
    func projectTree() async throws -> [ProjectNode]

    /// Sets who leads a project and what it is marked with.
    @PUT("/projects/{id}")
    func changeProject(id: Int, _ body: ProjectChange) async throws -> ProjectDetail

    /// Gives what was worked for a client, by project and currency.
    @GET("/clients/{id}/dashboard")
    func dashboard(id: Int) async throws -> [ProjectTotal]

    /// Lists time entries with project and client, newest first: `limit` (50, at most 500) after the first `offset`.
    @GET("/timesheet")
    func timesheet(limit: Int?, offset: Int?) async throws -> [TimesheetRow]

    /// Lists billable time of the days `from` through `through`, by id: `limit` (500, at most 1 000) after the id `after`.
    @GET("/entries/billable")
    func billableEntries(from: String, through: String, after: Int?, limit: Int?) async throws -> [EntryView]

    /// Gives the entries of the ids: one call for a page of them.
    @POST("/entries/lookup")
    func entries(_ ids: [Int]) async throws -> [EntryView]

    /// Takes a Toggl Track detailed report and starts its import.
    @POST("/imports", status: 202, bodyLimit: 64 << 20)
    func importReport(_ report: ContractFile) async throws -> ImportView

    /// Tells how far an import is.
    @GET("/imports/{id}")
    func importStatus(id: Int) async throws -> ImportView

    /// Lists the rows that an import refused, by line.
    @GET("/imports/{id}/errors")
    func importErrors(id: Int) async throws -> [ImportErrorView]

    /// Imports the rows of one chunk; a second run of it changes nothing.
    @Background(queue: "imports")
    func importChunk(chunk: Int) async throws -> ChunkOutcome
}
