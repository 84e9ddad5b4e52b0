import Foundation
import MartletORM
import MartletServices
import NotifyContract
import StudioKit

/// The implementation of *notify* on its own database; mail is captured as files.
struct NotifyService: Notify {
    let database: Database
    /// The folder of the mails.
    let folder: URL
    /// Who sends them.
    let sender: MailAddress

    func messages() async throws -> [MessageView] {
        try await Message.objects.order(by: \.id.descending).limit(200).all(on: database).map(MessageView.init)
    }

    func mailSummary(documents: [String], key: String, to: String) async throws -> String {
        if let sent = try await Message.objects.filter({ $0.key == key }).first(on: database) { return sent.path }
        let summary = RunSummary(documents: documents, key: key)
        let path = try await write(summary, to: to)
        let message = Message(key: key, recipient: to, subject: summary.subject, path: path, sentAt: Date())
        try await Message.objects.bulkCreate([message], onConflict: .ignore, on: database)
        return path
    }

    /// Writes the mail under its key: a second writing of it replaces the same file.
    private func write(_ summary: RunSummary, to recipient: String) async throws -> String {
        let now = Calendar(identifier: .gregorian).dateComponents(in: .gmt, from: Date())
        let day = CivilDate(year: now.year ?? 1970, month: now.month ?? 1, day: now.day ?? 1)
        let seconds = ((now.hour ?? 0) * 60 + (now.minute ?? 0)) * 60 + (now.second ?? 0)
        let moment =
            try day.flatMap { CivilDateTime(date: $0, secondOfDay: seconds) } ?? CivilDateTime("1970-01-01T00:00:00")
        let mail = try EMLMessage(
            from: sender, to: [try MailAddress(recipient)], subject: summary.subject, sentAt: moment,
            messageID: "\(summary.key)@studio.example", text: summary.text)
        return try mail.write(named: "\(summary.key).eml", in: folder.path)
    }
}

extension MessageView {
    /// The view of a message.
    init(_ message: Message) {
        self.init(
            id: message.id, key: message.key, recipient: message.recipient, subject: message.subject,
            path: message.path)
    }
}
