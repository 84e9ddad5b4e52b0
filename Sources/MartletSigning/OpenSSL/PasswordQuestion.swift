import CLibCrypto

/// Answers OpenSSL's question for the password of a key, which else is put to the user on the terminal.
struct PasswordQuestion {
    private let password: [UInt8]?
    /// Whether there was a question: only encrypted keys have one.
    private(set) var wasAsked = false

    init(_ password: String?) {
        self.password = password.map { Array($0.utf8) }
    }

    /// Called by OpenSSL with room for the password and a pointer to a question.
    static func answer(
        _ room: UnsafeMutablePointer<CChar>?, _ count: Int32, _ question: UnsafeMutableRawPointer?
    ) -> Int32 {
        guard let room, let question = question?.assumingMemoryBound(to: PasswordQuestion.self) else { return -1 }
        question.pointee.wasAsked = true
        guard let password = question.pointee.password, password.count <= count else { return -1 }
        UnsafeMutableRawPointer(room).copyMemory(from: password, byteCount: password.count)
        return Int32(password.count)
    }

    /// What to say when question and password do not fit.
    var complaint: String {
        if !wasAsked { return "is not encrypted, but a password is given; leave it out, or encrypt the key" }
        if password == nil { return "is encrypted; give its password (security_key_password)" }
        return "cannot be decrypted: the password is another one, or the key is broken"
    }
}
