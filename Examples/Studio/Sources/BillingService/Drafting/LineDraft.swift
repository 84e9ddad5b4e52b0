import ProjectsContract

/// A line before its invoice has a number: the entries of one project with the same description.
struct LineDraft: Sendable, Hashable {
    /// The project.
    var project: ProjectView
    /// What was done.
    var details: String
    /// The time in seconds.
    var seconds: Int
    /// The amount in cents.
    var amountCents: Int
    /// The ids of the entries in *projects*.
    var entryIDs: [Int]
}

extension LineDraft {
    /// Makes the lines for one invoice's entries, by project and then by the first day of each description.
    static func lines(for entries: [EntryView]) -> [LineDraft] {
        let ordered = entries.sorted {
            ($0.project.name, $0.project.id, $0.day, $0.id) < ($1.project.name, $1.project.id, $1.day, $1.id)
        }
        var lines: [LineDraft] = []
        var places: [Key: Int] = [:]
        for entry in ordered {
            let key = Key(project: entry.project.id, details: entry.details)
            let place = places[key] ?? lines.count
            if place == lines.count {
                places[key] = place
                lines.append(
                    LineDraft(project: entry.project, details: entry.details, seconds: 0, amountCents: 0, entryIDs: []))
            }
            lines[place].seconds += entry.seconds
            lines[place].amountCents += entry.amountCents
            lines[place].entryIDs.append(entry.id)
        }
        return lines
    }

    private struct Key: Hashable {
        var project: Int
        var details: String
    }
}
